"""Chromaprint words: known answers, the twin, and every way of cutting a stream."""

from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from iscckit import _kernel
from iscckit.algorithms.chromaprint import SHORTEST, SILENCE, Fingerprinter, fingerprint
from iscckit.algorithms.twin import av
from iscckit.errors import InvalidInput

Samples = NDArray[np.int16]

LEVELS = _kernel.levels["Fingerprinter"]
FORMULA = np.array([(i * i // 64) % 65536 - 32768 for i in range(40_000)], dtype=np.int16)
WORDS = [
    4126540549, 4126541125, 3713272269, 3692308719,
    3692308655, 4229351597, 4260809165, 4257122063,
]  # fmt: skip


def words(samples: Samples, level: int = 0) -> list[int]:
    kernel = _kernel.Fingerprinter(level)
    kernel.feed(samples.data)
    return list(memoryview(kernel.words()).cast("i"))


@st.composite
def sounds(draw: st.DrawFn) -> Samples:
    """Return up to five seconds: noise, tones, clicks, silence, loud and quiet, in parts."""
    seed = draw(st.integers(0, 2**32 - 1))
    size = draw(st.sampled_from([0, 1, 4096, SHORTEST - 1, SHORTEST, 45_000])) or draw(
        st.integers(0, 50_000)
    )
    rng = np.random.default_rng(seed)
    parts = []
    for kind in draw(st.lists(st.sampled_from("ntcsl"), min_size=1, max_size=4)):
        length = rng.integers(1, max(size, 2))
        t = np.arange(length) / 11025
        volume = 10 ** rng.uniform(0, 4.5)
        parts.append(
            {
                "n": rng.standard_normal(length) * volume / 4,
                "t": np.sin(2 * np.pi * rng.uniform(20, 4000) * t) * volume,
                "c": (rng.random(length) < 0.001) * volume,
                "s": np.zeros(length),
                "l": np.where(rng.random(length) < 0.5, -32768, 32767),
            }[kind]
        )
    whole: Samples = np.clip(np.concatenate(parts), -32768, 32767).astype(np.int16)
    return whole[:size]


@pytest.mark.parametrize("level", LEVELS)
def test_known_answer_of_fpcalc(level: int) -> None:
    assert [word % 2**32 for word in words(FORMULA, level)] == WORDS


def test_the_twin_knows_the_answer() -> None:
    assert [word % 2**32 for word in av.chroma_words(FORMULA.tolist())] == WORDS


@given(sounds())
@settings(max_examples=40)
def test_every_level_agrees_with_the_readable_twin(samples: Samples) -> None:
    expected = av.chroma_words(samples.tolist())
    for level in LEVELS:
        assert words(samples, level) == expected


@given(sounds(), st.lists(st.integers(0, 60_000), max_size=12), st.sampled_from(LEVELS))
def test_blocks_of_any_size_give_the_same_words(
    samples: Samples, cuts: list[int], level: int
) -> None:
    kernel = _kernel.Fingerprinter(level)
    for block in np.split(samples, sorted(cut % (len(samples) + 1) for cut in cuts)):
        kernel.feed(block.data)
        kernel.words()  # asking in between changes nothing
    assert np.frombuffer(kernel.words(), dtype=np.int32).tolist() == words(samples, level)


@given(sounds())
def test_a_prefix_of_the_sound_gives_a_prefix_of_the_words(samples: Samples) -> None:
    whole = words(samples)
    part = words(samples[: len(samples) // 2 + SHORTEST // 2])
    assert part == whole[: len(part)]


@pytest.mark.parametrize(
    ("size", "count"),
    [(0, 0), (SHORTEST - 1, 0), (SHORTEST, 1), (SHORTEST + 1364, 1), (SHORTEST + 1365, 2)],
)
def test_the_first_word_needs_2724_milliseconds(size: int, count: int) -> None:
    assert len(fingerprint(FORMULA[:size].data)) == 4 * count


def test_silence_has_words_too() -> None:
    assert fingerprint(np.zeros(40_000, dtype=np.int16).data) == 8 * np.int32(SILENCE).tobytes()


def test_the_transform_agrees_with_that_of_numpy() -> None:
    frames = np.random.default_rng(3).standard_normal((4, 4096)).astype(np.float32)
    spectrum = np.fft.rfft(frames.astype(np.float64))[:, 10:1308]
    powers = av._powers(frames, range(10, 1308))
    assert powers == pytest.approx(np.abs(spectrum) ** 2, rel=1e-3, abs=1e-3)


def test_refuses_half_a_sample() -> None:
    with pytest.raises(InvalidInput, match="odd number"):
        Fingerprinter().update(b"abc")


def test_threads_may_share_one_fingerprinter() -> None:
    shared = Fingerprinter()
    block = bytes(2 * 1365)

    def feed() -> None:
        for _ in range(400):
            shared.update(block)
            shared.words()

    threads = [Thread(target=feed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.words() == fingerprint(block * 1600)
