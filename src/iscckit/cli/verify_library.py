"""``iscc verify`` for files of the library: read them again, and compare them with it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import default_library, near
from iscckit.cli.terminal import paint, safe, write_line
from iscckit.library.library import Library
from iscckit.render.library_json import checked_json, describe_checked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from iscckit.cli.protection_options import Protection

__all__ = ["Shown", "verify_library"]

_STYLES: Final = {
    "intact": "good",
    "moved": "cyan",
    "modified": "warn",
    "replaced": "bad",
    "missing": "bad",
    "unreadable": "bad",
}


class Shown(NamedTuple):
    """What is printed: intact files, too; JSON."""

    verbose: bool
    as_json: bool


def verify_library(
    folders: Sequence[str],
    library: str | None,
    shown: Shown,
    protection: Protection,
    jobs: int | None,
) -> int:
    """Compare files with the library, print what differs, and return the exit code.

    Args:
        folders: Files and folders; all files of the library if there are none.
        library: The folder of the library; by default that of the user.
        shown: What is printed.
        protection: How decoders are kept from doing harm.
        jobs: Files at a time.

    Raises:
        LibraryError: There is no library.
    """
    counts: Counter[str] = Counter()
    with Library.open(library or default_library()) as opened:
        for checked in opened.verify(
            *folders, jobs=jobs, quota=protection.quota, sandbox=protection.sandbox
        ):
            counts[checked.finding] += 1
            if shown.as_json:
                write_line(json.dumps(checked_json(checked), ensure_ascii=False))
            elif shown.verbose or checked.finding != "intact":
                label = paint(f"{checked.finding:11}", _STYLES[checked.finding])
                write_line(f"{label}{safe(near(checked.path))}")
                if detail := describe_checked(checked):
                    write_line(f"           {safe(near(detail))}")
                if checked.rotten:
                    warning = "its size and time are as they were: damage of the disk, or deceit"
                    write_line(f"           {paint(warning, 'bad')}")
    if not shown.as_json:
        write_line(", ".join(f"{n:,} {what}" for what, n in sorted(counts.items())) or "no files")
    if counts["modified"] or counts["replaced"] or counts["missing"]:
        return DIFFERENT
    return FAILED if counts["unreadable"] else DONE
