"""``iscc verify``: compare files with the library, and check proofs."""

from __future__ import annotations

import json
from collections import Counter

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import paint, safe, write_line
from iscckit.cli.verify_range import verify_range_proof
from iscckit.library.library import Library
from iscckit.render.library_json import checked_json, describe_checked
from iscckit.trust.declarations.prove_range import is_range_file

__all__ = ["verify"]

_STYLES = {
    "intact": "good",
    "moved": "cyan",
    "modified": "warn",
    "replaced": "bad",
    "missing": "bad",
    "unreadable": "bad",
}


@click.command()
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path())
@library_option
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Print intact files, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@click.option("-o", "--output", type=click.Path(), help="Write the bytes of one proven range.")
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
@protection_options
def verify(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    folders: tuple[str, ...],
    library: str | None,
    jobs: int | None,
    verbose: bool,
    as_json: bool,
    output: str | None,
    force: bool,
) -> int:
    """Read the files in each DIR again, by default all, and compare them with the library.

    A file is intact, moved, modified (and how similar it still is), replaced by something else,
    missing or unreadable. Nothing is changed, on disk or in the library.

    The proof of a byte range (NAME.iscc-range.json, by iscc prove) is checked by itself, and -o
    writes the bytes that it proves.

    Exit codes: 0 all are intact or moved and all proofs hold, 1 a file could not be read, 2 usage,
    3 a file differs or a proof does not hold.
    """
    ranges = [path for path in folders if is_range_file(path)]
    if output is not None and (len(ranges), len(folders)) != (1, 1):
        raise click.UsageError("-o needs one proof of a byte range and nothing else")
    codes = [
        verify_range_proof(path, output=output, force=force, as_json=as_json) for path in ranges
    ]
    if len(ranges) == len(folders) > 0:
        return DIFFERENT if DIFFERENT in codes else max(codes)
    folders = tuple(path for path in folders if path not in ranges)
    counts: Counter[str] = Counter()
    with Library.open(library or default_library()) as opened:
        for checked in opened.verify(
            *folders, jobs=jobs, quota=protection.quota, sandbox=protection.sandbox
        ):
            counts[checked.finding] += 1
            if as_json:
                write_line(json.dumps(checked_json(checked), ensure_ascii=False))
            elif verbose or checked.finding != "intact":
                label = paint(f"{checked.finding:11}", _STYLES[checked.finding])
                write_line(f"{label}{safe(near(checked.path))}")
                if detail := describe_checked(checked):
                    write_line(f"           {safe(near(detail))}")
                if checked.rotten:
                    warning = "its size and time are as they were: damage of the disk, or deceit"
                    write_line(f"           {paint(warning, 'bad')}")
    if not as_json:
        write_line(", ".join(f"{n:,} {what}" for what, n in sorted(counts.items())) or "no files")
    if counts["modified"] or counts["replaced"] or counts["missing"] or DIFFERENT in codes:
        return DIFFERENT
    return FAILED if counts["unreadable"] or FAILED in codes else DONE
