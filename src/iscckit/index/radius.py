"""Search radius: the distance up to which chance does not explain that codes are near."""

from __future__ import annotations

from functools import cache
from typing import Final

from iscckit.algorithms.hamming import chance
from iscckit.errors import InvalidInput

__all__ = ["FALSE_HITS", "default_radius", "estimate_false_hits"]

FALSE_HITS: Final = 0.01  # expected for a query among unrelated codes


def estimate_false_hits(bits: int, rows: int, radius: int) -> float:
    """Return the expected number of ``rows`` random codes within ``radius`` of a query."""
    return rows * chance(bits - min(radius, bits), bits)


@cache
def default_radius(bits: int, rows: int, false_hits: float = FALSE_HITS) -> int:
    """Return the largest radius at which a query is expected to have few false hits.

    The radius shrinks as the collection grows, because a fixed radius gives more and more false
    hits.

    Args:
        bits: Number of bits that are compared.
        rows: Number of codes in the collection.
        false_hits: Largest expected number of false hits of a query.

    Returns:
        0 to ``bits``; -1 if chance is expected to give equal codes.

    Raises:
        InvalidInput: ``false_hits`` is not positive.
    """
    if false_hits <= 0:
        raise InvalidInput(f"false_hits must be positive, got {false_hits}")
    low, high = -1, bits
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_false_hits(bits, rows, middle) <= false_hits:
            low = middle
        else:
            high = middle - 1
    return low
