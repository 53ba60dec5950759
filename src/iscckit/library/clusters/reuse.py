"""Which items contain passages or pictures of which others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.index.planes import pack_planes
from iscckit.index.self_join import pairs_within
from iscckit.library.index.partitions import Partitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item

__all__ = ["Reuse", "reuse"]

_COMMON: Final = 50  # items that share a sequence of letters: it is a formula of many
_PICTURE: Final = 40  # of 256 bits between two pictures that are the same
_LEAST: Final = 3  # sequences that two texts must share


@dataclass(frozen=True, slots=True)
class Reuse:
    """What two items share.

    Attributes:
        a: The item of which the larger share is in the other.
        b: The other.
        kind: ``text`` or ``picture``.
        share_a: How much of ``a`` is in ``b``, 0 to 1.
        share_b: How much of ``b`` is in ``a``.
        count: Kept sequences of letters, or pictures, that both have.
    """

    a: Item
    b: Item
    kind: Literal["text", "picture"]
    share_a: float
    share_b: float
    count: int


def reuse(catalog: Catalog, *, least: float = 0.05) -> list[Reuse]:
    """Return all pairs of items that share something, those that share most first.

    Args:
        catalog: Of the library.
        least: Share of the smaller one that is worth telling, 0 to 1.
    """
    partitions = Partitions(catalog)
    found = [
        (a, b, kind, count, totals)
        for kind, (counts, totals) in (
            ("text", _texts(partitions)),
            ("picture", _pictures(catalog, partitions)),
        )
        for (a, b), count in counts.items()
    ]
    numbers = {number for a, b, *_ in found for number in (a, b)}
    items = {item.id: item for item in catalog.items(numbers) if item.state == "present"}
    shares = [
        _pair(items[a], items[b], kind, count, totals)
        for a, b, kind, count, totals in found
        if a in items and b in items and items[a].datahash != items[b].datahash
    ]
    wanted = [each for each in shares if each.share_a >= least]
    return sorted(wanted, key=lambda each: (-each.share_a, each.a.id, each.b.id, each.kind))


def _pair(a: Item, b: Item, kind: str, count: int, totals: Counter[int]) -> Reuse:
    of_a, of_b = min(1.0, count / totals[a.id]), min(1.0, count / totals[b.id])
    if of_b > of_a:
        a, b, of_a, of_b = b, a, of_b, of_a
    return Reuse(a, b, "text" if kind == "text" else "picture", of_a, of_b, count)


def _texts(partitions: Partitions) -> tuple[dict[tuple[int, int], int], Counter[int]]:
    """Return how many sequences of letters pairs of texts share, and how many each has."""
    planes, items = partitions["text"].whole()
    if not len(items):
        return {}, Counter()
    rows = np.unique(np.stack([planes.words[0], items.astype(np.uint64)], axis=1), axis=0)
    totals = Counter(dict(zip(*_counted(rows[:, 1]), strict=True)))
    counts: Counter[tuple[int, int]] = Counter()
    edges = np.flatnonzero(np.diff(rows[:, 0])) + 1
    for group in np.split(rows[:, 1], edges):
        if 1 < len(group) <= _COMMON:
            members = group.tolist()
            counts.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    return {pair: count for pair, count in counts.items() if count >= _LEAST}, totals


def _counted(values: np.ndarray) -> Iterator[list[int]]:
    numbers, counts = np.unique(values, return_counts=True)
    yield numbers.tolist()
    yield counts.tolist()


def _pictures(
    catalog: Catalog, partitions: Partitions
) -> tuple[dict[tuple[int, int], int], Counter[int]]:
    """Return how many pictures pairs of items share, and how many each has."""
    bodies, owners = bytearray(), list[int]()
    totals: Counter[int] = Counter()
    for number in sorted(set(partitions["picture"].whole()[1].tolist())):
        for kind, codes, _, _ in catalog.fingerprints_of(number):
            if kind != "picture":
                continue
            count = len(codes) // 32
            bodies += codes
            owners += [number] * count
            totals[number] += count
    shared: dict[tuple[int, int], set[int]] = defaultdict(set)
    for pair in pairs_within(pack_planes(bytes(bodies), 256), _PICTURE):
        a, b = sorted((owners[pair["a"]], owners[pair["b"]]))
        if a != b:
            shared[a, b].add(int(pair["a"]))
    return {pair: len(rows) for pair, rows in shared.items()}, totals
