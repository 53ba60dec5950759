"""What is in a code, as HTML: its symbols coloured by unit, its header, its spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from iscckit.codec.code import decode
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.render.bits import bit_svg
from iscckit.units.image import is_featureless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.codec.explain import Explanation, Part
    from iscckit.errors import InvalidCode

__all__ = ["TOO_PLAIN", "dissection_html", "error_html", "header_rows", "tokens"]

TOO_PLAIN: Final = "the picture is too plain: its matches mean nothing"
_COLOURS: Final = 6
_SYMBOL_BITS: Final = 5  # of base32
_WINDOW: Final = 60  # characters of a malformed code that are shown around the place


class Token(NamedTuple):
    """A run of symbols.

    Attributes:
        text: The symbols.
        row: Which unit they stand for; -1 for a header or a separator.
        title: What they are, in words.
    """

    text: str
    row: int
    title: str


def header_rows(code: Explanation) -> Iterator[tuple[str, str]]:
    """Yield what the header of a valid code says; all defined kinds have one of two bytes."""
    maintype, subtype, version, length, body = decode(code.canonical)
    fields = (maintype, subtype, version, length)
    written = "".join(f"{field:x}" for field in fields)
    yield "header", f"{written} = {' '.join(f'{field:04b}' for field in fields)}"
    names = f"MainType {maintype:d} {code.maintype}, SubType {subtype} {code.subtype}"
    yield "", f"{names}, Version {version}, Length {length}"
    holds = f"{8 * len(body)} bits"
    if maintype == MainType.ISCC:
        kinds = dict.fromkeys(part.type_id.split("-")[0].capitalize() for part in code.units)
        holds += f" of {', '.join(kinds)}"
    yield "body", holds
    if maintype == MainType.ID and version == 1:
        stamp = IsccId.parse(code.canonical)
        yield "time", stamp.time.isoformat().replace("+00:00", "Z")
        yield "hub", f"{stamp.hub}, realm {stamp.realm}"


def tokens(code: Explanation) -> list[Token]:
    """Return the canonical form of a code, cut where its header and its units end.

    Units begin at whole bytes and symbols stand for five bits, so some symbols belong to two of
    them: such a symbol goes to the one that has more of its bits.
    """
    if code.form == "legacy":
        parts = [Token(part.code, number, part.type_id) for number, part in enumerate(code.units)]
        dash = Token("-", -1, "separator")
        return [each for part in parts for each in (dash, part)][1:]
    spans = list(_spans(code))
    owners = [
        next((at for at, (_, end, _, _) in enumerate(spans) if middle < end), len(spans) - 1)
        for middle in range(2, _SYMBOL_BITS * len(code.canonical), _SYMBOL_BITS)
    ]
    symbols = code.canonical.removeprefix("ISCC:")
    found = [Token("ISCC:", -1, "prefix")]
    for at, (_, _, row, title) in enumerate(spans):
        text = "".join(s for s, owner in zip(symbols, owners, strict=False) if owner == at)
        found.append(Token(text, row, title))
    return found


def _spans(code: Explanation) -> Iterator[tuple[int, int, int, str]]:
    """Yield first bit, end, row and title of each header and each body of a code."""
    whole = len(code.encodings["hex"]) * 4
    at = 0
    if code.form != "sequence":
        at = whole - code.bits
        yield 0, at, -1, "header"
    for row, part in enumerate(code.units):
        if code.form == "sequence":
            head = len(Unit.parse(part.code).data) * 8 - part.bits
            yield at, at + head, -1, f"header of {part.type_id}"
            at += head
        yield at, at + part.bits, row, part.type_id
        at += part.bits


def dissection_html(code: Explanation) -> Markup:
    """Return everything that can be said about one code, as a part of a page."""
    coloured = Markup().join(_token(token) for token in tokens(code))
    facts: list[tuple[str, str]] = [("type", code.type_id), ("readable", code.readable)]
    if code.maintype is not None and not code.problems:
        facts += header_rows(code)
    else:
        facts.append(("body", f"{code.bits} bits"))
    listed = Markup().join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label or "fields", value)
        for label, value in facts
    )
    problems = Markup().join(Markup('<p class="note">{}</p>').format(x) for x in code.problems)
    return Markup(
        '<section class="dissection"><p class="tokens">{}</p>{}<dl class="pairs">{}</dl>{}{}'
        "</section>"
    ).format(coloured, problems, listed, _units(code), _encodings(code))


def error_html(error: InvalidCode) -> Markup:
    """Return why a text is not a code, with a caret under the place."""
    place = error.position
    shown = ""
    if place is not None:
        start = max(0, place - _WINDOW)
        cut = "…" if start else ""
        code = f"{cut}{error.code[start : place + _WINDOW]}"
        code = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in code)
        line = " " * (place - start + len(cut))
        shown = Markup('<pre class="caret">{}\n{}^ position {}</pre>').format(code, line, place + 1)
    return Markup('<div class="verdict bad"><p>Not a valid code: {}.</p>{}</div>').format(
        error.reason, shown
    )


def _token(token: Token) -> Markup:
    if token.row < 0:
        return Markup('<span class="token" title="{}">{}</span>').format(token.title, token.text)
    return Markup('<span class="token t{}" data-row="{}" title="{}">{}</span>').format(
        token.row % _COLOURS, token.row, token.title, token.text
    )


def _units(code: Explanation) -> Markup:
    if code.form == "id":
        return Markup("")
    rows = Markup().join(_unit(number, part, code.form) for number, part in enumerate(code.units))
    return Markup('<table class="units"><caption>Units</caption><tbody>{}</tbody></table>').format(
        rows
    )


def _unit(number: int, part: Part, form: str) -> Markup:
    body = bytes.fromhex(part.body)
    name, question, note = part.type_id, "", ""
    if form != "legacy":
        unit = Unit.parse(part.code)
        name, question = unit_name(unit), QUESTIONS[unit.maintype]
        image = (unit.maintype, unit.subtype, unit.version) == (MainType.CONTENT, SubType.IMAGE, 0)
        if image and is_featureless(unit):
            note = Markup('<p class="note">{}</p>').format(TOO_PLAIN)
    return Markup(
        '<tr data-row="{}"><th scope="row"><span class="token t{}">{}</span> <small>{}</small></th>'
        '<td class="drawn">{}<code data-copy>{}</code><br><small>{} · body <code>{}</code></small>'
        "{}</td></tr>"
    ).format(
        number,
        number % _COLOURS,
        name,
        question,
        bit_svg(body, body, label=f"{name}: {part.bits} bits", name=name),
        part.code,
        part.type_id,
        part.body,
        note,
    )


def _encodings(code: Explanation) -> Markup:
    if not code.encodings:
        return Markup("")
    rows = Markup().join(
        Markup('<tr><th scope="row">{}</th><td><code data-copy>{}</code></td></tr>').format(
            name, value
        )
        for name, value in code.encodings.items()
    )
    return Markup(
        '<table class="encodings"><caption>Encodings</caption><tbody>{}</tbody></table>'
    ).format(rows)
