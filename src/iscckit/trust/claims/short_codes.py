"""Units of 64 bits of claims of which nothing longer is known, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.codec.unit import MainType
from iscckit.index.planes import Planes, build_tables
from iscckit.index.radius import default_radius

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from iscckit.codec.unit import Unit
    from iscckit.library.catalog.database import Database

__all__ = ["ShortCodes", "is_near_any", "short_rows"]

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


def is_near_any(units: Iterable[Unit], kinds: Mapping[int, Planes]) -> bool:
    """Tell whether a unit is near one of the short units in ``kinds``."""
    if not kinds:
        return False
    return any(len(_find_rows(unit, kinds.get(_kind(unit)))) for unit in units)


def _find_rows(unit: Unit, planes: Planes | None) -> NDArray[np.integer]:
    """Return the rows near a unit.

    The radius is the largest at which chance is expected to give few of them.
    """
    if planes is None or not len(planes) or unit.bits < _BITS:
        return np.empty(0, np.int64)
    radius = 0
    if unit.maintype != MainType.INSTANCE:
        radius = default_radius(_BITS, len(planes))
    found: NDArray[np.integer] = planes.within(unit.body[:_BYTES], radius)["row"]
    return found


class ShortCodes:
    """All short units of a store of claims, in memory from the first question on."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        self._db = database
        self._kinds: dict[int, tuple[Planes, list[str]]] = {}
        self._version: tuple[int, int] | None = None

    def near(self, units: Sequence[Unit]) -> frozenset[str]:
        """Return the keys of claims with a unit near one of ``units``."""
        found: set[str] = set()
        for unit in units:
            planes, keys = self._read(_kind(unit))
            found.update(keys[at] for at in _find_rows(unit, planes).tolist())
        return frozenset(found)

    def read_all(self) -> dict[int, Planes]:
        """Return all short units by their kind, for ``is_near_any``."""
        kinds = self._db.execute("SELECT DISTINCT kind FROM short").fetchall()
        return {kind: self._read(kind)[0] for (kind,) in kinds}

    def _read(self, kind: int) -> tuple[Planes, list[str]]:
        now = (self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes)
        if now != self._version:
            self._version = now
            self._kinds.clear()
        if kind not in self._kinds:
            rows = self._db.execute(
                "SELECT body, key FROM short WHERE kind = ?", (kind,)
            ).fetchall()
            words = np.fromiter((body for body, _ in rows), np.int64, len(rows)).view(np.uint64)
            planes = Planes(_BITS, (words,), build_tables(words))
            self._kinds[kind] = (planes, [key for _, key in rows])
        return self._kinds[kind]
