"""Video files down to frame signatures: equal to FFmpeg's filter, whatever the container says."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.av_files import REFERENCE, extracted, film, sample

from iscckit.algorithms.frame_signature import frame_signature
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, VideoContent
from iscckit.media.readers import video
from iscckit.media.readers.video import choose_rotation_filters
from iscckit.units.video import video_code

COMPUTABLE = sorted(k for k, v in REFERENCE.items() if v["mode"] == "video" and v["unit"])
Picture = NDArray[np.uint8]

RNG = np.random.default_rng(9)
BLOCKS = [
    np.kron(RNG.integers(0, 256, (4, 6), dtype=np.uint8), np.ones((16, 16), np.uint8))
    for _ in range(30)
]
ONE = 1 << 16  # in a display matrix


def code(content: VideoContent, bits: int) -> str:
    frames = np.frombuffer(content.signatures, dtype=np.uint8).reshape(-1, 380)
    return "ISCC:" + video_code(frames, bits=bits).code


def signature(picture: Picture) -> bytes:
    height, width = picture.shape
    return frame_signature(np.ascontiguousarray(picture).data, width, height)


def shown(content: VideoContent) -> list[int]:
    """Return which of BLOCKS each signature belongs to."""
    known = {signature(picture): i for i, picture in enumerate(BLOCKS)}
    data = content.signatures
    return [known[data[i : i + 380]] for i in range(0, len(data), 380)]


@pytest.mark.parametrize("name", COMPUTABLE)
def test_real_files_have_the_codes_of_the_reference(name: str) -> None:
    content = extracted(video.extract, sample(name), name)
    expected = REFERENCE[name]
    assert code(content, 256) == expected["unit"]
    assert (content.width, content.height) == (expected["width"], expected["height"])
    assert content.fps == expected["fps"]


def test_a_file_with_too_many_broken_packets_fails() -> None:
    with pytest.raises(ExtractionFailed, match=r"10\d\d of 14\d\d packets are broken"):
        extracted(video.extract, sample("video/demo.ogv"), "demo.ogv")


def test_five_pictures_a_second_are_looked_at() -> None:
    assert shown(extracted(video.extract, film(BLOCKS))) == [2, 7, 12, 17, 22, 27]


def test_slow_pictures_are_looked_at_several_times() -> None:
    content = extracted(video.extract, film(BLOCKS[:4], times=[0, 10, 25, 40]))
    assert shown(content) == [0, 0, 1, 1, 1, 2, 2, 2]


def test_a_glimpse_is_a_reason_and_no_error() -> None:
    content = extracted(video.extract, film(BLOCKS[:1]))
    assert content.signatures == b""
    assert content.reason == "too short or damaged: no picture is shown for a fifth of a second"


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        ([ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30], lambda p: p),
        ([0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30], lambda p: np.rot90(p, -1)),
        ([-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30], lambda p: np.rot90(p, 2)),
        ([0, -ONE, 0, ONE, 0, 0, 0, 0, 1 << 30], np.rot90),
        ([-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30], lambda p: p[:, ::-1]),
        ([ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30], lambda p: p[::-1]),
        ([0, ONE, 0, ONE, 0, 0, 0, 0, 1 << 30], lambda p: p.T),
    ],
)
def test_pictures_are_brought_upright(
    matrix: list[int], turn: Callable[[Picture], Picture]
) -> None:
    data = film(BLOCKS[:5], codec="mpeg4", container="mov", pixels="yuv420p", matrix=matrix)
    with av.open(io.BytesIO(data), "r") as container:
        decoded = list(container.decode(video=0))[2].to_ndarray()
    picture = cast("Picture", decoded)[: BLOCKS[0].shape[0]]
    assert extracted(video.extract, data).signatures == signature(turn(picture))


def test_an_odd_angle_is_turned_by_a_filter_of_its_own() -> None:
    half = int(ONE * 0.5**0.5)
    assert choose_rotation_filters([half, half, 0, -half, half, 0, 0, 0, 0]) == [
        ("rotate", "45*PI/180")
    ]
    assert choose_rotation_filters([0] * 9) == []


def test_lines_stored_upwards_are_read_from_the_bottom() -> None:
    data = film(BLOCKS, codec="rawvideo", container="avi", pixels="gray")
    assert shown(extracted(video.extract, data, "file.avi"))[:3] == [2, 7, 12]


@pytest.mark.parametrize(("width", "height"), [(31, 64), (64, 31)])
def test_small_pictures_are_a_reason_and_no_error(width: int, height: int) -> None:
    picture = np.zeros((height, width), dtype=np.uint8)
    content = extracted(video.extract, film([picture] * 3))
    assert content.signatures == b""
    assert content.reason == f"{width} x {height} pixels are too few: a Video-Code needs 32 a side"


def test_the_smallest_pictures_have_signatures() -> None:
    picture = RNG.integers(0, 256, (32, 32), dtype=np.uint8)
    assert extracted(video.extract, film([picture] * 5)).signatures == signature(picture)


def test_pictures_beyond_the_limit_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="6143 pixels"):
        extracted(video.extract, film(BLOCKS[:2]), limits=Limits(pixels=96 * 64 - 1))


def test_damaged_timestamps_do_not_make_endless_signatures() -> None:
    data = film(BLOCKS[:2], times=[0, 25 * 3600 * 25])
    with pytest.raises(LimitExceeded, match="86400 seconds of video"):
        extracted(video.extract, data)


def test_times_that_jump_back_do_not_make_endless_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video, "_LONGEST", 500)
    with pytest.raises(LimitExceeded, match="500 signatures"):
        extracted(video.extract, film(BLOCKS[:2], times=[0, 25 * 101]))


def test_sound_alone_is_no_video() -> None:
    with pytest.raises(ExtractionFailed, match="has no video that can be decoded"):
        extracted(video.extract, sample("audio/demo.wav"), "demo.wav")


@pytest.mark.parametrize("name", ["video/demo.mp4", "video/demo.mpg", "video/demo.flv"])
def test_truncated_and_damaged_files_end_in_a_value_or_a_clear_error(name: str) -> None:
    data = sample(name)
    rng = np.random.default_rng(2)
    for size in (100, 3000, len(data) // 8):
        damaged = bytearray(data[:size])
        for at in rng.integers(size // 2, size, 40):
            damaged[at] = rng.integers(256)
        with suppress(ExtractionFailed):
            content = extracted(video.extract, bytes(damaged), name)
            assert content.reason or content.signatures


def test_black_pictures_are_said_to_be_blank() -> None:
    black = np.zeros((64, 64), dtype=np.uint8)
    assert extracted(video.extract, film([black] * 5)).blank
    assert not extracted(video.extract, film(BLOCKS[:5])).blank
    assert not extracted(video.extract, film([black])).blank  # no picture at all
