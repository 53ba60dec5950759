"""The codes of a library and of its claims, as they were at one moment, for any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.codec.unit import MainType
from iscckit.errors import LibraryError
from iscckit.index.radius import default_radius
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.trust.claims.short_codes import is_near_any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iscckit.codec.unit import Unit
    from iscckit.index.planes import Planes
    from iscckit.library.partitions.partition import Partition
    from iscckit.library.partitions.store import Partitions

__all__ = ["CodeIndex"]


class CodeIndex:
    """Codes that lead to claims; it answers without the catalogs."""

    def __init__(self, opened: Iterable[Partitions], short: Mapping[int, Planes]) -> None:
        """Take what is there.

        Args:
            opened: Units of the library and of the claims.
            short: Units of claims of which only 64 bits are known, by their kind.
        """
        self._short = short
        self._kinds: dict[UnitKey, list[tuple[Partition, int]]] = {}
        for each in opened:
            keys = each.keys()
            for key in keys:
                if isinstance(key, UnitKey) and len(each[key]):
                    self._kinds.setdefault(key, []).append((each[key], len(each[key])))

    def may_match(self, units: Sequence[Unit]) -> bool:
        """Tell whether a search for ``units`` could find anything; if not, it need not be made."""
        try:
            return is_near_any(units, self._short) or any(map(self._may_match, units))
        except LibraryError:  # damage is for the thread that can mend it
            return True

    def _may_match(self, unit: Unit) -> bool:
        bits = min(unit.bits, UNIT_BITS)
        for partition, rows in self._kinds.get(UnitKey.of(unit), ()):
            radius = 0 if unit.maintype == MainType.INSTANCE else default_radius(bits, rows)
            if partition.may_have_within(unit.body, radius):
                return True
        return False
