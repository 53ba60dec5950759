"""``iscc meta``: the metadata of files and its sources, or the levels of a Meta-Code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DONE, FAILED
from iscckit.cli.library_option import default_library, near
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import Row, print_card, report, safe, silence_libraries, write_line
from iscckit.errors import IsccError
from iscckit.media.metadata.fields import SEED_FIELDS
from iscckit.records.probe_task import describe_apart
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.media.metadata.precedence import FileMetadata

__all__ = ["meta"]


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path())
@click.option("--name", help="Show the Meta-Code of this title instead, level by level.")
@click.option("--description", help="With --name: what tells works of the same title apart.")
@click.option("--library", type=click.Path(file_okay=False), metavar="DIR",
              help="With --name: say which files of this library share the code.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@protection_options
def meta(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    files: tuple[str, ...],
    name: str | None,
    description: str | None,
    library: str | None,
    as_json: bool,
) -> int:
    """Print what each FILE says about itself: title, creator, licence and the like.

    Beside each field stands where it was found, for example XMP dc:title. Name, description and
    meta go into the Meta-Code that `iscc create` makes. With --name instead of files, that code
    is made at each level of detail, and the files of the library are named that share it.

    Exit codes: 0 done, 1 a file could not be read (the others are done), 2 usage.
    """
    if (name is None) == (not files):
        raise click.UsageError("either files or --name")
    if name is not None:
        return _print_levels(name, description, library, as_json)
    if description is not None or library is not None:
        raise click.UsageError("--description and --library go with --name")
    code = DONE
    for path in files:
        try:
            with silence_libraries():
                found = describe_apart(path, *protection)
        except IsccError as error:
            report(error)
            code = FAILED
            continue
        (_print_json if as_json else _print_card)(path, found)
    return code


def _print_levels(name: str, description: str | None, library: str | None, as_json: bool) -> int:
    from iscckit.library.search.meta_levels import meta_levels  # not needed for files

    for level in meta_levels(name, description, library or default_library()):
        if as_json:
            line = {
                "level": level.what,
                "meta_code": str(level.unit),
                "shared_by": [readable(path) for path in level.paths],
            }
            write_line(json.dumps(line, ensure_ascii=False))
            continue
        count = len(level.paths)
        who = "no file" if not count else "1 file" if count == 1 else f"{count:,} files"
        write_line(f"{level.unit}  {level.what}: shared by {who} of the library")
        for path in level.paths:
            write_line(f"  {safe(near(path))}")
    return DONE


def _print_json(path: str, found: FileMetadata) -> None:
    shown = {
        "path": readable(path),
        "metadata": found.metadata.as_dict(),
        "origin": dict(found.origin),
        "damage": list(found.damage),
    }
    write_line(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _print_card(path: str, found: FileMetadata) -> None:
    rows = []
    for field, value in found.metadata.as_dict().items():
        shown = value if len(value) <= 300 else f"{value[:297]}..."
        style = "bold" if field in SEED_FIELDS else ""
        rows.append(Row(field, f"{safe(shown)}  ({safe(found.origin[field])})", style))
    rows.extend(Row("note", f"not read: {safe(problem)}", "warn") for problem in found.damage)
    print_card(path, rows or [Row("metadata", "none")])
