"""A log of steps that is written before each of them: what was begun, and what is done.

A line is a JSON object with its checksum, ``sum``: the first 16 hexadecimal digits of the BLAKE3
of its other members in the canonical form of ``json.dumps(..., sort_keys=True)`` without spaces.
A line that a loss of power has torn costs itself only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from iscckit.files.renames import make_folders, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self
__all__ = [
    "LOGS",
    "Entry",
    "Journal",
    "Pages",
    "path_text",
    "read_journal",
    "read_trashed",
    "text_path",
]

LOGS: Final = "undo"  # folder of the logs in that of a library

Entry = dict[str, Any]

_DIGITS: Final = 16  # of a checksum


class Journal:
    """An open log. What ``write`` was given is on the disk when it returns."""

    def __init__(self, path: str) -> None:
        """Open the log at ``path`` to write at its end; it is made, with its folder, if needed.

        Raises:
            OSError: It cannot be written.
        """
        folder = os.path.dirname(path)
        make_folders(folder or ".")
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        size = os.fstat(self._file).st_size
        self._is_torn = size > 0 and os.pread(self._file, 1, size - 1) != b"\n"
        sync_folder(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def write(self, entry: Mapping[str, object]) -> None:
        """Append an entry and wait until it is on the disk.

        Raises:
            OSError: There is no room, or the disk failed; the entry then counts as not written.
        """
        line = json.dumps({**entry, "sum": _sum(entry)}, sort_keys=True).encode() + b"\n"
        rest = memoryview(b"\n" + line if self._is_torn else line)
        self._is_torn = True
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fsync(self._file)
        self._is_torn = False


@dataclass(frozen=True, slots=True)
class Pages:
    """What a log holds.

    Attributes:
        entries: In the order in which they were written.
        torn: Numbers, from 1, of lines that cannot be read.
    """

    entries: tuple[Entry, ...]
    torn: tuple[int, ...]


def read_journal(path: str) -> Pages:
    """Return the entries of a log; those of versions that wrote no checksums as well.

    Raises:
        OSError: It cannot be read.
    """
    entries, torn = [], []
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not line.strip():
                continue
            if not isinstance(entry, dict) or not _is_whole(entry):
                torn.append(number)
            else:
                entries.append({key: value for key, value in entry.items() if key != "sum"})
    return Pages(tuple(entries), tuple(torn))


def path_text(path: str) -> str:
    """Return a path as JSON can carry it; bytes that are not UTF-8 become lone surrogates."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def text_path(text: str) -> str:
    """Return the path that ``path_text`` was given."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


def read_trashed(folder: str) -> set[str]:
    """Return where copies lie that were moved to a trash and not back, by the logs in a folder.

    Logs that cannot be read are passed over.
    """
    found: set[str] = set()
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                found |= _list_trashed(read_journal(os.path.join(folder, name)).entries)
    return found


def _list_trashed(entries: Iterable[Entry]) -> set[str]:
    targets: dict[int, str] = {}
    for entry in entries:
        number = int(entry.get("step", -1 - len(targets)))  # old logs have no numbers
        if entry.get("event", "begin") == "begin":
            targets[number] = text_path(entry.get("to", "")) if entry["action"] == "trash" else ""
        elif entry["event"] in ("back", "undone"):
            targets.pop(number, None)
    return {path for path in targets.values() if path}


def _is_whole(entry: Entry) -> bool:
    if "sum" not in entry:
        return "event" not in entry and {"action", "path", "kept"} <= entry.keys()
    return bool(entry["sum"] == _sum({key: entry[key] for key in entry if key != "sum"}))


def _sum(entry: Mapping[str, object]) -> str:
    from blake3 import blake3

    text = json.dumps(dict(entry), sort_keys=True, separators=(",", ":"))
    return blake3(text.encode()).hexdigest()[:_DIGITS]
