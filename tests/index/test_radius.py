"""The radius up to which a search finds more than chance would."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.index.radius import default_radius, estimate_false_hits


def test_false_hits_are_those_of_random_codes() -> None:
    assert estimate_false_hits(8, 512, 1) == pytest.approx(512 * (1 + 8) / 256)
    whole = sum(comb(64, k) for k in range(17))
    assert estimate_false_hits(64, 10**6, 16) == pytest.approx(10**6 * whole / 2**64)
    assert estimate_false_hits(64, 10, 64) == estimate_false_hits(64, 10, 99) == pytest.approx(10)


@given(
    st.sampled_from(range(32, 257, 32)), st.integers(1, 10**9), st.sampled_from([1e-4, 0.01, 1.0])
)
def test_the_radius_is_the_largest_that_chance_leaves_alone(
    bits: int, rows: int, false_hits: float
) -> None:
    radius = default_radius(bits, rows, false_hits)
    assert radius < 0 or estimate_false_hits(bits, rows, radius) <= false_hits
    assert radius == bits or estimate_false_hits(bits, rows, radius + 1) > false_hits
    assert default_radius(bits, 2 * rows, false_hits) <= radius


def test_a_collection_can_be_too_large_for_short_codes() -> None:
    assert default_radius(32, 10**9) == -1
    assert default_radius(256, 10**9) > 64


@pytest.mark.parametrize("false_hits", [0, -1])
def test_no_false_hits_at_all_cannot_be_asked_for(false_hits: float) -> None:
    with pytest.raises(InvalidInput, match="positive"):
        default_radius(64, 10, false_hits)
