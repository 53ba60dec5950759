"""How far apart codes may be before chance alone explains that they are near."""

from __future__ import annotations

from functools import cache
from typing import Final

from iscckit.algorithms.hamming import chance
from iscckit.errors import InvalidInput

__all__ = ["FALSE_HITS", "default_radius", "expected_false_hits"]

FALSE_HITS: Final = 0.01  # that a query may expect among codes that have nothing to do with it


def expected_false_hits(bits: int, rows: int, radius: int) -> float:
    """Return how many of ``rows`` random codes are within ``radius`` of a query."""
    return rows * chance(bits - min(radius, bits), bits)


@cache
def default_radius(bits: int, rows: int, false_hits: float = FALSE_HITS) -> int:
    """Return the largest radius at which a query expects at most so many false hits.

    It shrinks as the collection grows: a fixed similarity would drown in chance.

    Args:
        bits: That are compared.
        rows: In the collection.
        false_hits: To be expected of a query.

    Returns:
        0 to ``bits``; -1 where even equal codes are expected by chance.

    Raises:
        InvalidInput: ``false_hits`` is not positive.
    """
    if false_hits <= 0:
        raise InvalidInput(f"false_hits must be positive, got {false_hits}")
    low, high = -1, bits
    while low < high:
        middle = (low + high + 1) // 2
        if expected_false_hits(bits, rows, middle) <= false_hits:
            low = middle
        else:
            high = middle - 1
    return low
