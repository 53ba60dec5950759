"""Values drawn for people: the bits of two units, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from markupsafe import Markup

__all__ = ["GLYPHS", "LEGEND", "Cell", "bit_matrix", "bit_svg", "bit_text"]


class Cell(IntEnum):
    """What two bits at one place have in common."""

    ZERO = 0  # both 0
    ONE = 1  # both 1
    DIFFERENT = 2


# One shape a cell, by its value: agreement and disagreement are told apart without colour.
GLYPHS: Final = "·█×"

_WIDTH: Final = 64  # cells in a row
_SIDE: Final = 10  # of a cell
# What each shape is called, and its stroke from a point of its cell. A square is a short line as
# wide as it is long (the stylesheet says how wide), which takes half the bytes of an outline.
_SHAPES: Final = {
    Cell.ONE: ("one", 1, 5, "h8"),
    Cell.ZERO: ("zero", 4, 5, "h3"),
    Cell.DIFFERENT: ("differ", 2, 2, "l6 6m0-6l-6 6"),
}


def bit_matrix(a: bytes, b: bytes, *, width: int = _WIDTH) -> list[list[Cell]]:
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


def bit_svg(a: bytes, b: bytes, *, label: str, name: str) -> Markup:
    """Draw the common bits of two bodies, 64 a row, as one SVG of at most three paths.

    A square is a bit that both have, a dot one that both lack, a cross one in which they differ.
    Colours come from the stylesheet.

    Args:
        a: A body.
        b: Another one; for the bits of a single unit the same one.
        label: What the drawing says in words, for those who do not see it.
        name: Name of the unit, for reading single bits.
    """
    rows = bit_matrix(a, b)
    outlines: dict[Cell, list[str]] = {}
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            _, dx, dy, outline = _SHAPES[cell]
            place = f"M{x * _SIDE + dx} {y * _SIDE + dy}{outline}"
            outlines.setdefault(cell, []).append(place)
    paths = Markup().join(
        Markup('<path class="{}" d="{}"/>').format(_SHAPES[cell][0], "".join(outlines[cell]))
        for cell in sorted(outlines)
    )
    common = min(len(a), len(b))
    values = Markup(' data-a="{}"').format(a[:common].hex())
    if a[:common] != b[:common]:
        values += Markup(' data-b="{}"').format(b[:common].hex())
    return Markup(
        '<svg class="bits" role="img" aria-label="{}" data-name="{}"{} viewBox="0 0 {} {}">{}</svg>'
    ).format(label, name, values, _WIDTH * _SIDE, len(rows) * _SIDE, paths)


def _shape(cell: Cell) -> Markup:
    kind, dx, dy, outline = _SHAPES[cell]
    return Markup(
        '<svg class="bits sign" aria-hidden="true" viewBox="0 0 10 10">'
        '<path class="{}" d="M{} {}{}"/></svg>'
    ).format(kind, dx, dy, outline)


# What the shapes of a comparison mean.
LEGEND: Final = Markup(
    '<span class="legend">{} both 1</span> <span class="legend">{} both 0</span> '
    '<span class="legend">{} different</span>'
).format(_shape(Cell.ONE), _shape(Cell.ZERO), _shape(Cell.DIFFERENT))
