"""Passages and pictures that items share."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.index.planes import pack_planes
from iscckit.index.self_join import pairs_within
from iscckit.library.partitions.key import FingerprintKey
from iscckit.library.partitions.store import Partitions
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item

__all__ = ["Reuse", "ReuseKind", "find_reuse"]

ReuseKind = Literal["text", "picture"]

_COMMON: Final = 50  # items that share a hash of letters: a phrase of many texts
_PICTURE_BITS: Final = 256
_RADIUS: Final = 40  # bits in which two prints of one picture differ at most
_LEAST: Final = 3  # hashes that two texts must share


@dataclass(frozen=True, slots=True)
class Reuse:
    """What two items share.

    Attributes:
        a: The item of which the larger share is in the other one.
        b: The other item.
        kind: ``text`` or ``picture``.
        share_a: Share of ``a`` that is in ``b``, 0 to 1.
        share_b: Share of ``b`` that is in ``a``, 0 to 1.
        count: Number of text fingerprints or pictures that both have.
    """

    a: Item
    b: Item
    kind: ReuseKind
    share_a: float
    share_b: float
    count: int

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the pair in JSON types."""
        return {
            "a": readable(self.a.path),
            "b": readable(self.b.path),
            "kind": self.kind,
            "share_a": round(self.share_a, 4),
            "share_b": round(self.share_b, 4),
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class _Shared:
    """Fingerprints of one kind that items share.

    Attributes:
        kind: Kind of the fingerprints.
        counts: Number of common fingerprints of each pair of items, the smaller number first.
        totals: Number of fingerprints of each item.
    """

    kind: ReuseKind
    counts: dict[tuple[int, int], int]
    totals: Counter[int]


def find_reuse(catalog: Catalog, *, least: float = 0.05) -> list[Reuse]:
    """Return all pairs of items that share passages or pictures, the largest share first.

    Args:
        catalog: Catalog of the library.
        least: Smallest share of the smaller item that counts, 0 to 1.
    """
    partitions = Partitions(catalog)
    shared = (_share_texts(partitions), _share_pictures(catalog, partitions))
    numbers = {number for each in shared for pair in each.counts for number in pair}
    items = {item.id: item for item in catalog.items(numbers) if item.state == "present"}
    pairs = [
        _make_pair(items[a], items[b], each, count)
        for each in shared
        for (a, b), count in each.counts.items()
        if a in items and b in items and items[a].datahash != items[b].datahash
    ]
    large = [pair for pair in pairs if pair.share_a >= least]
    return sorted(large, key=_order)


def _order(pair: Reuse) -> tuple[float, tuple[bytes, bytes], tuple[bytes, bytes], str]:
    return -pair.share_a, pair.a.rank_key, pair.b.rank_key, pair.kind


def _make_pair(a: Item, b: Item, shared: _Shared, count: int) -> Reuse:
    share_a = min(1.0, count / shared.totals[a.id])
    share_b = min(1.0, count / shared.totals[b.id])
    if (-share_b, b.rank_key) < (-share_a, a.rank_key):
        return Reuse(b, a, shared.kind, share_b, share_a, count)
    return Reuse(a, b, shared.kind, share_a, share_b, count)


def _share_texts(partitions: Partitions) -> _Shared:
    """Count the hashes of letters that pairs of texts share."""
    planes, items = partitions[FingerprintKey("text")].rows()
    if not len(items):
        return _Shared("text", {}, Counter())
    rows = np.unique(np.stack([planes.words[0], items.astype(np.uint64)], axis=1), axis=0)
    numbers, sizes = np.unique(rows[:, 1], return_counts=True)
    totals = Counter(dict(zip(numbers.tolist(), sizes.tolist(), strict=True)))
    counts: Counter[tuple[int, int]] = Counter()
    edges = np.flatnonzero(np.diff(rows[:, 0])) + 1
    for group in np.split(rows[:, 1], edges):
        if 1 < len(group) <= _COMMON:
            members = group.tolist()
            counts.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    enough = {pair: count for pair, count in counts.items() if count >= _LEAST}
    return _Shared("text", enough, totals)


def _share_pictures(catalog: Catalog, partitions: Partitions) -> _Shared:
    """Count the pictures that pairs of items share."""
    bodies, owners = bytearray(), list[int]()
    totals: Counter[int] = Counter()
    for number in sorted(set(partitions[FingerprintKey("picture")].rows().items.tolist())):
        for prints in catalog.fingerprints_of(number):
            if prints.kind != "picture":
                continue
            count = len(prints.codes) * 8 // _PICTURE_BITS
            bodies += prints.codes
            owners += [number] * count
            totals[number] += count
    common: dict[tuple[int, int], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for pair in pairs_within(pack_planes(bytes(bodies), _PICTURE_BITS), _RADIUS):
        (a, row_a), (b, row_b) = sorted((owners[row], int(row)) for row in (pair["a"], pair["b"]))
        if a != b:
            common[a, b][0].add(row_a)
            common[a, b][1].add(row_b)
    counts = {pair: min(map(len, rows)) for pair, rows in common.items()}
    return _Shared("picture", counts, totals)
