"""Hamming agreement of two bodies, and the probability that random bits agree as well."""

from __future__ import annotations

from functools import cache, lru_cache
from math import comb, floor, log10
from typing import Final

from iscckit.errors import InvalidInput

__all__ = ["chance", "equal_bits", "odds"]

_KEPT: Final = 1 << 13  # cached results: units have eight lengths, and few agree well


def equal_bits(a: bytes, b: bytes) -> int:
    """Count the equal bits in the common prefix of two bodies.

    Args:
        a: A body of any length.
        b: A body of any length.

    Returns:
        The number of equal bits, 0 to 8 times the length of the shorter body in bytes.

    Source:
        Normalised prefix Hamming of the ISCC search tools, as a count: the first bits of a longer
        unit are the shorter unit of the same content.
    """
    common = min(len(a), len(b))
    differing = int.from_bytes(a[:common], "big") ^ int.from_bytes(b[:common], "big")
    return 8 * common - differing.bit_count()


@lru_cache(_KEPT)
def chance(equal: int, bits: int) -> float:
    """Return the probability that two random codes agree in ``equal`` or more of ``bits`` bits.

    Args:
        equal: The number of equal bits, 0 to ``bits``.
        bits: The number of compared bits, at least 1.

    Returns:
        P(Binomial(bits, 1/2) >= equal): 1.0 for no equal bit, 2 ** -bits for all. The sum of
        integers is exact and divided once, so the value is the nearest float.

    Raises:
        InvalidInput: ``equal`` is not within 0..``bits``, or ``bits`` is not positive.
    """
    if bits < 1 or not 0 <= equal <= bits:
        raise InvalidInput(f"equal must be 0..bits and bits positive, got {equal} of {bits}")
    return _count_tails(bits)[equal] / (1 << bits)


@cache
def _count_tails(bits: int) -> tuple[int, ...]:
    """Return the number of codes with k or more ones, for each k from 0 to ``bits``."""
    tails = [0]
    for ones in range(bits, -1, -1):
        tails.append(tails[-1] + comb(bits, ones))
    return tuple(reversed(tails[1:]))


@lru_cache(_KEPT)
def odds(probability: float) -> str:
    """Return a probability as odds in words: ``5 in 10``, ``1 in 13 000``, ``1 in 10^11``.

    Args:
        probability: A probability above 0, at most 1.

    Returns:
        Tenths if the probability is a tenth or more; two significant digits down to one in a
        million; below that a power of ten, which may understate a match but never overstates it.
    """
    if probability >= 0.1:
        return f"{round(10 * probability)} in 10"
    rarity = 1 / probability
    if rarity < 1e6:
        step = 10 ** max(0, len(str(int(rarity))) - 2)
        return f"1 in {int(rarity) // step * step:,}".replace(",", " ")
    return f"1 in 10^{floor(log10(rarity))}"
