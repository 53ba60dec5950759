"""A plot of dots as SVG: a row a change, a mark a method; readable on light and dark paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

__all__ = ["Line", "plot"]

_LEFT: Final = 230  # pixels for the names of rows
_WIDTH: Final = 520  # of 0 to 100 percent
_ROW: Final = 22
_TOP: Final = 84
_RIGHT: Final = 24
# Colours that are told apart on white and on black, also by most who see fewer colours.
_COLOURS: Final = ("#0b84d8", "#d55e00", "#159f74", "#b455a0", "#8a7a00", "#6f7bd9", "#7f7f7f",
                   "#c0392b")  # fmt: skip
# Each mark is drawn around 0, 0: the shape tells as much as the colour.
_SHAPES: Final = (
    '<circle r="5"/>',
    '<path d="M-5-5H5V5H-5Z"/>',
    '<path d="M0-6 6 5H-6Z"/>',
    '<path d="M0-7 6 0 0 7-6 0Z"/>',
    '<path d="M-6-5H6L0 6Z"/>',
    '<path d="M-5-5 5 5M5-5-5 5" stroke-width="2.4"/>',
    '<path d="M0-6V6M-6 0H6" stroke-width="2.4"/>',
    '<circle r="5" fill="none" stroke-width="2.4"/>',
)
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.grid{stroke:#8886}.row{stroke:#8883}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One method.

    Attributes:
        name: For the legend.
        percents: Of each row, 0 to 100.
    """

    name: str
    percents: Sequence[float]


def _mark(i: int, x: float, y: float) -> str:
    colour = _COLOURS[i % len(_COLOURS)]
    shape = _SHAPES[i % len(_SHAPES)]
    return (
        f'<g transform="translate({x:.1f} {y:.1f})" fill="{colour}" stroke="{colour}"'
        f' fill-opacity=".75">{shape}</g>'
    )


def _legend(lines: Sequence[Line]) -> list[str]:
    across = (_LEFT + _WIDTH) // 4
    out = []
    for i, line in enumerate(lines):
        x, y = 16 + (i % 4) * across, 38 + (i // 4) * 18
        out.append(f'{_mark(i, x, y - 4)}<text x="{x + 12}" y="{y}">{escape(line.name)}</text>')
    return out


def plot(title: str, rows: Sequence[str], lines: Sequence[Line]) -> str:
    """Return the picture. All plots have the same scale: 0 to 100 percent.

    Args:
        title: Above it.
        rows: Names of the rows, from the top.
        lines: At most eight; marks that would hide each other are set apart a little.
    """
    height = _TOP + _ROW * len(rows) + 12
    width = _LEFT + _WIDTH + _RIGHT
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(title)}"><style>{_STYLE}</style>',
        f'<text x="16" y="18" style="font-weight:bold">{escape(title)}</text>',
        *_legend(lines),
    ]
    for percent in range(0, 101, 25):
        x = _LEFT + _WIDTH * percent / 100
        out.append(
            f'<path class="grid" d="M{x:.0f} {_TOP - 4}V{height - 8}"/>'
            f'<text x="{x:.0f}" y="{_TOP - 8}" text-anchor="middle">{percent}</text>'
        )
    for j, row in enumerate(rows):
        y = _TOP + _ROW * (j + 0.5)
        out.append(
            f'<path class="row" d="M{_LEFT} {y:.1f}h{_WIDTH}"/>'
            f'<text x="{_LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(row)}</text>'
        )
        for i, line in enumerate(lines):
            apart = (i - (len(lines) - 1) / 2) * 1.6
            out.append(_mark(i, _LEFT + _WIDTH * line.percents[j] / 100, y + apart))
    return "\n".join([*out, "</svg>", ""])
