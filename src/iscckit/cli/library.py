"""``iscc library``: check and repair what the library has stored."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.exit_codes import DONE, FAILED
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.terminal import is_terminal, paint, safe, write_line
from iscckit.library.library import Library

if TYPE_CHECKING:
    from iscckit.library.check import Fault

__all__ = ["library"]

_WAYS: Final = {
    "derived": "nothing is lost: it is made from the rest",
    "scan": "iscc scan reads the file again, if it is still there",
    "lost": "only a backup of the library has it",
}
_SUBJECTS: Final = {
    "catalog": "catalogue",
    "item": "entry",
    "unrelated": "marks",
    "index": "index",
}


@click.group()
def library() -> None:
    """Keep the library itself in order. Its files are scanned and verified by other commands."""


@library.command("check")
@library_option
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a fault.")
def check(library: str | None, repair: bool, as_json: bool) -> int:
    """Read all that the library has stored, and say what is damaged and how to get it back.

    The tables are checked by SQLite, each entry and each block of the index by its checksum, and
    the index is compared with the catalogue. --repair writes the index again and removes damaged
    entries, so that the next scan reads their files again; a catalogue that SQLite cannot use is
    replaced by one with all good entries, and kept beside it.

    Exit codes: 0 all is well or was repaired, 1 something is damaged, 2 usage.
    """
    with Library.open(library or default_library()) as opened:
        faults = opened.check(repair=repair, done=_show)
    _clear()
    for fault in faults:
        if as_json:
            write_line(json.dumps(fault.to_dict(), ensure_ascii=False))
        else:
            _print(fault)
    left = sum(not fault.repaired for fault in faults)
    if not as_json:
        _print_summary(len(faults), left, repair)
    return FAILED if left else DONE


def _show(name: str) -> None:
    """Show on a terminal what is read."""
    if is_terminal(sys.stderr):
        sys.stderr.write(f"\r\x1b[2Kreading {safe(name)}")
        sys.stderr.flush()


def _clear() -> None:
    if is_terminal(sys.stderr):
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


def _print(fault: Fault) -> None:
    word = "repaired" if fault.repaired else "damaged"
    label = paint(f"{word:10}", "good" if fault.repaired else "bad")
    write_line(f"{label}{_SUBJECTS[fault.kind]}  {safe(near(fault.subject))}")
    write_line(f"          {safe(fault.detail)}; {_WAYS[fault.remedy]}")


def _print_summary(count: int, left: int, repair: bool) -> None:
    if not count:
        write_line("the library is as it was stored")
        return
    faults = "1 fault" if count == 1 else f"{count:,} faults"
    way = "" if repair else "; iscc library check --repair mends what can be mended"
    write_line(f"{faults}, {count - left:,} repaired{way}")
