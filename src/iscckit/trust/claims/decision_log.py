"""Decisions of a screening in a file of JSON lines, which a later run continues.

The first line says what is screened and how. Each other line is the decision about one row, in the
order of the rows. A run that was killed has left whole lines, and perhaps a part of one.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from iscckit.json_types import JsonValue

__all__ = ["Decided", "DecisionLog", "read_decided", "show_value"]

_SYNCED: Final = 256  # lines that are on the disk together, at least
_PAUSE: Final = 1.0  # seconds between two syncs, so that many rows do not wait for the disk
_SHOWN: Final = 200  # characters of a value


class Decided(NamedTuple):
    """What a line says.

    Attributes:
        value: The value of the row, as ``show_value`` has it.
        outcome: What was decided.
    """

    value: str
    outcome: str


def show_value(value: str) -> str:
    """Return as much of the value of a row as a line of decisions has."""
    return readable(value[:_SHOWN])


class DecisionLog:
    """The open file; every line is written whole.

    Attributes:
        done: How many rows got which decision.
        failed: Rows whose content could not be read.
    """

    def __init__(
        self, path: str, head: Mapping[str, JsonValue], *, resume: bool, force: bool = False
    ) -> None:
        """Begin a file, or continue one.

        Args:
            path: The file.
            head: What is screened, and how.
            resume: Continue the file if there is one.
            force: Replace a file that exists.

        Raises:
            InvalidInput: The file exists and is not to be continued, or it is about something else.
            UnreadableFile: The file cannot be written.
        """
        self._path, self._unsynced, self._synced = path, 0, 0.0
        self.done: dict[str, int] = {}
        self.failed = 0
        first = json.dumps(dict(head), ensure_ascii=False, sort_keys=True).encode() + b"\n"
        try:
            exists = os.path.lexists(path)
            if exists and not (resume or force):
                raise InvalidInput(f"{path} exists", reason_code="file-exists", path=path)
            going_on = exists and resume
            self._file = open(path, "r+b" if going_on else "wb")  # noqa: SIM115 (closed by close)
            if going_on and self._take_up(first):
                return
            if going_on:
                self._file.seek(0)
                self._file.truncate()
            self._file.write(first)
        except OSError as error:
            raise self._translate(error) from error

    def _take_up(self, first: bytes) -> bool:
        """Count what is there and cut a part of a line; False if the file is empty."""
        line = self._file.readline()
        if not line.endswith(b"\n"):
            return False
        if line != first:
            raise self._refuse("was made of another input, or in another way")
        end = self._file.tell()
        while (line := self._file.readline()).endswith(b"\n"):
            try:
                self._count(_parse(line))
            except (ValueError, KeyError, RecursionError):
                raise self._refuse(f"line {self.rows + 2} is not a decision") from None
            end = self._file.tell()
        self._file.truncate(end)
        self._file.seek(end)
        return True

    def _refuse(self, what: str) -> InvalidInput:
        self._file.close()
        return InvalidInput(
            f"{self._path}: {what}", reason_code="decisions-differ", path=self._path
        )

    def _count(self, decision: Mapping[str, JsonValue]) -> None:
        outcome = str(decision["decision"])
        self.done[outcome] = self.done.get(outcome, 0) + 1
        self.failed += bool(decision.get("error"))

    @property
    def rows(self) -> int:
        """The number of rows that are decided."""
        return sum(self.done.values())

    def write(self, decision: Mapping[str, JsonValue]) -> None:
        """Add the decision about the next row.

        Raises:
            UnreadableFile: The file cannot be written.
        """
        try:
            self._file.write(json.dumps(dict(decision), ensure_ascii=False).encode() + b"\n")
            self._unsynced += 1
            if self._unsynced >= _SYNCED and time.monotonic() - self._synced >= _PAUSE:
                self._sync()
        except OSError as error:
            raise self._translate(error) from error
        self._count(decision)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced, self._synced = 0, time.monotonic()

    def close(self) -> None:
        """Write what is waiting.

        Raises:
            UnreadableFile: The file cannot be written.
        """
        try:
            self._sync()
        except OSError as error:
            raise self._translate(error) from error
        finally:
            with suppress(OSError):  # it tried to write the same again
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _translate(self, error: OSError) -> UnreadableFile:
        return UnreadableFile(self._path, f"cannot be written: {error.strerror or error}")


def read_decided(path: str) -> Iterator[Decided]:
    """Yield the decisions in a file, in the order of the rows; a part of a line is left out.

    Raises:
        UnreadableFile: The file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            file.readline()
            for line in file:
                if line.endswith(b"\n"):
                    found = _parse(line)
                    yield Decided(str(found["value"]), str(found["decision"]))
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise UnreadableFile(path, "cannot be read as decisions") from error


def _parse(line: bytes) -> dict[str, JsonValue]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
