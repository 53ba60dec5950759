"""Clusters to look at: narrowed by kind and by how much may differ, without searching again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.codec.unit import MainType, Unit
from iscckit.comparison.agreement import comparand
from iscckit.comparison.verdict import RULES, compare
from iscckit.library.clusters.clusters import Cluster, Member, clusters
from iscckit.library.index.partitions import UNIT_BITS
from iscckit.render.record import readable
from iscckit.units.quality import UNDECIDING, flag_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import ClusterKind
    from iscckit.library.clusters.filter import ClusterFilter

__all__ = ["ClusterView", "cluster_json", "completed", "diameter"]

_NOTHING: Final = UNIT_BITS + 1  # the distance of what cannot be compared
_WORDS: Final = UNIT_BITS // 64
_KEPT: Final = 64  # members of clusters whose distances are kept
_KINDS: Final[tuple[ClusterKind, ...]] = ("exact", "same-content", "near", "versions")
_DIAMETER_OF: Final = 256  # members among which the farthest pair is looked for


class ClusterView:
    """The clusters of a library as they are at one moment."""

    def __init__(self, catalog: Catalog, *, threads: int = 1) -> None:
        """Find them; this is the long part.

        Args:
            catalog: Of the library.
            threads: At most so many.
        """
        self._apart = catalog.unrelated_pairs()
        self._clusters = clusters(catalog, threads=threads)
        self._near = [_Nearness([m.item for m in each.members]) for each in self._clusters]
        self._spread = [near.row(0)[0][1:] for near in self._near]

    def __len__(self) -> int:
        return len(self._clusters)

    def chosen(self, wanted: ClusterFilter) -> list[Cluster]:
        """Return the clusters that are wanted; ``completed`` adds what their members share.

        With ``most``, what is too far from the first member of its cluster may form a cluster of
        its own.
        """
        found: list[Cluster] = []
        for cluster, near, spread in zip(self._clusters, self._near, self._spread, strict=True):
            if wanted.mode is not None and cluster.members[0].item.mode != wanted.mode:
                continue
            whole = wanted.most is None or max(spread) <= wanted.most
            if whole and (wanted.least == 0 or min(spread) >= wanted.least):
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

    def _split(self, near: _Nearness, wanted: ClusterFilter) -> Iterator[Cluster]:
        """Yield groups in which all are near the first one."""
        most = _NOTHING if wanted.most is None else wanted.most
        left = list(range(len(near.items)))
        while len(left) > 1:
            first = left[0]
            distances, kinds = near.row(first)
            far: list[int] = []
            kept = [first]
            for n in left[1:]:
                if distances[n] > most or not self._may_join(near.items[first], near.items[n]):
                    far.append(n)
                elif distances[n] >= wanted.least:
                    kept.append(n)
            left = far
            if len(kept) > 1:
                kind = _KINDS[max(kinds[n] for n in kept[1:])]
                yield Cluster(kind, tuple(Member(near.items[n], None) for n in kept))

    def _may_join(self, a: Item, b: Item) -> bool:
        if not self._apart:
            return True
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
    return max(max(near.row(i)[0]) for i in range(len(near.items)))


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
        self._rows: dict[int, tuple[list[int], list[int]]] = {}

    def row(self, first: int) -> tuple[list[int], list[int]]:
        """Return how far all items are from one of them, and what they have in common with it.

        The kinds are numbers of ``_KINDS``; that of the item itself is the first.
        """
        known = self._rows.get(first)
        if known is None:
            distances, kinds = self._row(first)
            known = distances.tolist(), kinds.tolist()
            if len(self.items) <= _KEPT:
                self._rows[first] = known
        return known

    def _row(self, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        content = self._by("content", first)
        distances = np.minimum(content, self._by("data", first))
        same = self._hashes == self._hashes[first]
        distances[same] = 0
        kinds = np.full(len(content), _KINDS.index("versions"))
        subtype = int(self._kinds["content"][first])
        if subtype >= 0:
            kinds[content <= _widest(subtype)] = _KINDS.index("near")
        kinds[content == 0] = _KINDS.index("same-content")
        kinds[same] = _KINDS.index("exact")
        return distances, kinds

    def _by(self, name: str, first: int) -> NDArray[np.int64]:
        words, kinds = self._words[name], self._kinds[name]
        if kinds[first] < 0:
            return np.full(len(kinds), _NOTHING, np.int64)
        distances: NDArray[np.int64] = np.bitwise_count(words ^ words[first]).sum(
            axis=1, dtype=np.int64
        )
        distances[kinds != kinds[first]] = _NOTHING
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
