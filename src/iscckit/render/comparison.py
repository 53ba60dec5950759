"""How two codes relate, as HTML: the verdict, its reason, and every unit bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from iscckit.comparison.verdict import RULES
from iscckit.records.safe_text import readable
from iscckit.render.answer_styles import TONES
from iscckit.render.bits import LEGEND, bit_svg
from iscckit.render.chance_wording import chance_words, random_words
from iscckit.render.comparison_wording import NOTES, comparison_sentence, unpaired_sentence
from iscckit.render.page import page
from iscckit.render.record import measures, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iscckit.comparison.agreement import Comparand, UnitComparison, Unpaired
    from iscckit.comparison.verdict import Comparison, Rule, Verdict
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record

__all__ = ["VERDICTS", "Party", "comparison_html", "comparison_page", "party_html", "party_of"]

VERDICTS: Final[dict[Verdict, str]] = {
    "identical": "Identical",
    "near": "The same or similar content",
    "semantic": "The same or similar meaning",
    "part": "A part in common",
    "data": "Similar bytes",
    "metadata": "Similar titles only",
    "undecided": "The codes cannot tell",
    "none": "Nothing in common",
}

_WITHOUT_RULE: Final[dict[Verdict, str]] = {
    "part": "The files themselves were searched for a part that both share, and there is one.",
    "undecided": "No rule holds, and a code that agrees is too weak to decide.",
}
_SIGNS: Final = {"good": "✓", "warn": "?", "bad": "✗"}
_EXPLAINED: Final = (
    "Chance: how often content of different works agrees as well, as measured; where that was not "
    "measured, how often random bits do. Correlation is the second scale, which other tools show: "
    "1 for all bits, 0 for half of them. Unrelated content agrees in about half of the bits."
)


class Party(NamedTuple):
    """One side of a comparison as people see it.

    Attributes:
        label: Its name.
        code: Its code; empty if the label is the code.
        facts: Media type and measures, in words.
        notes: What it lacks or warns of, in words.
        picture: Address of a small picture, or its ``data:`` form; empty for none.
    """

    label: str
    code: str = ""
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    picture: str = ""


def party_of(record: Record, label: str, picture: str = "") -> Party:
    """Return the side that a file with ``record`` is."""
    facts = (record.mediatype, *measures(record))
    return Party(readable(label), record.iscc, facts, tuple(remarks(record)), picture)


def comparison_page(
    found: Comparison, a: Party, b: Party, data: Mapping[str, JsonValue] | None = None
) -> str:
    """Return a whole page about a comparison that needs nothing but itself.

    Args:
        found: The comparison.
        a: What the first side is.
        b: What the second side is.
        data: What stands in the page for programs.
    """
    parties = Markup('<div class="parties">{}{}</div>').format(
        party_html("A", a), party_html("B", b)
    )
    body = Markup("<h1>Comparison</h1>{}{}").format(parties, comparison_html(found))
    return page(f"{a.label} and {b.label}", body, data)


def party_html(side: str, party: Party) -> Markup:
    """Return one side as a card; ``side`` is A or B."""
    picture = (
        Markup('<img alt="Preview of {}" src="{}">').format(side, party.picture)
        if party.picture
        else ""
    )
    notes = Markup().join(Markup('<p class="note">{}</p>').format(note) for note in party.notes)
    code = Markup('<p class="code">{}</p>').format(party.code) if party.code else ""
    facts = Markup('<p class="soft">{}</p>').format(" · ".join(party.facts)) if party.facts else ""
    return Markup(
        '<section class="party card">{}<h2><span class="letter">{}</span> '
        '<span class="name">{}</span></h2>{}{}{}</section>'
    ).format(picture, side, party.label, facts, code, notes)


def comparison_html(found: Comparison) -> Markup:
    """Return everything that a comparison says, as a part of a page."""
    rows = Markup().join([*map(_pair_row, found.units), *map(_alone_row, found.unpaired)])
    problems = Markup().join(
        Markup('<p class="note">Left out: {}</p>').format(problem) for problem in found.problems
    )
    heads = Markup().join(
        Markup('<th scope="col" role="columnheader"{}>{}</th>').format(
            Markup(' class="number"') if number else "", text
        )
        for text, number in (
            ("Unit", False),
            ("Bits", False),
            ("Equal", True),
            ("Percent", True),
            ("Chance", True),
            ("Correlation", True),
        )
    )
    return Markup(
        '<section class="comparison">{}{}<table class="units" role="table">'
        '<caption>Unit by unit {}</caption><thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table><p class="soft">{}</p></section>'
    ).format(_verdict(found), problems, LEGEND, heads, rows, _EXPLAINED)


def _verdict(found: Comparison) -> Markup:
    tone = "warn" if found.verdict in {"none", "undecided"} else "good"
    title, said = VERDICTS[found.verdict], comparison_sentence(found)
    return Markup(
        '<div class="verdict {}" data-verdict="{}"><h2>{} <span class="tag">{}</span></h2>'
        "<p>{}</p><details><summary>Why?</summary>{}</details></div>"
    ).format(tone, found.verdict, title, found.verdict, said, _why(found))


def _why(found: Comparison) -> Markup:
    """Return which question each unit answers, what its rule asks for, and which one decided."""
    items = Markup().join(
        Markup("<li><strong>{}</strong> ({}) {}: {}</li>").format(
            pair.name, pair.question, _demand(_rule_of(pair.a)), _format_agreement(pair)
        )
        for pair in found.units
    )
    end = f"The first rule that holds decides: {found.verdict}."
    if found.rule is None:
        end = _WITHOUT_RULE.get(found.verdict, "No rule holds, so the verdict is none.")
    order = ", ".join(dict.fromkeys(rule.verdict for rule in RULES))
    return Markup("<ul>{}</ul><p>{} The rules are tried in the order {}, none.</p>").format(
        items, end, order
    )


def _rule_of(unit: Comparand) -> Rule:
    return next(rule for rule in RULES if rule.applies(unit))


def _demand(rule: Rule) -> str:
    if rule.percent == 100:
        return "has to match as a whole"
    pairs = f"{round(1 / rule.chance):,}".replace(",", " ")
    return (
        f"needs {rule.percent:g} % of equal bits, and random bits may agree as well once in "
        f"{pairs} pairs at most"
    )


def _format_agreement(pair: UnitComparison) -> str:
    if pair.percent is None:
        return pair.answer
    return f"{pair.percent:.2f} %, {random_words(pair)}: {pair.answer}"


def _pair_row(pair: UnitComparison) -> Markup:
    tone = TONES[pair.answer]
    size = pair.bits // 8
    equal = f"{pair.equal} of {pair.bits} bits equal"
    if pair.percent is None:
        label = f"{pair.name}: {pair.answer}, {pair.bits} bits compared as a whole"
        figures = Markup(
            '<td role="cell" class="number whole" colspan="4"><strong>{}</strong> '
            "<small>{} bits compared as a whole</small></td>"
        ).format(pair.answer, pair.bits)
    else:
        label = f"{pair.name}: {equal}"
        figures = Markup().join(_figures(pair))
    note = Markup('<p class="note">{}</p>').format(NOTES[pair.note]) if pair.note else ""
    drawn = bit_svg(pair.a.body[:size], pair.b.body[:size], label=label, name=pair.name)
    return Markup(
        '<tr role="row" class="{}"><th scope="row" role="rowheader">{} <small>{}</small> '
        '<span class="answer">{} {}</span></th><td role="cell" class="drawn">{}{}</td>{}</tr>'
    ).format(tone, pair.name, pair.question, _SIGNS[tone], pair.answer, drawn, note, figures)


def _figures(pair: UnitComparison) -> Iterator[Markup]:
    gauge = Markup(
        '<svg class="gauge" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">'
        '<rect class="rail" width="100" height="8"/><rect class="fill" width="{:.2f}" height="8"/>'
        '<path class="half" d="M50 0v8"/></svg>'
    ).format(pair.percent)
    for label, value in (
        ("Equal", f"{pair.equal} of {pair.bits}"),
        ("Percent", Markup("<strong>{:.2f} %</strong>{}").format(pair.percent, gauge)),
        ("Chance", chance_words(pair)),
        ("Correlation", f"{pair.correlation:+.2f}"),
    ):
        yield Markup('<td role="cell" class="number" data-label="{}">{}</td>').format(label, value)


def _alone_row(alone: Unpaired) -> Markup:
    unit = alone.unit
    side = alone.side.upper()
    label = f"{unit.name}: only in {side}, {8 * len(unit.body)} bits"
    drawn = bit_svg(unit.body, unit.body, label=label, name=unit.name)
    return Markup(
        '<tr role="row" class="alone"><th scope="row" role="rowheader">{} '
        '<span class="answer">only in {}</span></th><td role="cell" class="drawn">{}</td>'
        '<td role="cell" class="whole" colspan="4">not compared: {}</td></tr>'
    ).format(unit.name, side, drawn, unpaired_sentence(alone))
