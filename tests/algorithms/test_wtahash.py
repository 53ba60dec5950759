"""The winner-takes-all hash by hand, against its twin, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.twin import hashes
from iscckit.algorithms.wtahash import wtahash
from iscckit.errors import InvalidInput


def test_the_second_element_must_be_larger() -> None:
    assert wtahash([0] * 380) == bytes(32)
    first, second = [0] * 380, [0] * 380
    first[292], second[16] = 1, 1  # the first pair of the table is (292, 16)
    assert wtahash(first, bits=8)[0] >> 7 == 0
    assert wtahash(second, bits=8)[0] >> 7 == 1


@given(st.binary(min_size=380, max_size=380), st.integers(0, 255), st.integers(1, 32))
def test_agrees_with_the_readable_twin(elements: bytes, mask: int, size: int) -> None:
    vector = [(element & mask) << 55 for element in elements]  # few bits in the mask, many ties
    assert wtahash(vector, bits=8 * size) == hashes.wtahash(vector, 8 * size)


def test_elements_may_have_64_bits_with_sign() -> None:
    vector = [(-1) ** k * (2**63 - 1 - k) for k in range(380)]
    assert wtahash(tuple(vector)) == hashes.wtahash(vector)


@pytest.mark.parametrize("vector", [[], [1] * 379, [1] * 381, [1.5] * 380, [2**63] * 380, None])
def test_refuses_what_is_no_summed_signature(vector: list[int]) -> None:
    with pytest.raises(InvalidInput, match="380 integers"):
        wtahash(vector)


@pytest.mark.parametrize("bits", [0, 7, 264, -8])
def test_refuses_a_length_that_the_table_does_not_have(bits: int) -> None:
    with pytest.raises(InvalidInput, match="multiple of 8"):
        wtahash([0] * 380, bits=bits)
