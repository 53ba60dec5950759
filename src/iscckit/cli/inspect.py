"""``iscc inspect``: the units, header fields and encodings of a code, and its repair."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import click

from iscckit.cli.codes_text import dissection_lines, report_invalid
from iscckit.cli.exit_codes import DONE, USAGE
from iscckit.cli.terminal import write_line
from iscckit.codec.explain import explain, find_faults, inspection
from iscckit.errors import InvalidCode
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["inspect"]


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
        errors = find_faults(code)
        if as_json:
            write_line(json.dumps(_as_json(code), ensure_ascii=False))
        for error in errors:
            if not as_json:
                report_invalid(error)
            exit_code = USAGE
        if not as_json:
            _print_dissection(code, errors)
    return exit_code


def _print_dissection(code: str, errors: list[InvalidCode]) -> None:
    """Print the dissection of ``code``, of its repair, or of its readable part."""
    suggestion = errors[0].suggestion if errors else None
    if suggestion is not None:
        write_line("If that is meant:")
    try:
        lines = dissection_lines(explain(suggestion or code))
    except InvalidCode:
        return  # ``inspect`` has reported it
    for line in lines:
        write_line(line)


def _as_json(code: str) -> dict[str, JsonValue]:
    """Return the dissection, with escapes for arguments that are not Unicode."""
    found = inspection(code)
    for each in (found, *cast("list[dict[str, JsonValue]]", found.get("errors", []))):
        for name in ("input", "code"):
            if name in each:
                each[name] = readable(str(each[name]))
    return found
