"""Sound and moving pictures as codes at times."""

import numpy as np
import pytest

from iscckit.media.content_values import AudioContent, TextContent, VideoContent
from iscckit.records.timeline import SECONDS_A_FRAME, frame_codes, sound_codes, time_series
from iscckit.units.video import FRAME_ELEMENTS, video_code

CHANCE = np.random.default_rng(1)
FRAMES = [CHANCE.integers(0, 3, FRAME_ELEMENTS, np.uint8).tobytes() for _ in range(3)]
BLANK = bytes(FRAME_ELEMENTS)


def code_of(frame: bytes) -> int:
    one = memoryview(frame).cast("B", (1, FRAME_ELEMENTS))
    return int.from_bytes(video_code(one, bits=64).body, "big")


def test_two_neighbouring_words_of_sound_are_one_code() -> None:
    words = np.array([1, 2, 3], np.uint32)
    assert sound_codes(words.tobytes()).tolist() == [1 << 32 | 2, 2 << 32 | 3]
    assert len(sound_codes(b"")) == len(sound_codes(words[:1].tobytes())) == 0


def test_a_picture_that_stands_counts_once_and_a_blank_one_not_at_all() -> None:
    a, b, c = FRAMES
    film = a + a + BLANK + b + b + c + a
    codes, steps = frame_codes(film)
    assert steps.tolist() == [0, 3, 5, 6]
    assert codes.tolist() == [code_of(frame) for frame in (a, b, c, a)]
    every, places = frame_codes(film, keep_all=True)
    assert places.tolist() == [0, 1, 3, 4, 5, 6]
    assert set(every.tolist()) == set(codes.tolist())
    assert [len(part) for part in frame_codes(b"")] == [0, 0]


def test_a_film_without_a_duration_is_as_long_as_its_frames() -> None:
    film = VideoContent(b"".join(FRAMES), None, 8, 8, None)
    series = time_series(film)
    assert series is not None
    assert series.duration == pytest.approx(3 * SECONDS_A_FRAME)
    sound = time_series(AudioContent(bytes(12), 7.5))
    assert sound is not None
    assert sound.duration == 7.5


def test_a_text_has_no_time() -> None:
    assert time_series(TextContent("text")) is None
    assert time_series(None) is None
