"""A record as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.cli.terminal import Row, print_card, safe
from iscckit.cli.ways_out import describe_missing
from iscckit.codec.names import QUESTIONS
from iscckit.render.record import measures
from iscckit.units.quality import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.records.options import Semantics
    from iscckit.records.record import Record

__all__ = ["print_record"]


_PARTS: Final = 12  # parts on a card
_SEGMENTS: Final = {
    "passage": "passage",
    "page": "page",
    "scene": "scene",
    "time": "segment of sound",
    "picture": "picture",
    "chunk": "chunk of data",
}


def print_record(record: Record, semantic: Semantics | None = None) -> None:
    """Print ``record`` on standard output.

    Args:
        record: The record of a file.
        semantic: The models for its Semantic-Code, or None.
    """
    title = record.path or record.filename or "standard input"
    print_card(
        title, _rows(record, semantic), subtitle=f"{record.generator} · profile {record.profile}"
    )


def _rows(record: Record, semantic: Semantics | None) -> Iterator[Row]:
    yield Row(
        "ISCC" if record.mode else "ISCC-SUM",
        record.iscc,
        "bold green" if record.mode else "bold yellow",
    )
    for label, value in (
        ("name", record.name),
        ("about", record.description),
        ("creator", record.creator),
        ("license", record.license),
        ("rights", record.rights),
    ):
        if value:
            yield Row(label, safe(value))
    yield Row("type", f"{record.mediatype} ({record.detected})")
    yield Row("size", ", ".join(measures(record)))
    if record.show_units:
        for unit in record.units:
            label = unit.maintype.name.capitalize()
            yield Row(label, f"{unit}  {QUESTIONS[unit.maintype]}")
    yield Row("datahash", record.datahash)
    if record.metahash:
        yield Row("metahash", record.metahash)
    for features in record.features:
        count = len(features.simprints)
        yield Row("features", f"{count:,} × {_SEGMENTS[features.segment]}")
    yield from _part_rows(record)
    for unit_name, why in describe_missing(record, semantic):
        yield Row("missing", f"{unit_name.capitalize()}-Code: {safe(why)}", "warn")
    for problem in record.damage:
        yield Row("note", f"metadata: {safe(problem)}", "warn")
    for flag in record.flags:
        yield Row("note", MEANINGS[flag], "warn")


def _part_rows(record: Record) -> Iterator[Row]:
    """Yield a row for each of the first parts, and the numbers of further and skipped parts."""
    counting = [part for part in record.parts if not part.reason]
    for part in counting[:_PARTS]:
        yield Row("part", f"{part.unit}  {safe(part.name)}")
    if len(counting) > _PARTS:
        yield Row("parts", f"{len(counting) - _PARTS:,} more; --json lists them all")
    if left := len(record.parts) - len(counting):
        yield Row("left out", f"{left:,} parts; --json says why", "warn")
