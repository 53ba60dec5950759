from array import array
from random import Random

import iscc_core
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.minhash import minhash
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput

LEVELS = _kernel.levels["minhash"]
NUMBERS = st.integers(0, 2**32 - 1)


def test_published_digests() -> None:
    assert minhash([0]).hex() == "efbe739acbd9a4ea8edb1010cd60793516fdc2f701014a7d9955e5abce2fc7f1"
    assert minhash([1]).hex() == "4788d26d906c85af5b01d8e44cedacb13cdccf9ae3ec761ef674ac783e504734"
    assert (
        minhash([1, 2, 3]).hex()
        == "5768d47fa44192dccb61dce6284dbee5a5548f88d365103b6634ec685e506717"
    )
    assert (
        minhash([4294967295]).hex()
        == "9e63d2af54e6ec5030562d6dec85604c3b6933669c8c4111540beffb3ecd1569"
    )


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.integers(1, 32))
def test_kernel_agrees_with_the_readable_twin(features: list[int], planes: int) -> None:
    assert minhash(features, planes=planes) == hashes.minhash(features, planes=planes)


@pytest.mark.parametrize("level", LEVELS)
@given(
    count=st.one_of(st.sampled_from([1, 63, 64, 65, 128, 129]), st.integers(1, 1500)),
    seed=st.integers(0, 2**32),
    top=st.sampled_from([2**32, 2**16, 3]),
)
def test_every_level_agrees_with_the_readable_twin(
    level: int, count: int, seed: int, top: int
) -> None:
    random = Random(seed)
    features = [random.randrange(top) for _ in range(count)]
    assert _kernel.minhash(array("I", features), level)[:32] == hashes.minhash(features)


@pytest.mark.parametrize("level", LEVELS)
def test_bounds_that_wrap_or_tie_do_not_mislead(level: int) -> None:
    # The kernel compares low32(a f + b) + 7 before it permutes. Features are chosen so that this
    # is just below or above 2**32, or that two of them lie closer than 7, for one permutation.
    random = Random(level)
    tables = hashes.tables()
    for a, b in zip(tables["minhash_a"], tables["minhash_b"], strict=True):
        inverse = pow(a, -1, 2**32)
        first = random.choice([0, 3, 2**31]) + random.randrange(2**20)
        for low in (*range(-9, 3), first, first + random.randrange(1, 9)):
            features = [random.randrange(2**32) for _ in range(random.choice([3, 70]))]
            features.append((low - b) * inverse % 2**32)
            features.append((first - b) * inverse % 2**32)
            random.shuffle(features)
            digest = _kernel.minhash(array("I", features), level)
            assert digest == hashes.minhash(features, planes=32)


def test_no_feature_of_32_bits_needs_the_division() -> None:
    # The kernel adds the top three bits of x = a f + b mod 2**64 to its low word. That differs
    # from the remainder only where low61(x) + (x >> 61) reaches 2**61 - 1.
    prime = 2**61 - 1
    reached = [top << 61 | low for top in range(8) for low in range(prime - top, prime + 1)]
    assert len(reached) == 36
    tables = hashes.tables()
    for a, b in zip(tables["minhash_a"], tables["minhash_b"], strict=True):
        inverse = pow(a, -1, 2**64)
        assert all((x - b) * inverse % 2**64 >= 2**32 for x in reached)


@given(st.lists(NUMBERS, min_size=1, max_size=300))
def test_kernel_agrees_with_iscc_core(features: list[int]) -> None:
    assert minhash(features) == iscc_core.alg_minhash_256(features)
    assert minhash(features, planes=1) == iscc_core.alg_minhash_64(features)


@given(st.lists(NUMBERS, min_size=1))
def test_order_and_repetition_do_not_matter(features: list[int]) -> None:
    shuffled = sorted(features * 2, reverse=True)
    assert minhash(shuffled) == minhash(features)


def test_buffers_of_words_hash_as_lists() -> None:
    numbers = list(range(0, 2**32, 2**24 + 7))
    assert minhash(array("I", numbers)) == minhash(numbers)
    assert minhash(np.array(numbers, dtype=np.uint32).data) == minhash(numbers)
    assert minhash(tuple(numbers)) == minhash(numbers)


@pytest.mark.parametrize(
    "features",
    [[], [-1], [2**32], [1.5], b"abcd", array("i", [-1]), np.arange(8, dtype=np.uint32)[::2]],
)
def test_refuses_what_are_not_32_bit_words(features: list[int]) -> None:
    with pytest.raises(InvalidInput):
        minhash(features)


@pytest.mark.parametrize("planes", [0, 33])
def test_refuses_a_number_of_planes_out_of_range(planes: int) -> None:
    with pytest.raises(InvalidInput, match="planes"):
        minhash([1], planes=planes)
