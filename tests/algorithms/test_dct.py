"""The cosine transform: known values, its twin to the last bit, and the law of its first value."""

from random import Random

import iscc_core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.dct import dct, dct2
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput

SIZES = (1, 2, 4, 8, 16, 32)
numbers = st.floats(-1e6, 1e6)


def test_known_values() -> None:
    assert dct([1, 1, 1, 1]) == [4, 0, 0, 0]
    assert dct([1, 2, 3, 4]) == [10, -3.15432202989895, 0.0, -0.22417076458398263]


def test_flat_and_symmetric_values_have_coefficients_that_are_exactly_zero() -> None:
    assert dct([255.0] * 32)[1:] == [0.0] * 31
    assert dct2([[255.0] * 32] * 32)[1] == [0.0] * 32
    assert dct([1, 2, 3, 4, 4, 3, 2, 1])[1::2] == [0, 0, 0, 0]


@given(st.sampled_from(SIZES).flatmap(lambda n: st.lists(numbers, min_size=n, max_size=n)))
def test_agrees_with_the_readable_twin_to_the_last_bit(values: list[float]) -> None:
    assert dct(values) == hashes.dct(values)


@given(st.sampled_from(SIZES), st.randoms(use_true_random=False))
def test_two_dimensions_agree_with_the_twin(n: int, random: Random) -> None:
    matrix = [[random.uniform(-255, 255) for _ in range(n)] for _ in range(n)]
    assert dct2(matrix) == hashes.dct2(matrix)


@pytest.mark.parametrize("n", [64, 128, 512])
def test_larger_powers_of_two_agree_with_iscc_core_to_the_last_bit(n: int) -> None:
    values = [(i * 7919) % 251 - 100.5 for i in range(n)]
    assert dct(values) == iscc_core.alg_dct(values)
    assert dct([255.0] * n)[1:] == [0.0] * (n - 1)


@pytest.mark.parametrize("values", [[], [1.0] * 3, [1.0] * 12, [1.0] * 96])
def test_refuses_other_numbers_of_values(values: list[float]) -> None:
    with pytest.raises(InvalidInput, match=f"got {len(values)}"):
        dct(values)


@pytest.mark.parametrize("matrix", [[], [[1.0]] * 2, [[1.0] * 3] * 3, [[1.0], [1.0, 2.0]]])
def test_refuses_what_is_not_square(matrix: list[list[float]]) -> None:
    with pytest.raises(InvalidInput, match="n rows of n values"):
        dct2(matrix)


def test_refuses_what_is_no_number() -> None:
    with pytest.raises(InvalidInput, match="needs numbers"):
        dct(["1"])  # type: ignore[list-item]
