"""Scenes: where pictures change, and which signatures belong to them."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.av_files import REFERENCE, film, sample, source

from iscckit.media.content_values import Limits, Scene, VideoContent
from iscckit.media.readers import video
from iscckit.media.readers.scenes import divide_scenes
from iscckit.units.video import video_code

FIFTHS = [Fraction(i, 5) for i in range(20)]
RNG = np.random.default_rng(4)
PICTURES = [
    np.kron(RNG.integers(0, 256, (6, 8), dtype=np.uint8), np.ones((16, 16), np.uint8))
    for _ in range(4)
]


def content(data: bytes, name: str = "file") -> VideoContent:
    return video.extract(source(data, name), profile="iscckit-1", limits=Limits(), granular=True)


def simprint(of: VideoContent, scene: Scene) -> str:
    rows = np.frombuffer(of.signatures, dtype=np.uint8).reshape(-1, 380)
    unit = video_code(rows[scene.first : scene.first + scene.count], bits=256)
    return urlsafe_b64encode(unit.body).rstrip(b"=").decode()


@pytest.mark.parametrize("name", [k for k, v in REFERENCE.items() if "simprints" in v])
def test_real_files_have_the_features_of_the_reference(name: str) -> None:
    found = content(sample(name), name)
    assert [simprint(found, scene) for scene in found.scenes] == REFERENCE[name]["simprints"]
    assert [scene.duration for scene in found.scenes] == REFERENCE[name]["sizes"]


def test_each_change_of_picture_ends_a_scene_but_the_first() -> None:
    pictures = [PICTURES[i // 25] for i in range(100)]  # changes after 1, 2 and 3 seconds
    found = content(film(pictures, pixels="yuv420p"))
    assert [(scene.start, scene.duration) for scene in found.scenes] == [(0.0, 2.0), (2.0, 1.0)]
    assert [(scene.first, scene.count) for scene in found.scenes] == [(0, 11), (11, 5)]


def test_scenes_are_looked_for_only_on_demand() -> None:
    data = film([PICTURES[0]] * 25)
    plain = video.extract(source(data), profile="iscckit-1", limits=Limits())
    assert plain.scenes == ()
    assert content(data).signatures == plain.signatures


def test_a_scene_ends_with_the_first_signature_at_or_after_its_end() -> None:
    assert divide_scenes(FIFTHS, [1.0, 2.1]) == (Scene(0, 6, 0.0, 1.0), Scene(6, 6, 1.0, 1.1))


def test_a_cut_after_the_last_signature_ends_nothing() -> None:
    assert divide_scenes(FIFTHS, [1.0, 3.9]) == (Scene(0, 6, 0.0, 1.0),)


def test_a_video_without_changes_is_one_scene() -> None:
    assert divide_scenes(FIFTHS, []) == (Scene(0, 20, 0.0, 3.8),)
    assert divide_scenes(FIFTHS, [99.0]) == (Scene(0, 20, 0.0, 3.8),)
    assert divide_scenes([], []) == ()


@given(st.lists(st.integers(0, 5000), unique=True).map(sorted))
def test_scenes_follow_each_other_without_gaps(milliseconds: list[int]) -> None:
    found = divide_scenes(FIFTHS, [each / 1000 for each in milliseconds])
    assert found[0].first == 0
    for before, after in itertools.pairwise(found):
        assert after.first == before.first + before.count
        assert after.start == pytest.approx(before.start + before.duration)
