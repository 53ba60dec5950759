"""How many things relate, each to each, as a table of percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from iscckit.comparison.verdict import AGREEING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iscckit.comparison.agreement import UnitComparison
    from iscckit.comparison.verdict import Comparison

__all__ = ["deciding", "matrix_html"]


def deciding(found: Comparison) -> UnitComparison | None:
    """Return the pair of units that decided; without a verdict the one that agrees best.

    None where nothing could be compared by its bits.
    """
    if found.rule is not None:
        for pair in found.units:
            if found.rule.applies(pair.a) and pair.answer in AGREEING:
                return pair
    scaled = [pair for pair in found.units if pair.percent is not None]
    return min(scaled, key=lambda pair: pair.chance or 1.0, default=None)


def matrix_html(
    labels: Sequence[str], pairs: Mapping[tuple[int, int], tuple[Comparison, str]]
) -> Markup:
    """Return a table of all pairs.

    Args:
        labels: Names of the compared things, in order.
        pairs: Comparison and address of its page, for the numbers of each pair, the lower first.
    """
    heads = Markup().join(
        Markup('<th scope="col"><abbr title="{}">{}</abbr></th>').format(label, number + 1)
        for number, label in enumerate(labels)
    )
    rows = Markup().join(
        Markup('<tr><th scope="row">{}. <span class="name">{}</span></th>{}</tr>').format(
            row + 1,
            label if len(label) <= 40 else f"{label[:39]}…",
            Markup().join(_cell(row, column, pairs) for column in range(len(labels))),
        )
        for row, label in enumerate(labels)
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="Each with each">'
        '<table class="matrix"><caption>Each with each: verdict, and the percentage of equal bits '
        'of the unit that decides</caption><thead><tr><th scope="col">Thing</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(heads, rows)


def _cell(row: int, column: int, pairs: Mapping[tuple[int, int], tuple[Comparison, str]]) -> Markup:
    if row == column:
        return Markup('<td class="soft">itself</td>')
    found, address = pairs[min(row, column), max(row, column)]
    pair = deciding(found)
    figure = ""
    if pair is not None:
        figure = "match" if pair.percent is None else f"{pair.name} {pair.percent:.2f} %"
    return Markup('<td><a href="{}">{}</a><br><small>{}</small></td>').format(
        address, found.verdict, figure
    )
