"""``iscc compare`` and ``iscc inspect``: what two codes have in common, and what is in one."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import click

from iscckit.cli.codes_text import comparison_lines, dissection_lines, pointed_out
from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED, USAGE
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.semantic_options import semantic_options
from iscckit.cli.terminal import libraries_silenced, report, standard_input, write_line
from iscckit.codec.explain import explain, faults, inspection
from iscckit.comparison.verdict import compare as compare_codes
from iscckit.errors import InvalidCode, InvalidInput, IsccError
from iscckit.files.atomic import write_whole
from iscckit.render.comparison import Party, comparison_page, party_of
from iscckit.render.comparison_json import labelled, side_values
from iscckit.render.page import data_uri
from iscckit.render.record import readable
from iscckit.units.quality import MEANINGS

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparable
    from iscckit.json_types import JsonValue
    from iscckit.records.options import Semantics
    from iscckit.records.record import Record
    from iscckit.units.quality import Flag

__all__ = ["compare", "inspect"]

_PICTURE: Final = 320  # pixels of a side, in a report
_FILE_BITS: Final = 256  # longer units cost nothing to make and tell far more


@dataclass(frozen=True, slots=True)
class _Side:
    """One argument of ``compare``: a code, or the record of a file."""

    given: str
    record: Record | None = None

    @property
    def code(self) -> Comparable:
        return self.given if self.record is None else self.record.units

    @property
    def quality(self) -> tuple[Flag, ...]:
        return () if self.record is None else self.record.flags

    def lines(self) -> list[str]:
        """Return what was given, of a file its type, its code and what it lacks."""
        if self.record is None:
            return [self.given.strip()]
        record = self.record
        missing = [f"no {unit.capitalize()}-Code: {why}" for unit, why in record.missing.items()]
        notes = [f"note: {MEANINGS[flag]}" for flag in record.flags]
        return [f"{self.given}  ({record.mediatype})", record.iscc, *missing, *notes]

    def party(self, protection: Protection) -> Party:
        """Return the same for a report, with a picture where there is one."""
        if self.record is None:
            return Party(readable(self.given.strip()))
        from iscckit.records.probe_task import picture_apart  # noqa: PLC0415

        picture = ""
        with contextlib.suppress(IsccError), libraries_silenced():
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@protection_options
@semantic_options
def compare(  # noqa: PLR0917 (one argument an option)
    semantic: Semantics | None,
    protection: Protection,
    a: str,
    b: str,
    page: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Say how A and B relate, unit by unit.

    A and B are files (or - for standard input), ISCC-CODEs, units of any length, sequences,
    ISCC-IDs or components of 2019, in any mix. What exists as a file is taken for a file; files
    are compared with units of 256 bits.

    The verdict is identical, near (the content agrees), semantic, data, metadata, or none.

    Exit codes: 0 something agrees, 1 a file could not be read or decoded, 2 not a code, 3 the
    verdict is none.
    """
    if a == b == "-":
        raise click.UsageError("only one of A and B can be standard input")
    try:
        sides = _side(a, semantic, protection), _side(b, semantic, protection)
        found = compare_codes(
            sides[0].code, sides[1].code, quality_a=sides[0].quality, quality_b=sides[1].quality
        )
    except InvalidCode as error:
        _report_invalid(error)
        return USAGE
    values = labelled(found, sides[0].to_dict(), sides[1].to_dict())
    if page is not None:
        whole = comparison_page(
            found, sides[0].party(protection), sides[1].party(protection), values
        )
        write_whole(page, whole.encode(), force=force)
    if as_json:
        write_line(json.dumps(values, ensure_ascii=False))
    else:
        for line in comparison_lines(found, sides[0].lines(), sides[1].lines()):
            write_line(line)
    failures = [side.record.failure for side in sides if side.record and side.record.failure]
    for failure in failures:
        report(str(failure))
    if failures:
        return FAILED
    return DIFFERENT if found.verdict == "none" else DONE


def _side(given: str, semantic: Semantics | None, protection: Protection) -> _Side:
    if given != "-" and not os.path.lexists(given):
        _refuse_lost_file(given)
        return _Side(given)
    if os.path.isdir(given):
        raise InvalidInput(f"{given} is a folder; compare takes two files or codes")
    from iscckit.records.batch import create_apart, create_from_input  # noqa: PLC0415
    from iscckit.records.options import Options  # noqa: PLC0415

    options = Options(bits=_FILE_BITS, semantic=semantic)
    if given == "-":
        return _Side(given, create_from_input(standard_input().fileno(), options, "", *protection))
    with libraries_silenced():
        return _Side(given, create_apart(given, options, *protection))


def _refuse_lost_file(given: str) -> None:
    """Refuse what looks like a path, before it is called a malformed code."""
    name = os.path.basename(given)
    if os.path.sep in given or ("." in name and not name.upper().startswith("ISCC:")):
        raise InvalidInput(f"{given}: no such file, and not a code either")


@click.command()
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def inspect(codes: tuple[str, ...], as_json: bool) -> int:
    """Take each CODE apart: header, units, body, and every way to write it.

    Reads units, ISCC-CODEs, sequences, ISCC-IDs, multiformats, URIs and components of 2019. Of a
    mistyped code it shows the place, and the repair where there is exactly one plausible.

    Exit codes: 0 done, 2 a code is malformed (the others are done).
    """
    exit_code = DONE
    for number, code in enumerate(codes):
        if number and not as_json:
            write_line("")
        errors = faults(code)
        if as_json:
            write_line(json.dumps(_as_json(code), ensure_ascii=False))
        for error in errors:
            if not as_json:
                _report_invalid(error)
            exit_code = USAGE
        if not as_json:
            _print_dissection(code, errors)
    return exit_code


def _print_dissection(code: str, errors: list[InvalidCode]) -> None:
    """Print what is in ``code``, or in its repair, or as much of it as can be read."""
    suggestion = errors[0].suggestion if errors else None
    if suggestion is not None:
        write_line("If that is meant:")
    try:
        lines = dissection_lines(explain(suggestion or code))
    except InvalidCode:
        return  # already reported
    for line in lines:
        write_line(line)


def _as_json(code: str) -> dict[str, JsonValue]:
    """Return the dissection; arguments that are no Unicode are shown with escapes."""
    found = inspection(code)
    for each in (found, *cast("list[dict[str, JsonValue]]", found.get("errors", []))):
        for name in ("input", "code"):
            if name in each:
                each[name] = readable(str(each[name]))
    return found


def _report_invalid(error: InvalidCode) -> None:
    """Print the reason, the code and a caret under the place to standard error."""
    first, *rest = pointed_out(error)
    report(first)
    for line in rest:
        print(line, file=sys.stderr)
