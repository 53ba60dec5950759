"""What was made and may be asked for again: the latest of it, as much as there is room for."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Recent"]

Value = TypeVar("Value")


def _one(_: object) -> int:
    return 1


class Recent(Generic[Value]):
    """Values by their keys; those that nobody asked for the longest go first."""

    def __init__(self, room: int, size: Callable[[Value], int] = _one) -> None:
        """Keep values as long as there is room.

        Args:
            room: For all of them; the last one is kept even if it alone is larger.
            size: Function that gives the size of a value; by default each counts as 1.
        """
        self._room, self._size = room, size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._used = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """Return a value; None if it is not kept."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value."""
        old = self._values.pop(key, None)
        self._used += self._size(value) - (0 if old is None else self._size(old))
        self._values[key] = value
        while self._used > self._room and len(self._values) > 1:
            _, gone = self._values.popitem(last=False)
            self._used -= self._size(gone)
