"""Codes as the catalog has them: what the segments are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.index.planes import pack_planes
from iscckit.index.segment import Segment
from iscckit.library.fingerprints import BITS, KINDS
from iscckit.library.partitions.key import FingerprintKey, UnitKey
from iscckit.library.partitions.partition import PLACE_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import FingerprintKind
    from iscckit.library.partitions.key import PartitionKey

__all__ = ["UNIT_BITS", "read_all", "read_one"]

UNIT_BITS: Final = 256


def read_all(catalog: Catalog, after: int, upto: int | None = None) -> dict[PartitionKey, Segment]:
    """Return the codes of all items whose numbers lie in a range, one segment per partition.

    Args:
        catalog: Catalog of the library.
        after: Highest number before the range; -1 for all items.
        upto: Highest number of the range; None for all items after ``after``.
    """
    found: dict[PartitionKey, Segment] = dict(_read_units(catalog, after, upto).items())
    for kind in KINDS:
        segment = _read_fingerprints(catalog, kind, after, upto)
        if segment is not None:
            found[FingerprintKey(kind)] = segment
    return found


def read_one(catalog: Catalog, key: PartitionKey, upto: int) -> Segment:
    """Return the codes of one partition of all items up to ``upto``."""
    if isinstance(key, FingerprintKey):
        segment = _read_fingerprints(catalog, key.kind, -1, upto)
        bits = BITS[key.kind]
    else:
        segment = _read_units(catalog, -1, upto).get(key)
        bits = UNIT_BITS
    return segment or Segment(pack_planes(b"", bits), np.empty(0, np.int64), upto)


def _read_units(catalog: Catalog, after: int, upto: int | None) -> dict[UnitKey, Segment]:
    bodies: dict[UnitKey, bytearray] = {}
    keys: dict[UnitKey, list[int]] = {}
    for item in catalog.items_with_units_after(after, upto):
        for unit in item.units:
            if unit.bits == UNIT_BITS:
                key = UnitKey.of(unit)
                bodies.setdefault(key, bytearray()).extend(unit.body)
                keys.setdefault(key, []).append(item.id << PLACE_BITS)
    return {
        key: Segment(pack_planes(bytes(body), UNIT_BITS), np.array(keys[key], np.int64), 0)
        for key, body in bodies.items()
    }


def _read_fingerprints(
    catalog: Catalog, kind: FingerprintKind, after: int, upto: int | None
) -> Segment | None:
    codes = bytearray()
    keys: list[NDArray[np.int64]] = []
    for stored in catalog.codes_after(kind, after, upto):
        codes += stored.codes
        places = np.frombuffer(stored.places, "<u4").astype(np.int64)
        keys.append(places | (stored.item << PLACE_BITS))
    if not keys:
        return None
    return Segment(pack_planes(bytes(codes), BITS[kind]), np.concatenate(keys), 0)
