"""What one file is: its measures in words, and its record as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.records.safe_text import readable
from iscckit.render.bits import bit_svg
from iscckit.units.quality import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.records.record import Record

__all__ = ["measures", "record_html", "remarks"]

_ABOUT: Final = ("name", "description", "creator", "license", "rights", "language")


def measures(record: Record) -> list[str]:
    """Return how large a file and its content are, each measure in words."""
    found = [f"{record.filesize:,} bytes"]
    if record.width is not None:
        found.append(f"{record.width} × {record.height} pixels")
    if record.duration is not None:
        minutes, seconds = divmod(record.duration, 60)
        found.append(f"{minutes:.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s")
    if record.characters is not None:
        found.append(f"{record.characters:,} characters")
    return found


def remarks(record: Record) -> list[str]:
    """Return what a record lacks and what it warns of, each in words."""
    missing = [f"no {unit.capitalize()}-Code: {why}" for unit, why in record.missing.items()]
    if record.undivided:
        missing.append("a Mixed-Code of its parts could be made")
    return [
        *missing,
        *(f"metadata: {problem}" for problem in record.damage),
        *(MEANINGS[flag] for flag in record.flags),
    ]


def record_html(record: Record, picture: str = "") -> Markup:
    """Return a record as a card: what the file is, its code, and the bits of each unit.

    Args:
        record: Record of a file or a text.
        picture: Address of a small picture of it, or its ``data:`` form; empty for none.
    """
    title = readable(record.filename or record.path or "text")
    image = Markup('<img alt="" src="{}">').format(picture) if picture else ""
    facts = Markup().join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label, value)
        for label, value in _facts(record)
    )
    warnings = Markup().join(Markup('<p class="note">{}</p>').format(x) for x in remarks(record))
    return Markup(
        '<section class="record card">{}<h2>{}</h2><p class="code">{}</p>'
        '<dl class="pairs">{}</dl>{}{}</section>'
    ).format(image, title, record.iscc, facts, warnings, _units(record))


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    for label in _ABOUT:
        if value := getattr(record, label):
            yield label, value
    yield "type", f"{record.mediatype} ({record.detected})"
    yield "size", ", ".join(measures(record))
    yield "datahash", record.datahash
    if record.metahash:
        yield "metahash", record.metahash
    for features in record.features:
        yield "features", f"{len(features.simprints):,} × {features.segment}"
    if record.parts:
        yield "parts", f"{len(record.parts):,}"
    yield "made by", f"{record.generator}, profile {record.profile}"


def _units(record: Record) -> Markup:
    rows = Markup().join(
        Markup(
            '<tr><th scope="row">{}<small>{}</small></th><td class="drawn">{}'
            "<code>{}</code></td></tr>"
        ).format(
            unit_name(unit),
            QUESTIONS[unit.maintype],
            bit_svg(
                unit.body,
                unit.body,
                label=f"{unit_name(unit)}: {unit.bits} bits",
                name=unit_name(unit),
            ),
            str(unit),
        )
        for unit in record.units
    )
    return Markup('<table class="units"><caption>Units</caption><tbody>{}</tbody></table>').format(
        rows
    )
