"""Checksum lines as iscc-sum writes them, and their verification.

A line is ``ISCC:… *path`` or, in BSD style, ``ISCC-SUM (path) = ISCC:…``. A path that ends with a
slash stands for a whole folder. A path with a line break in it would tear the line apart: such a
line starts with a backslash, and line breaks and backslashes in its path are escaped, as the GNU
checksum tools do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO, Final, Literal, cast

from iscckit.algorithms.hamming import equal_bits
from iscckit.codec.code import compose, decompose
from iscckit.codec.unit import MainType
from iscckit.errors import InvalidCode, IsccError, UnreadableFile
from iscckit.files.tree.walk import walk
from iscckit.media.open_file import open_file
from iscckit.units.sum import Hashes, hash_stream

__all__ = [
    "Check",
    "Entry",
    "Status",
    "check",
    "format_line",
    "hash_path",
    "parse_line",
    "sum_code",
]

Status = Literal["ok", "changed", "unreadable"]

_PLAIN: Final = re.compile(r"((?i:ISCC:[A-Z0-9]+)) \*(.+)", re.DOTALL)
_TAGGED: Final = re.compile(r"ISCC-SUM \((.+)\) = ((?i:ISCC:[A-Z0-9]+))", re.DOTALL)
_ESCAPES: Final = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
_SIMILAR: Final = 0.75  # of the bits; unrelated data reaches it once in 30 000 files at 64 bits


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest.

    Attributes:
        code: The ISCC-SUM, narrow or wide; any ISCC-CODE will do.
        path: As written; with a slash at its end it is a folder.
    """

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one line.

    Attributes:
        entry: The line.
        status: Whether the bytes are the same, others, or out of reach.
        equal_bits: Number of equal bits of the Data-Codes, for a changed file.
        compared_bits: Out of how many; 0 where the line's code has no Data-Code.
        error: Reason why a file is unreadable.
    """

    entry: Entry
    status: Status
    equal_bits: int = 0
    compared_bits: int = 0
    error: IsccError | None = None

    @property
    def similar(self) -> bool:
        """Whether a changed file still shares most of its data with what it was."""
        return self.compared_bits > 0 and self.equal_bits >= _SIMILAR * self.compared_bits


def hash_path(path: str | os.PathLike[str], stopped: Callable[[], bool] = lambda: False) -> Hashes:
    """Return the hashes of a file, or of all files of a folder if ``path`` ends with a slash.

    A folder's files are one stream, one after the other in TREEWALK order. Names are not hashed;
    only the order that they make counts.

    Args:
        path: What to read.
        stopped: Asked before each read; once it says yes, the read raises ``StopReading``.

    Raises:
        UnreadableFile: Something is missing, locked, no file, or changed while it was read; or a
            folder without files.
    """
    name = os.fspath(path)
    if not name.endswith("/"):
        with open_file(name, stopped=stopped) as stream:
            return hash_stream(stream)
    paths = [name + inner for inner in walk(name)]
    if not paths:
        raise UnreadableFile(path, "no files found")
    with ExitStack() as hold:
        return hash_stream(cast("BinaryIO", _Chain(paths, hold, stopped)))


class _Chain:
    """Files as one stream; ``hold`` has the one that is open."""

    def __init__(self, paths: Iterable[str], hold: ExitStack, stopped: Callable[[], bool]) -> None:
        self._paths = iter(paths)
        self._stopped = stopped
        self._hold = hold
        self._stream: BufferedReader | None = None

    def readinto(self, buffer: memoryview) -> int:
        while True:
            if self._stream is None:
                path = next(self._paths, None)
                if path is None:
                    return 0
                stream = self._hold.enter_context(open_file(path, stopped=self._stopped))
                self._stream = cast("BufferedReader", stream)
            if count := self._stream.readinto(buffer):
                return count
            self._stream = None
            self._hold.close()


def sum_code(hashes: Hashes, *, wide: bool = True) -> str:
    """Return the ISCC-SUM: of 128-bit units if ``wide``, else of 64-bit units as in the ISO."""
    bits = 128 if wide else 64
    return compose([hashes.data_unit(bits), hashes.instance_unit(bits)], wide=wide)


def format_line(entry: Entry, *, tag: bool = False, terminator: str = "\n") -> str:
    """Return the line of ``entry`` without its end.

    Args:
        entry: What to write.
        tag: BSD style.
        terminator: What will end the line. Only before a line feed must paths be escaped.
    """
    path, mark = entry.path, ""
    if terminator == "\n" and ("\n" in path or "\r" in path):
        mark = "\\"
        for escape, char in _ESCAPES.items():
            path = path.replace(char, escape)
    if tag:
        return f"{mark}ISCC-SUM ({path}) = {entry.code}"
    return f"{mark}{entry.code} *{path}"


def parse_line(line: str) -> Entry | None:
    """Return what ``line`` says, without its end, or None if it is not a checksum line."""
    escaped = line.startswith("\\")
    line = line[escaped:]
    if found := _PLAIN.fullmatch(line):
        code, path = found.groups()
    elif found := _TAGGED.fullmatch(line):
        path, code = found.groups()
    else:
        return None
    code = code.upper()
    try:
        if not any(unit.maintype == MainType.INSTANCE for unit in decompose(code)):
            return None
    except InvalidCode:
        return None
    if escaped:
        path = re.sub(r"\\[\\nr]", lambda match: _ESCAPES[match[0]], path)
    return Entry(code, path)


def check(entry: Entry, stopped: Callable[[], bool] = lambda: False) -> Check:
    """Compare the file or folder of ``entry`` with its code; ``stopped`` as for ``hash_path``."""
    try:
        hashes = hash_path(entry.path, stopped)
    except UnreadableFile as error:
        return Check(entry, "unreadable", error=error)
    expected = {unit.maintype: unit for unit in decompose(entry.code)}
    data = expected.get(MainType.DATA)
    equal = 0 if data is None else equal_bits(data.body, hashes.data)
    compared = 0 if data is None else data.bits
    same = hashes.instance.startswith(expected[MainType.INSTANCE].body) and equal == compared
    return Check(entry, "ok" if same else "changed", equal, compared)
