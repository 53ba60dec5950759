"""Audio files down to fingerprints: equal to fpcalc, and nothing but the file is opened."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from tests.media.av_files import REFERENCE, extracted, sample, source, wave

from iscckit.algorithms.chromaprint import fingerprint
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import AudioContent, Limits
from iscckit.media.readers import audio
from iscckit.media.readers.av import choose_stream, decode_frames, open_container
from iscckit.units.audio import audio_code

COMPUTABLE = sorted(k for k, v in REFERENCE.items() if v["mode"] == "audio" and v["unit"])
NOISE = np.random.default_rng(5).integers(-9000, 9000, 44_100, dtype=np.int16)


def code(content: AudioContent, bits: int) -> str:
    return "ISCC:" + audio_code(memoryview(content.fingerprint).cast("i"), bits=bits).code


@pytest.mark.parametrize("name", COMPUTABLE)
def test_real_files_have_the_codes_of_the_reference(name: str) -> None:
    content = extracted(audio.extract, sample(name), name)
    assert code(content, 256) == REFERENCE[name]["unit"]
    assert content.reason == ""
    assert content.extractor["av"]


def test_too_little_sound_is_a_reason_and_no_error() -> None:
    content = extracted(audio.extract, sample("audio/short.wav"), "short.wav")
    assert content.fingerprint == b""
    assert content.reason == "1.353 s of sound are too short: an Audio-Code needs 2.724 s"
    assert content.duration == pytest.approx(1.353, abs=0.001)


@pytest.mark.parametrize(("size", "words"), [(30_030, 0), (30_031, 1), (44_100, 11)])
def test_sound_at_the_rate_of_the_fingerprint_is_taken_as_it_is(size: int, words: int) -> None:
    content = extracted(audio.extract, wave(NOISE[:size]))
    assert len(content.fingerprint) == 4 * words
    assert content.fingerprint == fingerprint(NOISE[:size].data)


def test_a_picture_is_no_sound() -> None:
    with pytest.raises(ExtractionFailed, match="has no audio that can be decoded"):
        extracted(audio.extract, sample("video/demo.gif"), "demo.gif")


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"no sound, only words. " * 400])
def test_what_is_no_media_file_is_refused(data: bytes) -> None:
    with pytest.raises(ExtractionFailed, match="cannot be read as audio/mpeg"):
        extracted(audio.extract, data, "file.mp3")


@pytest.mark.parametrize("name", ["audio/demo.mp3", "audio/demo.ogg", "audio/demo.wv"])
def test_truncated_and_damaged_files_end_in_a_value_or_a_clear_error(name: str) -> None:
    data = sample(name)
    rng = np.random.default_rng(1)
    for size in (100, 1000, len(data) // 2):
        damaged = bytearray(data[:size])
        for at in rng.integers(0, size, 40):
            damaged[at] = rng.integers(256)
        with suppress(ExtractionFailed):
            content = extracted(audio.extract, bytes(damaged), name)
            assert content.reason or content.fingerprint


def test_a_file_of_broken_packets_fails() -> None:
    data = bytearray(sample("audio/demo.ogg"))
    with open_container(source(bytes(data))) as container:
        stream = choose_stream(source(b""), container, "audio")
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
    for packet in packets[3:]:  # the sound, not the headers
        at = data.find(packet[:40])
        if at >= 0:
            data[at] |= 1  # Vorbis: a packet of sound starts with a zero bit
    with pytest.raises(ExtractionFailed):
        extracted(audio.extract, bytes(data), "demo.ogg")


def test_a_change_of_rate_in_the_middle_starts_a_new_resampler() -> None:
    first = np.sin(np.arange(22_050) / 9) * 9000
    second = np.sin(np.arange(44_100) / 18) * 9000
    frames: list[Any] = []
    for rate, sound in ((11_025, first), (22_050, second)):
        with open_container(source(wave(sound, rate))) as container:
            stream = choose_stream(source(b""), container, "audio")
            frames += decode_frames(source(b""), container, stream)
    blocks = audio.resample(frames)
    joined = np.concatenate([np.frombuffer(bytes(block), np.int16) for block in blocks])
    assert len(joined) == pytest.approx(44_100, abs=32)
    assert joined[:22_050].tolist() == first.astype(np.int16).tolist()


def test_a_limit_on_pixels_is_none_on_sound() -> None:
    data = sample("audio/demo.mp3")
    assert extracted(audio.extract, data) == extracted(audio.extract, data, limits=Limits(pixels=1))


def test_silence_is_said_to_be_silent() -> None:
    assert extracted(audio.extract, wave(np.zeros(44_100, np.int16))).silent
    assert not extracted(audio.extract, wave(NOISE)).silent
    assert not extracted(audio.extract, wave(NOISE[:50])).silent


def test_slow_samples_do_not_make_endless_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_LONGEST", 60)
    with pytest.raises(LimitExceeded, match="60 seconds of sound"):
        extracted(audio.extract, wave(NOISE, rate=100))
