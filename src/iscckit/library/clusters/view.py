"""Views of the clusters of a library: filters by kind and by distance, without a new search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from iscckit.codec.unit import MainType, Unit
from iscckit.comparison.agreement import to_comparand
from iscckit.comparison.verdict import RULES, compare
from iscckit.library.clusters.clusters import CLUSTER_KINDS, Cluster, Member, find_clusters
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.units.quality import UNDECIDING, flag_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.filter import ClusterFilter

__all__ = ["ClusterView", "add_comparisons", "diameter"]

_NOTHING: Final = UNIT_BITS + 1  # distance of items that cannot be compared
_WORDS: Final = UNIT_BITS // 64
_CACHED: Final = 64  # members of the largest cluster whose distances are cached
_DIAMETER_OF: Final = 256  # members among which the farthest pair is searched


class ClusterView:
    """The clusters of a library at one moment."""

    def __init__(self, catalog: Catalog, *, threads: int = 1) -> None:
        """Find the clusters; this takes long in a large library.

        Args:
            catalog: Catalog of the library.
            threads: Maximum number of threads.
        """
        self._apart = catalog.unrelated_pairs()
        self._clusters = find_clusters(catalog, threads=threads)
        self._near = [_Distances([m.item for m in each.members]) for each in self._clusters]
        self._spread = [near.row(0).bits[1:] for near in self._near]

    def __len__(self) -> int:
        return len(self._clusters)

    def select(self, wanted: ClusterFilter) -> list[Cluster]:
        """Return the clusters that pass a filter.

        Members that are farther than ``most`` from the first member leave the cluster, and may
        form another one. Clusters that change have members without comparisons; see
        ``add_comparisons``.
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

    def _split(self, near: _Distances, wanted: ClusterFilter) -> Iterator[Cluster]:
        """Yield groups whose members are all near the first one."""
        most = _NOTHING if wanted.most is None else wanted.most
        left = list(range(len(near.items)))
        while len(left) > 1:
            first = left[0]
            distances, kinds = near.row(first)
            far: list[int] = []
            group = [first]
            for n in left[1:]:
                joins = all(self._may_join(near.items[m], near.items[n]) for m in group)
                if distances[n] > most or not joins:
                    far.append(n)
                elif distances[n] >= wanted.least:
                    group.append(n)
            left = far
            if len(group) > 1:
                kind = CLUSTER_KINDS[max(kinds[n] for n in group[1:])]
                yield Cluster(kind, tuple(Member(near.items[n], None) for n in group))

    def _may_join(self, a: Item, b: Item) -> bool:
        if not self._apart:
            return True
        pair = (a.datahash or b"", b.datahash or b"")
        return (min(pair), max(pair)) not in self._apart


def add_comparisons(cluster: Cluster) -> Cluster:
    """Return a cluster whose members are compared with the first one."""
    first = cluster.members[0].item
    if all(member.comparison for member in cluster.members[1:]):
        return cluster
    members = [Member(first, None)]
    for member in cluster.members[1:]:
        item = member.item
        comparison = compare(
            first.units,
            item.units,
            quality_a=first.flags,
            quality_b=item.flags,
            measured=True,
        )
        members.append(Member(item, comparison))
    return Cluster(cluster.kind, tuple(members))


def diameter(cluster: Cluster) -> int:
    """Return the largest distance between two members of a cluster, in bits.

    Only the first 256 members are compared.
    """
    near = _Distances([member.item for member in cluster.members[:_DIAMETER_OF]])
    return max(max(near.row(i).bits) for i in range(len(near.items)))


class _Row(NamedTuple):
    """Distances of all items from one of them.

    Attributes:
        bits: Number of bits that differ.
        kinds: What each item shares with that one: an index into ``CLUSTER_KINDS``; 0 for itself.
    """

    bits: list[int]
    kinds: list[int]


class _Distances:
    """Distances between items: in the Content-Code or the Data-Code, whichever is smaller."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        count = len(items)
        self._words: dict[str, NDArray[np.uint64]] = {}
        self._kinds: dict[str, NDArray[np.int64]] = {}
        for name, maintype in (("content", MainType.CONTENT), ("data", MainType.DATA)):
            units = [_deciding_unit(item, maintype) for item in items]
            bodies = b"".join(bytes(UNIT_BITS // 8) if u is None else u.body for u in units)
            self._words[name] = np.frombuffer(bodies, np.uint64).reshape(count, _WORDS)
            self._kinds[name] = np.array([-1 if u is None else u.subtype for u in units], np.int64)
        numbers: dict[bytes, int] = {}
        hashes = [numbers.setdefault(item.datahash or b"", len(numbers)) for item in items]
        self._hashes = np.array(hashes, np.int64)
        self._rows: dict[int, _Row] = {}

    def row(self, first: int) -> _Row:
        """Return the distances of all items from one of them."""
        known = self._rows.get(first)
        if known is None:
            known = self._compute(first)
            if len(self.items) <= _CACHED:
                self._rows[first] = known
        return known

    def _compute(self, first: int) -> _Row:
        content = self._by("content", first)
        distances = np.minimum(content, self._by("data", first))
        same = self._hashes == self._hashes[first]
        distances[same] = 0
        kinds = np.full(len(content), CLUSTER_KINDS.index("versions"))
        subtype = int(self._kinds["content"][first])
        if subtype >= 0:
            kinds[content <= _widest(subtype)] = CLUSTER_KINDS.index("near")
        kinds[content == 0] = CLUSTER_KINDS.index("same-content")
        kinds[same] = CLUSTER_KINDS.index("exact")
        return _Row(distances.tolist(), kinds.tolist())

    def _by(self, name: str, first: int) -> NDArray[np.int64]:
        words, kinds = self._words[name], self._kinds[name]
        if kinds[first] < 0:
            return np.full(len(kinds), _NOTHING, np.int64)
        distances: NDArray[np.int64] = np.bitwise_count(words ^ words[first]).sum(
            axis=1, dtype=np.int64
        )
        distances[kinds != kinds[first]] = _NOTHING
        return distances


def _deciding_unit(item: Item, maintype: MainType) -> Unit | None:
    """Return the unit of a MainType by which an item may be near others; None if it has none."""
    if maintype == MainType.CONTENT and UNDECIDING.intersection(item.flags):
        return None
    for unit in item.units:
        if unit.maintype == maintype and unit.bits == UNIT_BITS and flag_of(unit) is None:
            return unit
    return None


@cache
def _widest(subtype: int) -> int:
    """Return the largest distance of similar content of one SubType, in bits."""
    body = bytes(UNIT_BITS // 8)
    unit = to_comparand(Unit(MainType.CONTENT, subtype, body))
    rule = next(each for each in RULES if each.applies(unit))
    return max(d for d in range(UNIT_BITS) if rule.holds(UNIT_BITS - d, UNIT_BITS))
