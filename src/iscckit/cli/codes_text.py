"""Comparisons, dissections and malformed codes as lines of text."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final

from iscckit.cli.terminal import paint, report, safe
from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.render.answer_styles import TONES
from iscckit.render.bits import GLYPHS, Cell, bit_matrix, bit_text
from iscckit.render.chance_wording import chance_details, chance_words
from iscckit.render.comparison_wording import NOTES, comparison_sentence, unpaired_sentence
from iscckit.render.dissection import TOO_PLAIN, header_rows
from iscckit.units.image import is_featureless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iscckit.codec.explain import Explanation, Part
    from iscckit.comparison.agreement import UnitComparison
    from iscckit.comparison.verdict import Comparison
    from iscckit.errors import InvalidCode

__all__ = ["comparison_lines", "dissection_lines", "point_out", "report_invalid"]

_LEGEND: Final = (
    f"{GLYPHS[Cell.ONE]} both 1   {GLYPHS[Cell.ZERO]} both 0   {GLYPHS[Cell.DIFFERENT]} different",
    "unrelated content: how often files of different works agree as well, as measured",
    "random bits: how often these do; correlation: 1 for all bits, 0 for half",
)
_CELL_STYLES: Final = {Cell.ZERO: "dim", Cell.ONE: "blue", Cell.DIFFERENT: "red"}
_WINDOW: Final = 120  # characters of a malformed code on each side of the place


def comparison_lines(found: Comparison, a: Sequence[str], b: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a comparison; ``a`` and ``b`` describe the compared sides."""
    for label, lines in (("A", a), ("B", b)):
        for number, line in enumerate(lines):
            yield f"{' ' if number else paint(label, 'bold')}  {safe(line)}"
    yield ""
    style = "warn" if found.verdict in {"none", "undecided"} else "good"
    yield f"{paint(found.verdict.upper(), style)}: {comparison_sentence(found)}"
    for pair in found.units:
        yield ""
        yield from _pair_lines(pair)
    for label, side in (("A", "a"), ("B", "b")):
        alone = [each for each in found.unpaired if each.side == side]
        if alone:
            yield ""
            yield paint(f"Only in {label}", "bold")
        for each in alone:
            yield f"  {each.unit.name}: {unpaired_sentence(each)}"
    for problem in found.problems:
        yield f"{paint('Left out', 'warn')}: {safe(problem)}"
    if any(pair.percent is not None for pair in found.units):
        yield ""
        for line in _LEGEND:
            yield paint(line, "dim")


def _pair_lines(pair: UnitComparison) -> Iterator[str]:
    name = paint(f"{pair.name:22}", "bold")
    yield f"{name} {pair.question:18} {paint(pair.answer, TONES[pair.answer])}"
    if pair.percent is None:
        yield f"  {pair.bits} bits compared as a whole"
        return
    size = pair.bits // 8
    for row in bit_matrix(pair.a.body[:size], pair.b.body[:size]):
        yield "  " + "".join(
            paint(bit_text(list(cells)), _CELL_STYLES[cell]) for cell, cells in groupby(row)
        )
    yield (
        f"  {pair.equal} of {pair.bits} bits equal   {pair.percent:.2f} %   "
        f"{chance_words(pair)}   ({chance_details(pair)})"
    )
    if pair.note:
        yield f"  {paint(NOTES[pair.note], 'warn')}"


def dissection_lines(code: Explanation) -> Iterator[str]:
    """Yield the lines of a dissection."""
    yield paint(code.canonical, "bold")
    yield f"  {'type':10}{code.type_id}"
    yield f"  {'readable':10}{code.readable}"
    if code.maintype is not None and not code.problems:
        for label, value in header_rows(code):
            yield f"  {label:10}{value}"
    else:
        yield f"  {'body':10}{code.bits} bits"
    for problem in code.problems:
        yield f"  {paint('problem', 'warn')}   {safe(problem)}"

    if code.form != "id":
        yield ""
        yield paint("units", "bold")
        for part in code.units:
            yield from _part_lines(part, of_2019=code.form == "legacy")
    if code.encodings:
        yield ""
        yield paint("encodings", "bold")
        for name, value in code.encodings.items():
            yield f"  {name:23}{value}"


def _part_lines(part: Part, *, of_2019: bool) -> Iterator[str]:
    if of_2019:
        yield f"  {part.type_id:22} {part.bits} bits"
        yield f"    {part.code}   body {part.body}"
        return
    unit = Unit.parse(part.code)
    yield f"  {unit_name(unit):22} {part.type_id:24} {QUESTIONS[unit.maintype]}"
    yield f"    {part.code}"
    yield f"    header {unit.data.hex()[: -len(part.body)]}   body {part.body}"
    image = (unit.maintype, unit.subtype, unit.version) == (MainType.CONTENT, SubType.IMAGE, 0)
    if image and is_featureless(unit):
        yield f"    {paint(TOO_PLAIN, 'warn')}"


def point_out(error: InvalidCode) -> list[str]:
    """Return the fault, the code with a caret under the place, and the repair."""
    lines = [f"not a valid code: {error.reason}"]
    code, place = error.code, error.position
    start = 0 if place is None else max(0, place - _WINDOW)
    end = start + _WINDOW if place is None else place + _WINDOW
    cut_left, cut_right = "…" if start else "", "…" if end < len(code) else ""
    if code:
        lines.append(f"  {cut_left}{safe(code[start:end])}{cut_right}")
    if place is not None:
        before = len(cut_left) + len(safe(code[start:place]))
        lines.append(f"  {' ' * before}^ position {place + 1}")
    if error.suggestion is not None:
        lines.append(f"  did you mean {error.suggestion}?")
    return lines


def report_invalid(error: InvalidCode) -> None:
    """Print the lines of ``point_out`` on standard error."""
    first, *rest = point_out(error)
    report(first)
    for line in rest:
        print(line, file=sys.stderr)
