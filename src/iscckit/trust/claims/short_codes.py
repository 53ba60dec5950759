"""Units of 64 bits of claims of which nothing longer is known, compared one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.codec.unit import MainType
from iscckit.index.radius import default_radius

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from iscckit.codec.unit import Unit
    from iscckit.library.catalog.database import Database

__all__ = ["ShortCodes", "short_rows"]

_BITS: Final = 64
_BYTES: Final = _BITS // 8


def _kind(unit: Unit) -> int:
    return int(unit.maintype) << 8 | int(unit.subtype) << 4 | int(unit.version)


def short_rows(units: Iterable[Unit], key: str) -> list[tuple[int, int, str]]:
    """Return the rows of the table ``short`` for the units of a claim."""
    return [
        (_kind(unit), int.from_bytes(unit.body[:_BYTES], "big", signed=True), key)
        for unit in units
        if unit.bits >= _BITS
    ]


class ShortCodes:
    """All short units of a store of claims, in memory from the first question on."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        self._db = database
        self._kinds: dict[int, tuple[NDArray[np.uint64], list[str]]] = {}
        self._version: tuple[int, int] | None = None

    def near(self, units: Sequence[Unit]) -> frozenset[str]:
        """Return the keys of claims with a unit near one of ``units``.

        The radius is the largest at which chance is expected to give few of them.
        """
        found: set[str] = set()
        for unit in units:
            if unit.bits < _BITS:
                continue
            bodies, keys = self._read(_kind(unit))
            if not keys:
                continue
            radius = 0
            if unit.maintype != MainType.INSTANCE:
                radius = default_radius(_BITS, len(keys))
            asked = np.uint64(int.from_bytes(unit.body[:_BYTES], "big"))
            hits = np.flatnonzero(np.bitwise_count(bodies ^ asked) <= radius)
            found.update(keys[at] for at in hits.tolist())
        return frozenset(found)

    def _read(self, kind: int) -> tuple[NDArray[np.uint64], list[str]]:
        now = (self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes)
        if now != self._version:
            self._version = now
            self._kinds.clear()
        if kind not in self._kinds:
            rows = self._db.execute(
                "SELECT body, key FROM short WHERE kind = ?", (kind,)
            ).fetchall()
            bodies = np.fromiter((body for body, _ in rows), np.int64, len(rows))
            self._kinds[kind] = (bodies.view(np.uint64), [key for _, key in rows])
        return self._kinds[kind]
