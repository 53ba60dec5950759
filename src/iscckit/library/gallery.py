"""Clusters to look at: narrowed by kind and by how much may differ, without searching again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.codec.unit import MainType, Unit
from iscckit.comparison import RULES, compare
from iscckit.library.clusters import Cluster, Member, clusters
from iscckit.library.shelves import UNIT_BITS
from iscckit.render.record import readable
from iscckit.units.agreement import comparand
from iscckit.units.quality import UNDECIDING, flag_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.library.catalogue import Catalogue, Item
    from iscckit.library.clusters import ClusterKind
    from iscckit.record import JsonValue

__all__ = ["FARTHEST", "Gallery", "Order", "Selection", "cluster_json", "completed", "diameter"]

Order = Literal["first", "freed", "files"]

FARTHEST: Final = UNIT_BITS // 2  # bits: what is farther has nothing in common
_NOTHING: Final = UNIT_BITS + 1  # the distance of what cannot be compared
_WORDS: Final = UNIT_BITS // 64
_DIAMETER_OF: Final = 256  # members among which the farthest pair is looked for


@dataclass(frozen=True, slots=True)
class Selection:
    """Which clusters, and of them which members.

    Attributes:
        kinds: Of clusters; none takes all.
        least: Bits in which a member differs from the first one at least: 1 hides exact copies.
        most: And at most; None takes all that belong together by the rules.
        mode: Of the first member; None takes all.
        order: By the first member, by the bytes that copies take, or by the number of files.
    """

    kinds: tuple[ClusterKind, ...] = ()
    least: int = 0
    most: int | None = None
    mode: str | None = None
    order: Order = "first"


class Gallery:
    """The clusters of a library as they are at one moment."""

    def __init__(self, catalogue: Catalogue, *, threads: int = 1) -> None:
        """Find them; this is the long part.

        Args:
            catalogue: Of the library.
            threads: At most so many.
        """
        self._apart = catalogue.unrelated()
        self._clusters = clusters(catalogue, threads=threads)
        self._near = [_Nearness([m.item for m in each.members]) for each in self._clusters]
        self._spread = [near.of(0) for near in self._near]

    def __len__(self) -> int:
        return len(self._clusters)

    def chosen(self, wanted: Selection) -> list[Cluster]:
        """Return the clusters that are wanted; ``completed`` adds what their members share.

        With ``most``, what is too far from the first member of its cluster may form a cluster of
        its own.
        """
        found: list[Cluster] = []
        for cluster, near, spread in zip(self._clusters, self._near, self._spread, strict=True):
            if wanted.mode is not None and cluster.members[0].item.mode != wanted.mode:
                continue
            whole = wanted.most is None or int(spread.max()) <= wanted.most
            if whole and (wanted.least == 0 or int(spread[1:].min()) >= wanted.least):
                found.append(cluster)
            else:
                found += self._split(near, wanted)
        if wanted.kinds:
            found = [each for each in found if each.kind in wanted.kinds]
        if wanted.order == "freed":
            found.sort(key=lambda each: -each.reclaimable)
        elif wanted.order == "files":
            found.sort(key=lambda each: -len(each.members))
        return found

    def _split(self, near: _Nearness, wanted: Selection) -> Iterator[Cluster]:
        """Yield groups in which all are near the first one."""
        most = _NOTHING if wanted.most is None else wanted.most
        left = np.arange(len(near.items))
        while len(left) > 1:
            first, rest = int(left[0]), left[1:]
            distances = near.of(first, rest)
            together = distances <= most
            if self._apart:
                together &= [self._may_join(near.items[first], near.items[n]) for n in rest]
            kept = rest[together & (distances >= wanted.least)]
            left = rest[~together]
            if len(kept):
                kind = near.kind(first, kept)
                members = [near.items[n] for n in (first, *kept.tolist())]
                yield Cluster(kind, tuple(Member(item, None) for item in members))

    def _may_join(self, a: Item, b: Item) -> bool:
        pair = (a.datahash or b"", b.datahash or b"")
        return (min(pair), max(pair)) not in self._apart


def completed(cluster: Cluster) -> Cluster:
    """Return the cluster with the comparisons of its members with the first one."""
    first = cluster.members[0].item
    if all(member.comparison for member in cluster.members[1:]):
        return cluster
    members = [Member(first, None)]
    for member in cluster.members[1:]:
        item = member.item
        found = compare(first.units, item.units, quality_a=first.flags, quality_b=item.flags)
        members.append(Member(item, found))
    return Cluster(cluster.kind, tuple(members))


def diameter(cluster: Cluster) -> int:
    """Return in how many bits the two members differ most that have least in common.

    Of a large cluster, only the first members are looked at.
    """
    near = _Nearness([member.item for member in cluster.members[:_DIAMETER_OF]])
    return max(int(near.of(i).max()) for i in range(len(near.items)))


def cluster_json(cluster: Cluster) -> dict[str, JsonValue]:
    """Return a cluster in JSON types."""
    members: list[JsonValue] = [
        {
            "id": member.item.id,
            "path": readable(member.item.path),
            "size": member.item.stat.size,
            "iscc": member.item.iscc,
            "verdict": None if member.comparison is None else member.comparison.verdict,
            "sentence": None if member.comparison is None else member.comparison.sentence,
        }
        for member in cluster.members
    ]
    return {"kind": cluster.kind, "reclaimable": cluster.reclaimable, "members": members}


class _Nearness:
    """In how many bits items differ: in the Content-Code or the Data-Code, where less do."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        count = len(items)
        self._words: dict[str, NDArray[np.uint64]] = {}
        self._kinds: dict[str, NDArray[np.int64]] = {}
        for name, maintype in (("content", MainType.CONTENT), ("data", MainType.DATA)):
            units = [_deciding(item, maintype) for item in items]
            bodies = b"".join(bytes(UNIT_BITS // 8) if u is None else u.body for u in units)
            self._words[name] = np.frombuffer(bodies, np.uint64).reshape(count, _WORDS)
            self._kinds[name] = np.array([-1 if u is None else u.subtype for u in units], np.int64)
        numbers: dict[bytes, int] = {}
        hashes = [numbers.setdefault(item.datahash or b"", len(numbers)) for item in items]
        self._hashes = np.array(hashes, np.int64)

    def of(self, first: int, others: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return how far the others are from one of the items."""
        rows = np.arange(len(self.items)) if others is None else others
        nearest = np.minimum(self._by("content", first, rows), self._by("data", first, rows))
        nearest[self._hashes[rows] == self._hashes[first]] = 0
        return nearest

    def kind(self, first: int, others: NDArray[np.int64]) -> ClusterKind:
        """Return what the others have in common with one of the items, the loosest of them."""
        other_bytes = self._hashes[others] != self._hashes[first]
        if not other_bytes.any():
            return "exact"
        content = self._by("content", first, others)[other_bytes]
        if not content.any():
            return "same-content"
        subtype = int(self._kinds["content"][first])
        return "near" if subtype >= 0 and int(content.max()) <= _widest(subtype) else "versions"

    def _by(self, name: str, first: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        words, kinds = self._words[name], self._kinds[name]
        distances = np.full(len(rows), _NOTHING, np.int64)
        if kinds[first] >= 0:
            there = kinds[rows] == kinds[first]
            differing = np.bitwise_count(words[rows[there]] ^ words[first])
            distances[there] = differing.sum(axis=1, dtype=np.int64)
        return distances


def _deciding(item: Item, maintype: MainType) -> Unit | None:
    """Return the unit of an item by which it may be near another one."""
    if maintype == MainType.CONTENT and UNDECIDING.intersection(item.flags):
        return None
    for unit in item.units:
        if unit.maintype == maintype and unit.bits == UNIT_BITS and flag_of(unit) is None:
            return unit
    return None


@cache
def _widest(subtype: int) -> int:
    """Return in how many bits similar content of a modality differs at most."""
    body = bytes(UNIT_BITS // 8)
    unit = comparand(Unit(MainType.CONTENT, subtype, body))
    rule = next(each for each in RULES if each.applies(unit))
    return max(d for d in range(UNIT_BITS) if rule.holds(UNIT_BITS - d, UNIT_BITS))
