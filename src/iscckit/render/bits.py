"""Values drawn for people: the bits of two units, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

__all__ = ["GLYPHS", "Cell", "bit_matrix", "bit_text"]


class Cell(IntEnum):
    """What two bits at one place have in common."""

    ZERO = 0  # both 0
    ONE = 1  # both 1
    DIFFERENT = 2


# One shape a cell, by its value: agreement and disagreement are told apart without colour.
GLYPHS: Final = "·█×"


def bit_matrix(a: bytes, b: bytes, *, width: int = 64) -> list[list[Cell]]:
    """Lay the bits of two bodies over each other.

    Args:
        a: A body. What is longer than ``b`` is left out, and the other way round.
        b: Another body.
        width: Cells in a row.

    Returns:
        Rows of ``width`` cells, the first bit first; the last row may be shorter.
    """
    common = min(len(a), len(b))
    cells = [
        Cell.DIFFERENT if (x ^ y) >> bit & 1 else Cell(x >> bit & 1)
        for x, y in zip(a[:common], b[:common], strict=True)
        for bit in range(7, -1, -1)
    ]
    return [cells[at : at + width] for at in range(0, len(cells), width)]


def bit_text(row: Sequence[Cell]) -> str:
    """Return one row of a bit matrix with one of ``GLYPHS`` for each cell."""
    return "".join(GLYPHS[cell] for cell in row)
