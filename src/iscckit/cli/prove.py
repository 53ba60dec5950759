"""``iscc prove``: the proof that some bytes lie at some place of a file."""

from __future__ import annotations

import json
import re
from typing import Final

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.library_option import default_library, library_option
from iscckit.cli.terminal import safe, write_line
from iscckit.cli.verify_range import describe_range
from iscckit.records.safe_text import readable
from iscckit.trust.declarations.outboard import outboard_folder
from iscckit.trust.declarations.prove_range import prove_range, range_path, write_range_file
from iscckit.trust.proof.byte_range import verify_range

__all__ = ["prove"]

_RANGE: Final = re.compile(r"([0-9]{0,18}):([0-9]{0,18})")


def _parse_range(_: object, __: object, text: str) -> tuple[int, int | None]:
    found = _RANGE.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{safe(text)} is not A:B, such as 50000:53000")
    first, end = found.groups()
    return int(first or 0), int(end) if end else None


@click.command()
@click.argument("file", type=click.Path())
@click.option("--range", "part", metavar="A:B", required=True, callback=_parse_range,
              help="The bytes from A to before B, from 0 on; A: reaches to the end.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(), help="Write the proof elsewhere.")
@click.option("--force", is_flag=True, help="Replace the proof if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@library_option
def prove(  # noqa: PLR0917 (one argument an option)
    file: str,
    part: tuple[int, int | None],
    output: str | None,
    force: bool,
    as_json: bool,
    library: str | None,
) -> int:
    """Write the proof that FILE has certain bytes at a certain place.

    The proof has these bytes and the hashes that lead from them to the datahash of the whole file.
    It becomes FILE.A-B.iscc-range.json; iscc verify checks it without the file. What was hashed of
    a large file is kept in the folder of the library, if there is one, for the next proof.

    Exit codes: 0 done, 1 the file could not be read or the proof not written, 2 usage.
    """
    start, end = part
    byte_range = prove_range(file, start, end, cache=outboard_folder(library or default_library()))
    path = output or range_path(file, start, start + byte_range.count)
    write_range_file(path, byte_range, force=force)
    facts = describe_range(path, byte_range, verify_range(byte_range))
    if as_json:
        write_line(json.dumps({"file": readable(file), **facts}, ensure_ascii=False))
    else:
        write_line(safe(path))
    return DONE
