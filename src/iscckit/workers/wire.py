"""Values as bytes and back: what crosses the border between two processes.

A message is a line of JSON and a section of raw bytes. JSON holds numbers, truth values, ``null``,
short texts and arrays as they are. All else is an object with one of these members:

| value | object |
|---|---|
| long text | ``{"text": N}``: the next N bytes of the section, UTF-8 with lone surrogates |
| bytes | ``{"bytes": N}``: the next N bytes of the section |
| mapping | ``{"map": [[key, value], ...]}`` |
| dataclass, named tuple | ``{"is": "Unit", "maintype": 2, ...}``: all fields, in order |
| error | ``{"is": "UnreadableFile", "args": [...], "facts": {"map": [...]}}`` |
| handed file | ``{"file": "path", "handed": true}``: the next of the descriptors sent along |

An enumeration's member is its value; tuples are arrays. Raw bytes are taken in the order in which
they are named, and nothing of the section may be left, so no byte is taken twice.

Reading is led by the type that the reader expects, never by the message: the annotations of a
function and of the values in it say which class each object may be. A message that is anything
else is refused as a whole (``Refused``), before a value of it is used.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iscckit.errors import IsccError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "MOST_ITEMS",
    "HandedFile",
    "Input",
    "Packed",
    "Refused",
    "can_hand_files",
    "pack",
    "unpack",
]

MOST_ITEMS: Final = 4_000_000  # values in the JSON of a message, by default
_SHORT: Final = 256  # characters: longer texts lie in the section
_PLAIN: Final = (str, int, float, bool, type(None))
_MOSTLY: Final = frozenset(_PLAIN[1:])
_LEAVES: Final = (str, int, float, bytes, bytearray, memoryview, Enum)
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))


class Refused(ValueError):
    """A message is not what it should be."""


class HandedFile(NamedTuple):
    """A file that one process opened for another.

    Attributes:
        path: What error messages call it; where the descriptor is None it is opened there.
        descriptor: An open file descriptor; None where the system cannot hand over any.
    """

    path: str
    descriptor: int | None = None


def can_hand_files() -> bool:
    """Tell whether the system can hand open files to another process."""
    return sys.platform != "win32"


class Packed(NamedTuple):
    """A value as bytes.

    Attributes:
        text: JSON in UTF-8.
        section: Raw bytes, to be sent one after the other.
        files: File descriptors to be sent along, in order.
    """

    text: bytes
    section: tuple[bytes, ...]
    files: tuple[int, ...]


def pack(value: object) -> Packed:
    """Return a value as bytes.

    Raises:
        TypeError: A value in it is none that crosses the border.
    """
    section: list[bytes] = []
    files: list[int] = []
    plain = _plain(value, section, files)
    text = _ENCODER.encode(plain).encode("ascii")
    return Packed(text, tuple(section), tuple(files))


def _plain(value: object, section: list[bytes], files: list[int]) -> object:
    """Return a value as JSON has it, and put its raw bytes and files where they belong."""
    kind: Any = type(value)
    if kind in _MOSTLY:
        return value
    if isinstance(value, _LEAVES):
        return _plain_leaf(value, section)
    if isinstance(value, HandedFile):
        files += [] if value.descriptor is None else [value.descriptor]
        return {"file": value.path, "handed": value.descriptor is not None}
    if (names := _names(kind)) is not None:
        named: dict[str, object] = {"is": kind.__name__}
        for name in names:
            part = getattr(value, name)  # most parts are plain: a call for each would take long
            named[name] = part if type(part) in _MOSTLY else _plain(part, section, files)
        return named
    if isinstance(value, list | tuple):
        return [_plain(each, section, files) for each in value]
    if isinstance(value, Mapping):
        return {"map": [[_plain(each, section, files) for each in pair] for pair in value.items()]}
    if isinstance(value, IsccError):
        facts = {name: _fact(fact) for name, fact in vars(value).items()}
        parts = {"args": [_fact(each) for each in value.args], "facts": facts}
        return {"is": kind.__name__} | {
            name: _plain(part, section, files) for name, part in parts.items()
        }
    raise TypeError(f"a {kind.__name__} does not cross the border of a process")


def _plain_leaf(value: object, section: list[bytes]) -> object:
    """Return a value without parts as JSON has it."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str) and len(value) > _SHORT:
        section.append(value.encode("utf-8", "surrogatepass"))
        return {"text": len(section[-1])}
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        section.append(bytes(value))
        return {"bytes": len(section[-1])}
    return _plain(value, section, [])  # the value of an enumeration


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """Return the names of the parts of a class; None if they have none."""
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return tuple(kind._fields)
    if is_dataclass(kind):
        return tuple(each.name for each in fields(kind) if each.init)
    return None


def _fact(value: object) -> object:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


class Input:
    """What a message holds beside its JSON, taken piece by piece.

    Args:
        section: The raw bytes.
        files: The descriptors that came along.
    """

    def __init__(self, section: memoryview, files: Sequence[int] = ()) -> None:
        self._section = section
        self._files = files
        self.place = (0, 0)  # bytes and files that were taken

    def take(self, length: object) -> memoryview:
        """Return the next ``length`` bytes.

        Raises:
            Refused: There are not so many.
        """
        at, count = self.place
        if type(length) is not int or not 0 <= length <= len(self._section) - at:
            raise Refused("raw bytes are missing")
        self.place = at + length, count
        return self._section[at : at + length]

    def take_text(self, length: object) -> str:
        """Return the next ``length`` bytes as text; Refused if they are none."""
        try:
            return str(self.take(length), "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise Refused("a text is not UTF-8") from error

    def take_file(self) -> int:
        """Return the next descriptor; Refused if there is none."""
        at, count = self.place
        if count == len(self._files):
            raise Refused("a file was not handed over")
        self.place = at, count + 1
        return self._files[count]

    def finish(self) -> None:
        """Refuse what is left."""
        if self.place != (len(self._section), len(self._files)):
            raise Refused("raw bytes or files are left over")


def unpack(
    text: bytes | bytearray | memoryview,
    given: Input,
    read: Callable[[object, Input], Any],
    *,
    most: int = MOST_ITEMS,
) -> Any:  # noqa: ANN401 (what the reader makes)
    """Return the value of a message.

    Args:
        text: Its JSON.
        given: Its raw bytes and files.
        read: Makes the value of what JSON holds; see ``typed.reader``.
        most: Values that the JSON may hold: memory is many times that of the bytes.

    Raises:
        Refused: The message is not such a value.
    """
    raw = bytes(text)
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > most:
        raise Refused("too many values")
    try:
        value = read(json.loads(raw.decode("ascii"), object_pairs_hook=_object), given)
    except Refused:
        raise
    except Exception as error:  # whatever a forged message does to a class that checks its fields
        raise Refused(f"{type(error).__name__}: {str(error)[:200]}") from error
    given.finish()
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("a member occurs twice")
    return found
