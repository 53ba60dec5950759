"""How often chance agrees as well as two units do, in words.

What stands beside a percentage is one scale: that of unrelated content, measured. Random bits
agree less often than unrelated content does; their odds are a detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.algorithms.hamming import odds

if TYPE_CHECKING:
    from iscckit.comparison.agreement import UnitComparison

__all__ = ["chance_details", "chance_words", "random_words"]


def chance_words(pair: UnitComparison) -> str:
    """Return how often unrelated content of this kind agrees as well.

    Where nothing was measured, or bits have to match as a whole, it is how often random bits do.
    """
    found = pair.unrelated
    if found is None:
        return random_words(pair)
    if not found.agreeing:
        return f"unrelated content: fewer than {odds(1 / found.pairs)}"
    return f"unrelated content: {odds(found.agreeing / found.pairs)}"


def random_words(pair: UnitComparison) -> str:
    """Return how often random bits agree as well."""
    return f"random bits: {odds(pair.chance or 1.0)}"


def chance_details(pair: UnitComparison) -> str:
    """Return the other scales: random bits, unless they are shown already, and correlation."""
    shown = f"correlation {pair.correlation or 0.0:+.2f}"
    return shown if pair.unrelated is None else f"{random_words(pair)}, {shown}"
