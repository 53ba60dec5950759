"""Clusters of items that are the same file, the same content, or versions of one file."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.codec.unit import MainType, Unit
from iscckit.comparison.agreement import to_comparand
from iscckit.comparison.verdict import RULES, compare
from iscckit.index.planes import Planes
from iscckit.index.radius import default_radius
from iscckit.index.self_join import RADIUS_MAX, pairs_within
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.store import UNIT_BITS, Partitions
from iscckit.records.safe_text import readable
from iscckit.units.quality import UNDECIDING, flag_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.comparison.verdict import Comparison
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item

__all__ = ["CLUSTER_KINDS", "Cluster", "ClusterKind", "Member", "compare_pair", "find_clusters"]

ClusterKind = Literal["exact", "same-content", "near", "versions"]

CLUSTER_KINDS: Final[tuple[ClusterKind, ...]] = ("exact", "same-content", "near", "versions")
_JOINED: Final = frozenset({MainType.CONTENT, MainType.DATA})
_LARGE: Final = 200_000  # codes beyond which the radius is limited to what tables can join


@dataclass(frozen=True, slots=True)
class Member:
    """An item in a cluster.

    Attributes:
        item: The item.
        comparison: Comparison with the first member; None for the first member.
    """

    item: Item
    comparison: Comparison | None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the member in JSON types, without a sentence; see ``render.library_json``."""
        return {
            "path": readable(self.item.path),
            "size": self.item.stat.size,
            "iscc": self.item.iscc,
            "verdict": None if self.comparison is None else self.comparison.verdict,
        }


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items that belong together.

    Attributes:
        kind: ``exact``: the same bytes; ``same-content``: equal Content-Codes but other bytes, as
            after re-encoding or new metadata; ``near``: similar content; ``versions``: similar
            bytes only. The loosest relation of a member to the first one decides.
        members: Members, the one in the middle first. Each member is near the first one, so that
            no chain of small steps joins contents without anything in common.
    """

    kind: ClusterKind
    members: tuple[Member, ...]

    @property
    def reclaimable(self) -> int:
        """Bytes that would be free if one of several files of the same bytes stayed."""
        sizes: dict[bytes, dict[object, int]] = defaultdict(dict)
        for member in self.members:
            item = member.item  # a file under two paths takes its bytes once
            sizes[item.datahash or b""][item.file_key] = item.stat.size
        return sum(sum(list(same.values())[1:]) for same in sizes.values())

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the cluster in JSON types, without sentences; see ``render.library_json``."""
        members: list[JsonValue] = [member.to_dict() for member in self.members]
        return {"kind": self.kind, "reclaimable": self.reclaimable, "members": members}


def find_clusters(catalog: Catalog, *, threads: int = 1) -> list[Cluster]:
    """Return all clusters of a library, in the order of the paths of their first members.

    No cluster holds two files that were marked as unrelated. Items are compared within the radius
    at which chance is expected to make at most one pair in the whole library. The result depends
    on the files alone, not on the order in which they were scanned.

    Args:
        catalog: Catalog of the library.
        threads: Maximum number of threads; the result does not depend on it.
    """
    heads = _find_heads(catalog)
    near = set(_find_pairs(catalog, heads, threads))
    # Only items with a neighbour are held in memory.
    numbers = {*heads.copies, *(n for copies in heads.copies.values() for n in copies)}
    numbers.update(n for pair in near for n in pair)
    items = {item.id: item for item in catalog.items(numbers)}
    apart = catalog.read_unrelated_pairs()
    edges: dict[int, set[int]] = {number: set() for number in heads.copies}
    for a, b in near:
        if a not in items or b not in items:
            continue  # deleted, but its tombstone is lost
        pair = (items[a].datahash or b"", items[b].datahash or b"")
        if (min(pair), max(pair)) not in apart:
            edges.setdefault(a, set()).add(b)
            edges.setdefault(b, set()).add(a)
    keys = {number: items[number].rank_key for number in edges}
    clusters = [
        _make_cluster([items[n] for head in group for n in (head, *heads.copies.get(head, ()))])
        for group in _group_by_hub(edges, keys, heads.copies, apart)
    ]
    return sorted(clusters, key=lambda cluster: os.fsencode(cluster.members[0].item.path))


@dataclass(frozen=True, slots=True)
class _Heads:
    """Items that stand for all files of the same bytes: those of the first path.

    Attributes:
        items: Number of one item for each datahash.
        undecided: Numbers of those whose Content-Code may not join them with others.
        copies: Numbers of the other items of the same bytes, of each head that has some.
    """

    items: NDArray[np.int64]
    undecided: NDArray[np.int64]
    copies: dict[int, list[int]]


def _find_pairs(catalog: Catalog, heads: _Heads, threads: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of heads that are near each other in some unit."""
    partitions = Partitions(catalog)
    for key in partitions.keys():  # noqa: SIM118 (not a mapping)
        if not isinstance(key, UnitKey) or key.maintype not in _JOINED:
            continue
        planes, items = partitions[key].rows()
        joins = np.isin(items, heads.items)
        if key.maintype == MainType.CONTENT:
            joins &= ~np.isin(items, heads.undecided)
        rows = np.flatnonzero(joins)
        chosen = Planes(planes.bits, tuple(plane[rows] for plane in planes.words))
        radius = _join_radius(key, len(rows))
        if radius < 0:
            continue
        for pair in pairs_within(chosen, radius, threads=threads):
            yield int(items[rows[pair["a"]]]), int(items[rows[pair["b"]]])


def _find_heads(catalog: Catalog) -> _Heads:
    """Choose one item for all files of the same bytes: n copies make n pairs, not n squared."""
    heads: dict[bytes, int] = {}
    undecided: list[int] = []
    copies: dict[int, list[int]] = defaultdict(list)
    for item in catalog.items_by_path():
        if item.state != "present" or item.datahash is None or not item.stat.size:
            continue
        head = heads.setdefault(item.datahash, item.id)
        if head != item.id:
            copies[head].append(item.id)
        elif not _decides(item):
            undecided.append(item.id)
    numbers = np.fromiter(heads.values(), np.int64, len(heads))
    return _Heads(numbers, np.array(undecided, np.int64), dict(copies))


def _decides(item: Item) -> bool:
    """Tell whether the Content-Code of an item may join it with others."""
    if UNDECIDING.intersection(item.flags):
        return False
    return not any(flag_of(unit) for unit in item.units if unit.maintype == MainType.CONTENT)


def _join_radius(key: UnitKey, rows: int) -> int:
    """Return the radius at which units of a partition are joined; -1 to join none.

    Args:
        key: Key of the partition.
        rows: Number of units that are compared.
    """
    if rows < 2:
        return -1
    unit = to_comparand(Unit(key.maintype, key.subtype, bytes(UNIT_BITS // 8)))
    rule = next(each for each in RULES if each.applies(unit))
    widest = max(d for d in range(UNIT_BITS) if rule.holds(UNIT_BITS - d, UNIT_BITS))
    # One random pair among all n units is expected where each query expects 2 / n false hits.
    radius = min(widest, default_radius(UNIT_BITS, rows, 2 / rows))
    words = UNIT_BITS // 64
    return min(radius, RADIUS_MAX * words + words - 1) if rows > _LARGE else radius


def _group_by_hub(
    edges: Mapping[int, set[int]],
    keys: Mapping[int, tuple[bytes, bytes]],
    copies: Mapping[int, Sequence[int]],
    apart: Collection[tuple[bytes, bytes]] = (),
) -> Iterator[list[int]]:
    """Yield heads of groups, the largest group first; the first head is near all others.

    Args:
        edges: Heads that are near each head.
        keys: Datahash and path of each head; see ``Item.rank_key``.
        copies: Numbers of the copies of a head, which follow it into its group.
        apart: Pairs of datahashes that no group may hold both of, the smaller one first.
    """

    def order(number: int) -> tuple[int, tuple[bytes, bytes]]:
        return -len(edges[number]) - len(copies.get(number, ())), keys[number]

    taken: set[int] = set()
    for number in sorted(edges, key=order):
        if number in taken:
            continue
        others = sorted(edges[number] - taken, key=lambda n: keys[n][1])
        if apart:
            others = _drop_unrelated(others, keys, apart)
        taken.update([number, *others])
        if others or number in copies:
            yield [number, *others]


def _drop_unrelated(
    numbers: Sequence[int],
    keys: Mapping[int, tuple[bytes, bytes]],
    apart: Collection[tuple[bytes, bytes]],
) -> list[int]:
    """Leave out each head that is marked as unrelated to one before it."""
    kept: list[int] = []
    for number in numbers:
        pairs = ((keys[number][0], keys[other][0]) for other in kept)
        if not any((min(pair), max(pair)) in apart for pair in pairs):
            kept.append(number)
    return kept


def compare_pair(first: Item, item: Item) -> Comparison:
    """Compare the first member of a cluster with another one."""
    return compare(
        first.units,
        item.units,
        quality_a=first.flags,
        quality_b=item.flags,
        rules_a=first.equal_rules,
        rules_b=item.equal_rules,
        measured=True,
    )


def _make_cluster(items: Sequence[Item]) -> Cluster:
    first = items[0]
    members = [Member(first, None)]
    kinds = set[ClusterKind]()
    for item in items[1:]:
        comparison = compare_pair(first, item)
        members.append(Member(item, comparison))
        kinds.add(_classify(comparison))
    return Cluster(max(kinds, key=CLUSTER_KINDS.index), tuple(members))


def _classify(comparison: Comparison) -> ClusterKind:
    if comparison.verdict == "identical":
        return "exact"
    content = [pair for pair in comparison.units if pair.a.maintype == MainType.CONTENT]
    if any(pair.answer == "equal" for pair in content):
        return "same-content"
    return "near" if comparison.verdict == "near" else "versions"
