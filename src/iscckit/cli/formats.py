"""``iscc formats``: the formats that are read, described, written and divided."""

from __future__ import annotations

import json

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.terminal import paint, write_line
from iscckit.records import format_list as listing

__all__ = ["formats"]

_EXTENSIONS_WIDTH = 26
_MODE_WIDTH = 6


@click.command()
@click.option("--mixed", is_flag=True, help="How containers are divided for a Mixed-Code.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def formats(mixed: bool, as_json: bool) -> int:
    """Print which formats are read, and what can be done with each.

    Every other file gets an ISCC-SUM. With --mixed, the rule by which a container becomes the
    parts of its Mixed-Code.

    Exit codes: 0 done, 2 usage.
    """
    rows = listing.divisions() if mixed else listing.formats()
    for row in rows:
        if as_json:
            write_line(json.dumps(row, ensure_ascii=False))
        elif mixed:
            write_line(paint(f"{row['kind']} ({row['extensions']})", "good"))
            write_line(f"  {row['parts']}")
        else:
            marks = [name for name in ("metadata", "embed", "mixed") if row[name]]
            names = f"{row['extensions']:{_EXTENSIONS_WIDTH}}"
            what = f"{row['mode']:{_MODE_WIDTH}}"
            write_line(f"{names} {what} {' '.join(marks)}".rstrip())
    return DONE
