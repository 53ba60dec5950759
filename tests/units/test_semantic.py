"""Semantic-Codes: signs of vectors become bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec.code import compose, decompose
from iscckit.codec.unit import PRIVATE_VERSION, MainType, SubType, Unit
from iscckit.comparison.verdict import compare
from iscckit.errors import InvalidInput
from iscckit.units.semantic import (
    document_vector,
    semantic_image_code,
    semantic_simprints,
    semantic_text_code,
)

VECTORS = st.lists(st.floats(-1e3, 1e3, width=32), min_size=256, max_size=400)


def test_a_component_that_is_not_negative_is_a_bit_that_is_set() -> None:
    unit = semantic_text_code([1.0, -1.0, 0.0, -0.5] * 8, bits=32)
    assert unit == Unit(MainType.SEMANTIC, SubType.TEXT, b"\xaa" * 4)
    assert str(semantic_image_code([1.0, -1.0, 0.0, -0.5] * 8, bits=32)) == "ISCC:CEAKVKVKVI"


@given(VECTORS, st.sampled_from(range(32, 257, 32)))
def test_bits_are_those_of_the_signs_and_prefixes_of_longer_codes(
    vector: list[float], bits: int
) -> None:
    body = semantic_text_code(vector, bits=bits).body
    signs = "".join("1" if number >= 0 else "0" for number in vector[:bits])
    assert int.from_bytes(body) == int(signs, 2)
    assert semantic_image_code(np.array(vector), bits=256).body.startswith(body)


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        ([0.5] * 63, "the vector has 63"),
        ([float("nan")] * 64, "not finite"),
        ([float("inf")] * 64, "not finite"),
        ([[0.5] * 64], "dimensions"),
        (["a"] * 64, "numbers"),
    ],
)
def test_what_is_no_vector_is_refused(vector: list, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidInput, match=message):
        semantic_text_code(vector)


@pytest.mark.parametrize("bits", [0, 33, 288])
def test_lengths_that_are_not_offered_are_refused(bits: int) -> None:
    with pytest.raises(InvalidInput, match="32 to 256"):
        semantic_image_code([1.0] * 300, bits=bits)


def test_the_vector_of_a_text_is_the_mean_of_length_one() -> None:
    mean = document_vector([[3.0, 0.0], [0.0, 1.0]])
    assert np.allclose(mean, np.array([3.0, 1.0]) / np.sqrt(10))
    with pytest.raises(InvalidInput, match="cancel out"):
        document_vector([[1.0, 0.0], [-1.0, 0.0]])
    with pytest.raises(InvalidInput, match="at least one"):
        document_vector(np.zeros((0, 4)))


def test_simprints_carry_their_places() -> None:
    found = semantic_simprints([[1.0] * 64, [-1.0] * 64], [(0, 5), (3, 4)])
    assert [(each.text, each.offset, each.size) for each in found] == [
        ("__________8", 0, 5),
        ("AAAAAAAAAAA", 3, 4),
    ]
    with pytest.raises(InvalidInput, match="do not fit"):
        semantic_simprints([[1.0] * 64], [])


def test_codes_of_another_model_are_read_but_never_compared_or_composed() -> None:
    vector = [1.0, -1.0] * 32
    own = semantic_text_code(vector, version=PRIVATE_VERSION)
    assert decompose(str(own)) == [own]
    found = compare(own, semantic_text_code(vector))
    assert found.verdict == "none"
    assert not found.units
    other = semantic_text_code(vector, version=PRIVATE_VERSION + 1)
    assert not compare(own, other).units
    assert compare(own, own).verdict == "semantic"
    data = Unit(MainType.DATA, 0, bytes(8))
    instance = Unit(MainType.INSTANCE, 0, bytes(8))
    with pytest.raises(InvalidInput, match="Version"):
        compose([own, data, instance])
    with pytest.raises(InvalidInput, match="584"):
        semantic_text_code(vector, version=1)
