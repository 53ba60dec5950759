"""``iscc scan``: bring the library up to date with folders, once or continuously."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DONE, FAILED
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.progress import Progress
from iscckit.cli.protection_options import protection_options
from iscckit.cli.semantic_options import semantic_options
from iscckit.cli.terminal import is_terminal, paint, report, safe, write_line
from iscckit.cli.ways_out import add_way_out
from iscckit.library.scan.scan import ScanOptions
from iscckit.library.scan.scan import scan as bring_up_to_date
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.cli.protection_options import Protection
    from iscckit.library.scan.report import Change, ScanProgress
    from iscckit.records.options import Semantics

__all__ = ["scan"]

_STYLES = {
    "new": "good",
    "changed": "warn",
    "updated": "warn",
    "reread": "dim",
    "moved": "cyan",
    "removed": "dim",
    "failed": "bad",
}
_LINES = 20  # changes that are shown one by one unless --verbose


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True,
                type=click.Path(exists=True))  # fmt: skip
@library_option
@click.option("--verify", is_flag=True, help="Read every file again, whatever size and time say.")
@click.option("--ignore-ctime", is_flag=True,
              help="Trust size and mtime, for restored files and file servers.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Go on and follow what changes; end with Ctrl-C.")
@click.option("--interval", type=click.FloatRange(0.1), default=5.0, show_default=True,
              help="With --watch: seconds between two looks.")  # fmt: skip
@click.option("--keep-manifests", is_flag=True,
              help="Keep manifests of C2PA for stripped copies; so do later scans.")  # fmt: skip
@click.option("--shared", is_flag=True, help="A new library may be read by others (umask).")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Print every change, not only the first ones.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a change.")
@protection_options
@semantic_options
def scan(  # noqa: PLR0917 (one argument an option)
    semantic: Semantics | None,
    protection: Protection,
    folders: tuple[str, ...],
    library: str | None,
    verify: bool,
    ignore_ctime: bool,
    watch: bool,
    interval: float,
    keep_manifests: bool,
    shared: bool,
    jobs: int | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Bring the library up to date with the files in each DIR.

    Only new and changed files are read. Files that were moved are recognised, those that are gone
    are marked. Ctrl-C loses nothing: the next scan goes on where this one stopped.

    Exit codes: 0 done, 1 a file could not be read or decoded (the others are done), 2 usage.
    """
    options = ScanOptions(
        verify,
        jobs,
        protection.quota,
        semantic=semantic,
        sandbox=protection.sandbox,
        ignore_ctime=ignore_ctime,
        shared=shared,
        keep_manifests=keep_manifests,
    )
    place = library or default_library()
    while True:
        code = _once(place, folders, options, verbose=verbose or watch, as_json=as_json)
        if not watch:
            return code
        time.sleep(interval)


def _once(
    place: str, folders: tuple[str, ...], options: ScanOptions, *, verbose: bool, as_json: bool
) -> int:
    counts: Counter[str] = Counter()
    files, started = 0, time.monotonic()
    with Progress(0) as bar:
        bar.note("looking at folders …")

        def progress(at: ScanProgress) -> None:
            nonlocal files
            files = at.files
            bar.draw(at.done, at.path, total=at.reads, size=at.done_size, total_size=at.size)

        changes = bring_up_to_date(place, folders, options, progress=progress)
        try:
            for change in changes:
                counts[change.what] += 1
                bar.clear()
                _show(change, as_json, verbose or counts.total() <= _LINES)
                bar.draw_again()
        finally:
            changes.close()  # type: ignore[attr-defined]  # a generator; commits what is done
    if not as_json and (counts or not verbose):
        what = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
        took = f" ({time.monotonic() - started:.1f} s)" if is_terminal(sys.stdout) else ""
        write_line(f"{files:,} files, {what or 'nothing has changed'}{took}")
    return FAILED if counts["failed"] or counts["damaged"] else DONE


def _show(change: Change, as_json: bool, show: bool) -> None:
    if as_json:
        line = {
            "path": readable(change.path),
            "change": change.what,
            "detail": change.detail or None,
        }
        write_line(json.dumps(line, ensure_ascii=False))
    elif change.what in {"damaged", "failed"}:
        detail = add_way_out(change.detail, change.reason_code, {})
        report(f"{near(change.path)}: {detail}")
    elif show:
        before = f"  (from {safe(near(change.detail))})" if change.detail else ""
        write_line(
            f"{paint(f'{change.what:8}', _STYLES[change.what])}{safe(near(change.path))}{before}"
        )
