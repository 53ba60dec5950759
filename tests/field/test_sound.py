"""Sound and video of others: sound alone in containers of video, headers that lie, turned videos.

The sound is made here, and packed into each container. Sources: ankidroid/Anki-Android 15872,
friendica/friendica 15293, kaltura/server 8352 (sound alone); androidx/media 1376,
agersant/mp3-duration 16, JamesHeinrich/getID3 41 (durations).
"""

from __future__ import annotations

import io
import struct
from functools import cache

import av
import numpy as np
import pytest
from tests.field.pictures import content, equal
from tests.media.av_files import film, wave

from iscckit.codec.unit import SubType
from iscckit.media.content_values import Source
from iscckit.media.readers.thumbnail import make_thumbnail
from iscckit.records.create import create_stream
from iscckit.records.options import Options
from iscckit.records.record import Record

RATE = 48_000
SECONDS = 8
# Extension: FFmpeg's names of the container and of the codec.
CONTAINERS = {
    "mp4": ("mp4", "aac"),
    "m4v": ("ipod", "aac"),
    "mov": ("mov", "aac"),
    "3gp": ("3gp", "aac"),
    "3g2": ("3g2", "aac"),
    "webm": ("webm", "libopus"),
    "mkv": ("matroska", "ac3"),
    "ts": ("mpegts", "mp2"),
    "m2ts": ("mpegts", "aac"),
    "mpg": ("mpeg", "mp2"),
    "vob": ("vob", "ac3"),
    "asf": ("asf", "wmav2"),
    "wmv": ("asf", "wmav2"),
    "flv": ("flv", "aac"),
    "avi": ("avi", "pcm_s16le"),
}


@cache
def melody(rate: int = RATE, seconds: int = SECONDS) -> np.ndarray:
    """Return notes that change four times a second."""
    chosen = np.random.default_rng(3).integers(40, 76, (4 * seconds, 2))
    notes = 440 * 2 ** ((chosen - 69) / 12)
    pitch = np.repeat(notes, rate // 4, axis=0)
    samples = np.sin(2 * np.pi * np.cumsum(pitch / rate, axis=0)).sum(axis=1)
    found: np.ndarray = (9000 * samples).astype(np.int16)
    return found


def sound(
    container: str, codec: str, *, cover: bool = False, rate: int = RATE, seconds: int = SECONDS
) -> bytes:
    samples = melody(rate, seconds)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        picture = None
        if cover:
            picture = output.add_stream("mjpeg", rate=1)
            assert isinstance(picture, av.VideoStream)
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        stream = output.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        stream.bit_rate = 96_000
        if picture is not None:
            shown = av.VideoFrame.from_ndarray(np.full((48, 64), 90, np.uint8), format="gray")
            output.mux(picture.encode(shown.reformat(format="yuvj420p")))
            output.mux(picture.encode(None))
        fifo = av.AudioFifo()
        whole = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        whole.sample_rate = rate
        fifo.write(whole)
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=stream.rate)
        if not stream.codec_context.is_open:
            stream.codec_context.open()
        size = stream.codec_context.frame_size or 1024
        while piece := fifo.read(size):
            piece.pts = None
            for frame in resampler.resample(piece):
                output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def record(
    data: bytes, filename: str, profile: str = "iscckit-1", *, mixed: bool = False
) -> Record:
    options = Options(bits=256, profile=profile, mixed=mixed)  # type: ignore[arg-type]
    return create_stream(io.BytesIO(data), options, filename=filename)


@pytest.mark.parametrize("extension", CONTAINERS)
def test_sound_alone_in_a_container_of_video_has_an_audio_code(extension: str) -> None:
    plain = record(wave(melody(), RATE), "a.wav")
    found = record(sound(*CONTAINERS[extension]), f"a.{extension}")
    assert found.mediatype.startswith("video/"), found.mediatype
    assert found.mode == "audio"
    assert equal(content(found), content(plain)) >= 235
    assert found.duration == pytest.approx(SECONDS, abs=0.6)
    assert (found.width, found.fps) == (None, None)


@pytest.mark.parametrize("extension", ["mp4", "mov"])
def test_a_cover_is_no_video(extension: str) -> None:
    data = sound(*CONTAINERS[extension], cover=True)
    found = record(data, f"a.{extension}")
    assert found.mode == "audio"
    assert content(found).subtype == SubType.AUDIO
    shown = make_thumbnail(Source(io.BytesIO(data), f"a.{extension}", found.mediatype))
    assert shown[:4] == b"RIFF"


@pytest.mark.parametrize("extension", ["mp4", "mkv", "flv"])
def test_the_profile_of_the_sdk_refuses_sound_alone_as_the_sdk_does(extension: str) -> None:
    found = record(sound(*CONTAINERS[extension]), f"a.{extension}", "sdk-0.9.7")
    assert found.missing["content"] == "has no video that can be decoded"


def test_sound_alone_is_one_part_of_a_mixed_code() -> None:
    found = record(sound("mp4", "aac"), "a.mp4", mixed=True)
    assert [part.name for part in found.parts] == ["sound"]
    assert found.mode == "audio"
    assert found.missing["mixed"] == "it takes two parts that count, found 1: sound"


# --- durations


def mp3_with_frames(count: int) -> bytes:
    """Return an MP3 file whose Xing header states ``count`` frames."""
    data = bytearray(sound("mp3", "libmp3lame"))
    at = max(data.find(b"Xing"), data.find(b"Info"))
    assert at > 0
    assert data[at + 7] & 1
    struct.pack_into(">I", data, at + 8, count)
    return bytes(data)


@pytest.mark.parametrize("count", [1, 5, 1 << 31, (1 << 32) - 1])
def test_a_header_of_mp3_that_lies_does_not_count(count: int) -> None:
    found = record(mp3_with_frames(count), "a.mp3")
    assert found.duration == pytest.approx(SECONDS, abs=0.2)


def test_the_profile_of_the_sdk_has_the_duration_that_is_stated() -> None:
    duration = record(mp3_with_frames(5), "a.mp3", "sdk-0.9.7").duration
    assert duration is not None
    assert duration < 1


def test_a_file_of_sound_that_is_cut_lasts_as_long_as_it_is() -> None:
    data = wave(melody(), RATE)
    assert record(data[: len(data) // 2], "a.wav").duration == pytest.approx(SECONDS / 2, abs=0.1)


def matroska_film(seconds: int, stated: float) -> bytes:
    pictures = [np.full((32, 32), 7 * n % 256, np.uint8) for n in range(5 * seconds)]
    data = bytearray(film(pictures, rate=5))
    at = data.find(b"\x44\x89\x88")
    assert at > 0
    struct.pack_into(">d", data, at + 3, 1000 * stated)
    return bytes(data)


@pytest.mark.parametrize("stated", [0.2, 600.0, 3e9])
def test_a_header_of_a_film_that_lies_does_not_count(stated: float) -> None:
    found = record(matroska_film(12, stated), "a.mkv")
    assert found.duration == pytest.approx(12, abs=0.5)
    kept = record(matroska_film(12, stated), "a.mkv", "sdk-0.9.7").duration
    assert kept == pytest.approx(stated)


# --- turned videos

TURNS = {
    "not turned": ([65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30], (64, 48)),
    "90": ([0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30], (48, 64)),
    "180": ([-65536, 0, 0, 0, -65536, 0, 0, 0, 1 << 30], (64, 48)),
    "270": ([0, -65536, 0, 65536, 0, 0, 0, 0, 1 << 30], (48, 64)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_width_and_height_are_those_that_are_shown(turn: str) -> None:
    matrix, shown = TURNS[turn]
    pictures = [np.full((48, 64), 9 * n % 256, np.uint8) for n in range(25)]
    data = film(pictures, codec="mpeg4", container="mp4", pixels="yuv420p", matrix=matrix)
    found = record(data, "a.mp4")
    assert (found.width, found.height) == shown
    kept = record(data, "a.mp4", "sdk-0.9.7")
    assert (kept.width, kept.height) == (64, 48)
    assert content(found) == content(kept)
