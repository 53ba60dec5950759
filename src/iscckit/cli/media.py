"""``iscc meta``: what files say about themselves, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from iscckit.cli.main import DONE, FAILED
from iscckit.cli.terminal import Row, libraries_silenced, print_card, report, safe, write_line
from iscckit.errors import IsccError
from iscckit.media.metadata.fields import SEED_FIELDS
from iscckit.pipeline import described

if TYPE_CHECKING:
    from iscckit.media.metadata.found import Found

__all__ = ["meta"]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def meta(files: tuple[str, ...], as_json: bool) -> int:
    """Print what each FILE says about itself: title, creator, licence and the like.

    Beside each field stands where it was found, for example XMP dc:title. Name, description and
    meta go into the Meta-Code that `iscc create` makes.

    Exit codes: 0 done, 1 a file could not be read (the others are done), 2 usage.
    """
    code = DONE
    for path in files:
        try:
            with libraries_silenced():
                found = described(path)
        except IsccError as error:
            report(str(error))
            code = FAILED
            continue
        (_print_json if as_json else _print_card)(path, found)
    return code


def _print_json(path: str, found: Found) -> None:
    shown = {
        "path": path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
        "metadata": found.metadata.given(),
        "origin": dict(found.origin),
        "damage": list(found.damage),
    }
    write_line(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _print_card(path: str, found: Found) -> None:
    rows = []
    for field, value in found.metadata.given().items():
        shown = value if len(value) <= 300 else f"{value[:297]}..."
        style = "bold" if field in SEED_FIELDS else ""
        rows.append(Row(field, f"{safe(shown)}  ({safe(found.origin[field])})", style))
    rows.extend(Row("note", f"not read: {safe(problem)}", "warn") for problem in found.damage)
    print_card(path, rows or [Row("metadata", "none")])
