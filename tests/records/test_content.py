"""Sound and video through the whole pipeline."""

from __future__ import annotations

import io

import numpy as np
import pytest
from tests.media.av_files import REFERENCE, film, sample, wave

from iscckit.errors import ExtractionFailed
from iscckit.records import create as pipeline
from iscckit.records.options import Options
from iscckit.records.record import Record

FILES = ["audio/demo.mp3", "audio/demo.opus", "video/demo.3gp", "video/demo.mpg"]


def create(data: bytes, name: str, options: Options | None = None) -> Record:
    return pipeline.create_stream(io.BytesIO(data), options, filename=name)


@pytest.mark.parametrize("name", FILES)
def test_sound_and_video_have_the_content_code_of_the_reference(name: str) -> None:
    record = create(sample(name), name.split("/")[1], Options(bits=256))
    assert str(record.units[1]) == REFERENCE[name]["unit"]
    assert record.mode == REFERENCE[name]["mode"]
    assert record.extractor["av"]
    assert record.duration == pytest.approx(15.5 if record.mode == "audio" else 60.1, abs=0.1)


def test_scenes_are_granular_features() -> None:
    record = create(sample("video/demo.3gp"), "demo.3gp", Options(granular=True))
    features, chunks = record.features
    assert chunks.segment == "chunk"
    assert features.subtype == "video"
    assert list(features.simprints) == REFERENCE["video/demo.3gp"]["simprints"]
    assert list(features.sizes) == REFERENCE["video/demo.3gp"]["sizes"]
    assert features.offsets == (0.0,)


def test_short_sound_is_a_sum_with_the_reason() -> None:
    record = create(sample("audio/short.wav"), "short.wav")
    assert record.mode is None
    assert "too short" in record.missing["content"]
    assert record.failure is None


def test_broken_video_is_a_sum_with_the_failure() -> None:
    record = create(sample("video/demo.ogv"), "demo.ogv")
    assert record.mode is None
    assert isinstance(record.failure, ExtractionFailed)


def test_silence_and_black_pictures_are_flagged() -> None:
    assert create(wave(np.zeros(44_100, np.int16)), "a.wav").flags == ("silence",)
    black = film([np.zeros((64, 64), np.uint8)] * 5)
    assert create(black, "a.mkv").flags == ("blank-video",)
