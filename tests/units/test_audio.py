"""Audio-Code: known answers, its twin, and what is refused."""

import iscc_lib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput
from iscckit.units.audio import audio_code

LEVELS = _kernel.levels["audio_digest"]
LOW, HIGH = -(2**31), 2**31 - 1


@pytest.mark.parametrize(
    ("words", "bits", "code"),
    [
        ([], 64, "ISCC:EIAQAAAAAAAAAAAA"),
        ([1], 128, "ISCC:EIBQAAAAAEAAAAABAAAAAAAAAAAAA"),
        ([1, 2], 256, "ISCC:EIDQAAAAAMAAAAABAAAAAAQAAAAAAAAAAAAAAAAAAEAAAAACAAAAAAA"),
        ([-1, 0, 1], 256, "ISCC:EIDQAAAAAH777777AAAAAAAAAAAACAAAAAAP777774AAAAAAAAAAAAI"),
        ([1, 2, 3, 4, 5], 64, "ISCC:EIAQAAAAAEAAAAAD"),
    ],
)
def test_known_answers(words: list[int], bits: int, code: str) -> None:
    assert str(audio_code(words, bits=bits)) == code


@pytest.mark.parametrize("level", LEVELS)
@given(words=st.lists(st.integers(LOW, HIGH), max_size=80))
def test_every_level_agrees_with_the_readable_twin(level: int, words: list[int]) -> None:
    expected = hashes.audio_digest(words)
    for bits in range(32, 257, 32):
        assert _kernel.audio_digest(words, bits, level) == expected[: bits // 8]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["random", "constant", "two symbols", "periodic", "ordered"])
def test_long_fingerprints_agree_with_the_twin(level: int, kind: str) -> None:
    for count in (1, 2, 3, 4, 5, 15, 16, 17, 127, 128, 129, 1023, 1024, 1025, 2999, 4096):
        make = np.random.default_rng(count)
        words = {
            "random": make.integers(LOW, HIGH, count, endpoint=True),
            "constant": np.full(count, -5),
            "two symbols": make.choice([LOW, HIGH], count),
            "periodic": np.arange(count) % 7 - 3,
            "ordered": np.sort(make.integers(-300, 300, count)),
        }[kind].tolist()
        assert _kernel.audio_digest(words, 256, level) == hashes.audio_digest(words)


@given(st.lists(st.integers(LOW, HIGH), max_size=40), st.sampled_from(range(32, 257, 32)))
def test_agrees_with_iscc_lib(words: list[int], bits: int) -> None:
    assert str(audio_code(words, bits=bits)) == iscc_lib.gen_audio_code_v0(words, bits=bits)["iscc"]


def test_takes_lists_tuples_and_arrays() -> None:
    words = [LOW, -1, 0, 5, HIGH]
    expected = audio_code(words, bits=256)
    assert audio_code(tuple(words), bits=256) == expected
    assert audio_code(np.array(words), bits=256) == expected
    assert audio_code(np.array(words, np.int32), bits=256) == expected
    assert audio_code(np.array(words, np.int32).data, bits=256) == expected
    assert audio_code(np.repeat(np.array(words, np.int32), 2)[::2], bits=256) == expected
    assert audio_code(np.array([], np.int32)) == audio_code([])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([2**31], "2147483648 is not in the range -2147483648..2147483647"),
        ([1, LOW - 1], "-2147483649 is not in the range"),
        ([2**64], "64 bits"),
        ([1.0], "float"),
        (["1"], "str"),
        (7, "iterable"),
        (np.zeros((2, 2), np.int32), "one dimension"),
        (np.zeros(4), "integers"),
        (np.array([2**31]), "2147483648 is not in the range"),
        (np.array([2**31], np.uint32), "2147483648 is not in the range"),
    ],
)
def test_refuses_what_is_no_signed_fingerprint(words: list[int], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        audio_code(words)


@pytest.mark.parametrize("bits", [0, 16, 65, 512])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="multiple of 32"):
        audio_code([1], bits=bits)


def test_refuses_an_array_of_elements_without_size() -> None:
    with pytest.raises(InvalidInput, match="integers"):
        audio_code(np.zeros(4, dtype="V0"))
