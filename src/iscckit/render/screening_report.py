"""The report of a screening: what was asked, by which rules, and what came of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.records.safe_text import readable
from iscckit.trust.claims.decision import CERTAIN
from iscckit.trust.proof.did import did_key
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iscckit.json_types import JsonValue

__all__ = ["is_changed", "report_json", "screening_head"]

_FORMAT: Final = "iscckit-screening/1"


def screening_head(
    path: str, use: str, column: str | None, trusted: Iterable[bytes], claims: int
) -> dict[str, JsonValue]:
    """Return what is screened and how, as the first line of a file of decisions has it.

    Two runs with the same head decide alike, row by row.
    """
    found = os.stat(path)
    return {
        "format": _FORMAT,
        "iscckit": VERSION,
        "protocol": "IDP-Declaration v0.1-draft",
        "input": readable(os.path.abspath(path)),
        "size": None if os.path.isdir(path) else found.st_size,
        "changed": None if os.path.isdir(path) else found.st_mtime_ns,
        "use": use,
        "column": column,
        "claims": claims,
        "trusted": [did_key(key) for key in sorted(trusted)],
        "certain": CERTAIN,
    }


def is_changed(head: Mapping[str, JsonValue], path: str) -> bool:
    """Tell whether the file that was screened is another one now; of a folder nothing is known."""
    if os.path.isdir(path):
        return False
    found = os.stat(path)
    return (head["size"], head["changed"]) != (found.st_size, found.st_mtime_ns)


def report_json(
    head: Mapping[str, JsonValue], done: Mapping[str, int], output: str | None
) -> dict[str, JsonValue]:
    """Return the report: the head, and how many rows got which decision."""
    return {
        **head,
        "rows": sum(done.values()),
        "decisions": {
            name: done.get(name, 0) for name in ("reserved", "review", "open", "unknown")
        },
        "output": None if output is None else readable(os.path.abspath(output)),
        "rules": {
            "reserved": "a trusted claim about the same content, or one whose score is at least "
            "certain, reserves the use; or the file itself does",
            "review": "a claim reserves the use, but its signer is not trusted or the match is a "
            "part or less certain; or the content could not be read",
            "open": "a trusted claim opens the use, and none reserves it",
            "unknown": "nobody says anything",
        },
    }
