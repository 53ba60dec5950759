"""Clusters of items that are the same, the same content, or versions of one file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.codec.unit import MainType, Unit
from iscckit.comparison.agreement import comparand
from iscckit.comparison.verdict import RULES, compare
from iscckit.index.planes import Planes
from iscckit.index.radius import default_radius
from iscckit.index.self_join import RADIUS_MAX, pairs_within
from iscckit.library.index.partitions import UNIT_BITS, Partitions
from iscckit.units.quality import UNDECIDING, flag_of

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparison
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item

__all__ = ["Cluster", "ClusterKind", "Member", "clusters"]

ClusterKind = Literal["exact", "same-content", "near", "versions"]

_ORDER: Final[tuple[ClusterKind, ...]] = ("exact", "same-content", "near", "versions")
_LARGE: Final = 200_000  # codes beyond which the radius is held to what tables can join


@dataclass(frozen=True, slots=True)
class Member:
    """An item in a cluster.

    Attributes:
        item: The item.
        comparison: With the first one of the cluster; None for that one itself.
    """

    item: Item
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items that belong together.

    Attributes:
        kind: ``exact``: the same bytes; ``same-content``: equal Content-Codes, other bytes, as
            after re-encoding or new metadata; ``near``: similar content; ``versions``: similar
            bytes only. The loosest of its members counts.
        members: The one in the middle first; each is near that one, so that no chain of small
            steps joins what has nothing in common.
    """

    kind: ClusterKind
    members: tuple[Member, ...]

    @property
    def reclaimable(self) -> int:
        """Bytes that the copies take beyond the largest one, if these are the same bytes."""
        sizes: dict[bytes, dict[object, int]] = defaultdict(dict)
        for member in self.members:
            item = member.item  # a file under two paths takes its bytes once
            sizes[item.datahash or b""][item.file_key] = item.stat.size
        return sum(sum(list(same.values())[1:]) for same in sizes.values())


def clusters(catalog: Catalog, *, threads: int = 1) -> list[Cluster]:
    """Return all clusters of a library, in the order of their first members.

    Pairs that were marked as unrelated are not joined. Items are compared within the radius at
    which chance makes at most one pair in the whole library.

    Args:
        catalog: Of the library.
        threads: At most so many; the result does not depend on it.
    """
    near = set(_edges(catalog, threads))
    # Only what has a neighbour is held in memory.
    items = {item.id: item for item in catalog.items(n for pair in near for n in pair)}
    apart = catalog.unrelated_pairs()
    edges: dict[int, set[int]] = defaultdict(set)
    for a, b in near:
        pair = (items[a].datahash or b"", items[b].datahash or b"")
        if (min(pair), max(pair)) not in apart:
            edges[a].add(b)
            edges[b].add(a)
    found = [_cluster([items[n] for n in group]) for group in _group_by_hub(edges)]
    return sorted(found, key=lambda each: each.members[0].item.id)


def _edges(catalog: Catalog, threads: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of items that are near in some unit."""
    # Of equal files one stands for all: a hub of n copies costs n, not n squared.
    heads: dict[bytes, int] = {}
    undecided: list[int] = []
    for item in catalog.items():
        if item.state != "present" or item.datahash is None or not item.stat.size:
            continue
        head = heads.setdefault(item.datahash, item.id)
        if head != item.id:
            yield head, item.id
        elif not _decides(item):
            undecided.append(item.id)
    kept = np.fromiter(heads.values(), np.int64, len(heads))
    del heads
    partitions = Partitions(catalog)
    for name in partitions.names():
        parts = name.split("-")
        if parts[0] != "unit" or int(parts[1]) not in {MainType.CONTENT, MainType.DATA}:
            continue
        planes, numbers = partitions[name].whole()
        kind = (MainType(int(parts[1])), int(parts[2]))
        counts = np.isin(numbers, kept)
        if kind[0] == MainType.CONTENT:
            counts &= ~np.isin(numbers, np.array(undecided, np.int64))
        rows = np.flatnonzero(counts)
        chosen = Planes(planes.bits, tuple(plane[rows] for plane in planes.words))
        radius = _radius(kind, len(rows))
        if radius < 0:
            continue
        for pair in pairs_within(chosen, radius, threads=threads):
            yield int(numbers[rows[pair["a"]]]), int(numbers[rows[pair["b"]]])


def _decides(item: Item) -> bool:
    """Tell whether the Content-Code of an item may join it with others."""
    if UNDECIDING.intersection(item.flags):
        return False
    return not any(flag_of(unit) for unit in item.units if unit.maintype == MainType.CONTENT)


def _radius(kind: tuple[MainType, int], rows: int) -> int:
    """Return the radius at which a unit of this kind joins, -1 for none."""
    if rows < 2:
        return -1
    unit = comparand(Unit(kind[0], kind[1], bytes(UNIT_BITS // 8)))
    rule = next(each for each in RULES if each.applies(unit))
    widest = max(d for d in range(UNIT_BITS) if rule.holds(UNIT_BITS - d, UNIT_BITS))
    # One random pair among all is expected where each query expects two false hits in n.
    radius = min(widest, default_radius(UNIT_BITS, rows, 2 / rows))
    words = UNIT_BITS // 64
    return min(radius, RADIUS_MAX * words + words - 1) if rows > _LARGE else radius


def _group_by_hub(edges: dict[int, set[int]]) -> Iterator[list[int]]:
    """Yield groups whose first member is near all others, the largest first."""
    left = {number: set(others) for number, others in edges.items()}
    order = sorted(left, key=lambda number: (-len(left[number]), number))
    taken: set[int] = set()
    for number in order:
        if number in taken:
            continue
        others = sorted(left[number] - taken)
        if others:
            taken.update([number, *others])
            yield [number, *others]


def _cluster(items: Sequence[Item]) -> Cluster:
    first = items[0]
    members = [Member(first, None)]
    kinds = set[ClusterKind]()
    for item in items[1:]:
        found = compare(first.units, item.units, quality_a=first.flags, quality_b=item.flags)
        members.append(Member(item, found))
        kinds.add(_kind(found))
    return Cluster(max(kinds, key=_ORDER.index), tuple(members))


def _kind(found: Comparison) -> ClusterKind:
    if found.verdict == "identical":
        return "exact"
    content = [pair for pair in found.units if pair.a.maintype == MainType.CONTENT]
    if any(pair.answer == "equal" for pair in content):
        return "same-content"
    return "near" if found.verdict == "near" else "versions"
