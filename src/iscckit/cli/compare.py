"""``iscc compare``: how two files or codes relate."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.codes_text import comparison_lines, report_invalid
from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED, USAGE
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.semantic_options import semantic_options
from iscckit.cli.terminal import report, silence_libraries, standard_input, write_line
from iscckit.cli.ways_out import describe_missing
from iscckit.comparison.verdict import compare as compare_codes
from iscckit.errors import (
    ExtractionFailed,
    InvalidCode,
    InvalidInput,
    IsccError,
    LimitExceeded,
)
from iscckit.files.atomic import write_whole
from iscckit.records.rules import record_rules
from iscckit.records.safe_text import readable
from iscckit.render.comparison import Party, comparison_page, party_of
from iscckit.render.comparison_json import add_sides, side_values
from iscckit.render.page import data_uri
from iscckit.units.quality import MEANINGS

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparable, Comparison, Verdict
    from iscckit.json_types import JsonValue
    from iscckit.library.search.query import Query
    from iscckit.records.options import Semantics
    from iscckit.records.record import Record
    from iscckit.units.quality import Flag

__all__ = ["compare", "exit_code"]

_PICTURE: Final = 320  # pixels of a side of a picture in a report
_FILE_BITS: Final = 256  # longer units cost the same and are stronger evidence


@dataclass(frozen=True, slots=True)
class _Side:
    """One argument of ``compare``: a code, or the record of a file.

    Attributes:
        given: The argument.
        record: The record; None of a code.
        query: What to look for in the other file; None where only codes are compared.
    """

    given: str
    record: Record | None = None
    query: Query | None = None

    @property
    def code(self) -> Comparable:
        return self.given if self.record is None else self.record.units

    @property
    def quality(self) -> tuple[Flag, ...]:
        return () if self.record is None else self.record.flags

    def lines(self, semantic: Semantics | None) -> list[str]:
        """Return the argument; for a file its type, code, missing units and flags."""
        if self.record is None:
            return [self.given.strip()]
        record = self.record
        missing = [
            f"no {unit.capitalize()}-Code: {why}"
            for unit, why in describe_missing(record, semantic)
        ]
        notes = [f"note: {MEANINGS[flag]}" for flag in record.flags]
        return [f"{self.given}  ({record.mediatype})", record.iscc, *missing, *notes]

    def party(self, protection: Protection) -> Party:
        """Return the side for a report, with a picture if the file has one."""
        if self.record is None:
            return Party(readable(self.given.strip()))
        from iscckit.records.probe_task import picture_apart

        picture = ""
        with contextlib.suppress(IsccError), silence_libraries():
            if self.given != "-":
                picture = data_uri(picture_apart(self.given, _PICTURE, *protection))
        return party_of(self.record, self.given, picture)

    def to_dict(self) -> dict[str, JsonValue]:
        return side_values(readable(self.given), self.record)


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--html", "page", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write a report with pictures; --force replaces it.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the report if it exists.")
@click.option(
    "--no-parts",
    is_flag=True,
    help="Compare codes alone: do not search two files for parts that they share.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")  # fmt: skip
@protection_options
@semantic_options
def compare(  # noqa: PLR0917 (one argument an option)
    semantic: Semantics | None,
    protection: Protection,
    a: str,
    b: str,
    page: str | None,
    force: bool,
    no_parts: bool,
    as_json: bool,
) -> int:
    """Say how A and B relate, unit by unit.

    A and B are files (or - for standard input), ISCC-CODEs, units of any length, sequences,
    ISCC-IDs or components of 2019, in any mix. What exists as a file is taken for a file; files
    are compared with units of 256 bits, and searched for a part that both share: a crop, a
    mirrored or turned picture, a clip, a passage, a picture in a document.

    The verdict is identical, near (the content agrees), semantic, part (two files share a part),
    data, metadata, undecided (codes agree that are too weak to decide), or none.

    Exit codes: 0 something agrees, 1 a file could not be read or decoded, 2 not a code, 3 the
    verdict is undecided or none.
    """
    if a == b == "-":
        raise click.UsageError("only one of A and B can be standard input")
    try:
        search = not no_parts and _is_file(a) and _is_file(b)
        sides = [_read_side(given, semantic, protection, search) for given in (a, b)]
        found = _compare(*sides)
    except InvalidCode as error:
        report_invalid(error)
        return USAGE
    values = add_sides(found, sides[0].to_dict(), sides[1].to_dict())
    if page is not None:
        whole = comparison_page(
            found, sides[0].party(protection), sides[1].party(protection), values
        )
        write_whole(page, whole.encode(), force=force)
    if as_json:
        write_line(json.dumps(values, ensure_ascii=False))
    else:
        for line in comparison_lines(found, *(side.lines(semantic) for side in sides)):
            write_line(line)
    failures = [side.record.failure for side in sides if side.record and side.record.failure]
    for failure in failures:
        report(failure)
    if failures:
        return FAILED
    return exit_code(found.verdict)


def exit_code(verdict: Verdict) -> int:
    """Return the exit code of a comparison of what could be read."""
    return DIFFERENT if verdict in {"none", "undecided"} else DONE


def _is_file(given: str) -> bool:
    return given != "-" and os.path.lexists(given)


def _compare(a: _Side, b: _Side) -> Comparison:
    """Compare two sides by their units, and two files by the parts that they share."""
    if a.query is not None and b.query is not None:
        from iscckit.library.pairs.find_part import compare_files  # imports NumPy

        return compare_files(a.query, b.query)
    return compare_codes(
        a.code,
        b.code,
        quality_a=a.quality,
        quality_b=b.quality,
        rules_a=record_rules(a.record),
        rules_b=record_rules(b.record),
        measured=a.record is not None and b.record is not None,
    )


def _read_side(
    given: str, semantic: Semantics | None, protection: Protection, search: bool
) -> _Side:
    """Return an argument; of a file also what to look for, if ``search`` is set."""
    if given != "-" and not os.path.lexists(given):
        _require_code(given)
        return _Side(given)
    if os.path.isdir(given):
        raise InvalidInput(f"{given} is a folder; compare takes two files or codes")
    from iscckit.records.batch import create_apart, create_from_input
    from iscckit.records.options import Options

    options = Options(bits=_FILE_BITS, semantic=semantic)
    if given == "-":
        return _Side(given, create_from_input(standard_input().fileno(), options, "", *protection))
    with silence_libraries():
        query = _query(given, semantic, protection) if search else None
        if query is not None:
            return _Side(given, query.record, query)
        return _Side(given, create_apart(given, options, *protection))


def _query(given: str, semantic: Semantics | None, protection: Protection) -> Query | None:
    """Return what to look for with a file; None if its decoder was ended, as by a limit."""
    from iscckit.library.search.query_task import query_apart

    quota, sandbox = protection
    try:
        return query_apart(given, "file", semantic, quota=quota, sandbox=sandbox)
    except (ExtractionFailed, LimitExceeded):
        return None  # a record needs less


def _require_code(given: str) -> None:
    """Raise an error if an argument looks like a path and not like a code."""
    name = os.path.basename(given)
    if os.path.sep in given or ("." in name and not name.upper().startswith("ISCC:")):
        raise InvalidInput(f"{given}: no such file, and not a code either")
