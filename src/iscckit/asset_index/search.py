"""Exact search in an index of ready-made records, with the scores of iscc-search 0.3.

A unit scores the share of equal bits among the common first ones; an Instance-Code 1 or nothing.
Scores below 0.75 count as noise. What an asset scores in all is the sum of the fourth powers over
the sum of the scores; chunks are weighted by how rare their simprints are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import numpy as np

from iscckit.asset_index.store import type_of
from iscckit.codec.sequence import decode_sequence
from iscckit.codec.unit import MainType, Unit
from iscckit.index.planes import Planes, pack_planes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from iscckit.asset_index.store import AssetIndex

__all__ = ["ChunkHit", "ChunkMatch", "Match", "TypeMatch", "View", "load_view"]

Row = TypeVar("Row")

_LEAST: Final = 0.75  # score of a match
_POWER: Final = 4  # what emphasises sure matches


@dataclass(frozen=True, slots=True)
class Match:
    """An asset of which some unit is near: its number, its score, and that of each kind."""

    asset: int
    score: float
    types: dict[str, float]


@dataclass(frozen=True, slots=True)
class ChunkHit:
    """A simprint that was asked for and the nearest one of an asset."""

    query: bytes
    match: bytes
    score: float
    freq: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class TypeMatch:
    """What an asset has of the simprints of one type: score, how many were asked for, which."""

    score: float
    queried: int
    chunks: tuple[ChunkHit, ...]


@dataclass(frozen=True, slots=True)
class ChunkMatch:
    """An asset with parts that are near: its number, its score, and that of each type."""

    asset: int
    score: float
    types: dict[str, TypeMatch]


@dataclass(slots=True)
class _Codes(Generic[Row]):
    """Codes of one kind and length while they are gathered, and what each stands for."""

    bodies: bytearray = field(default_factory=bytearray)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Partition:
    """Codes of one length; ``rows`` has the asset of each, and of simprints the place."""

    planes: Planes
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class View:
    """What is searched, as it was after some change.

    Attributes:
        changes: After how many.
        units: By kind: one partition for each length.
        chunks: Likewise, of simprints.
    """

    changes: int
    units: dict[str, list[_Partition]]
    chunks: dict[str, list[_Partition]]

    def match_units(
        self, units: Sequence[Unit], *, limit: int, least: float = 0.0, without: int = 0
    ) -> list[Match]:
        """Return the assets that have something in common, the best first.

        Args:
            units: Of the query.
            limit: How many at most.
            least: Score that a match has at least.
            without: Number of an asset that is left out; 0 for none.
        """
        scores: dict[int, dict[str, float]] = defaultdict(dict)
        for unit in units:
            kind = type_of(unit)
            for asset, score in self._near(kind, unit):
                known = scores[asset].get(kind, 0.0)
                scores[asset][kind] = max(known, score)
        scores.pop(without, None)
        found = [Match(asset, _total(types), types) for asset, types in scores.items()]
        found = [each for each in found if each.score >= least]
        return sorted(found, key=lambda each: (-each.score, each.asset))[:limit]

    def _near(self, kind: str, unit: Unit) -> Iterable[tuple[int, float]]:
        for partition in self.units.get(kind, ()):
            bits = partition.planes.comparable_bits(unit.body)
            is_exact = unit.maintype == MainType.INSTANCE
            radius = 0 if is_exact else int(bits * (1 - _LEAST))
            hits = partition.planes.within(unit.body, radius)
            assets = partition.rows[hits["row"], 0].tolist()
            yield from zip(assets, (1 - hits["distance"] / bits).tolist(), strict=True)

    def match_chunks(
        self,
        database: sqlite3.Connection,
        wanted: Mapping[str, Sequence[bytes]],
        *,
        limit: int,
        without: int = 0,
    ) -> list[ChunkMatch]:
        """Return the assets that have parts in common, the best first.

        Args:
            database: Of the index.
            wanted: Simprints by their type.
            limit: How many at most.
            without: Number of an asset that is left out; 0 for none.
        """
        types: dict[int, dict[str, TypeMatch]] = defaultdict(dict)
        for kind, codes in wanted.items():
            rarity = _Rarity(database, kind)
            best = self._best(kind, codes)
            for asset, hits in best.items():
                types[asset][kind] = _type_match(codes, hits, rarity)
        types.pop(without, None)
        found = [
            ChunkMatch(asset, sum(each.score for each in kinds.values()) / len(kinds), kinds)
            for asset, kinds in types.items()
        ]
        return sorted(found, key=lambda each: (-each.score, each.asset))[:limit]

    def _best(
        self, kind: str, codes: Sequence[bytes]
    ) -> dict[int, dict[int, tuple[float, bytes, int, int]]]:
        """Return by asset and number of the query: the nearest simprint, and where it stands."""
        best: dict[int, dict[int, tuple[float, bytes, int, int]]] = defaultdict(dict)
        for partition in self.chunks.get(kind, ()):
            for number, code in enumerate(codes):
                bits = partition.planes.comparable_bits(code)
                hits = partition.planes.within(code, int(bits * (1 - _LEAST)))
                for row, distance in hits.tolist():
                    asset, offset, size = partition.rows[row].tolist()
                    score = 1 - distance / bits
                    known = best[asset].get(number)
                    if known is None or score > known[0]:
                        best[asset][number] = (score, _body(partition.planes, row), offset, size)
        return best


class _Rarity:
    """How much a simprint of one type tells: the less, the more assets have it."""

    def __init__(self, database: sqlite3.Connection, kind: str) -> None:
        self._database, self._kind = database, kind
        query = "SELECT count(DISTINCT asset) FROM simprint WHERE type = ?"
        self._total = database.execute(query, (kind,)).fetchone()[0]
        self._known: dict[bytes, int] = {}

    def freq(self, code: bytes) -> int:
        """Return how many assets have this very simprint."""
        if code not in self._known:
            query = "SELECT count(DISTINCT asset) FROM simprint WHERE type = ? AND code = ?"
            row = self._database.execute(query, (self._kind, code)).fetchone()
            self._known[code] = int(row[0])
        return self._known[code]

    def weight(self, code: bytes) -> float:
        """Return the weight."""
        return log(1 + self._total / (1 + self.freq(code)))


def _type_match(
    codes: Sequence[bytes], hits: dict[int, tuple[float, bytes, int, int]], rarity: _Rarity
) -> TypeMatch:
    whole = reached = 0.0
    chunks = []
    for number, code in enumerate(codes):
        if number not in hits:
            whole += rarity.weight(code)
            continue
        score, body, offset, size = hits[number]
        whole += rarity.weight(body)
        reached += rarity.weight(body) * score
        chunks.append(ChunkHit(code, body, score, rarity.freq(body), offset, size))
    return TypeMatch(reached / whole if whole else 0.0, len(codes), tuple(chunks))


def load_view(index: AssetIndex) -> View:
    """Read from the disk what is searched."""
    units: dict[tuple[str, int], _Codes[tuple[int]]] = defaultdict(_Codes)
    chunks: dict[tuple[str, int], _Codes[tuple[int, int, int]]] = defaultdict(_Codes)
    with index.opened() as database:
        database.execute("BEGIN")  # one moment for all of it
        changes = int(database.execute("SELECT number FROM changes").fetchone()[0])
        for number, packed in database.execute("SELECT id, units FROM asset ORDER BY id"):
            for unit in decode_sequence(packed):
                codes = units[type_of(unit), unit.bits]
                codes.bodies += unit.body
                codes.rows.append((number,))
        rows = database.execute("SELECT asset, type, code, offset, size FROM simprint")
        for asset, kind, code, offset, size in rows:
            parts = chunks[kind, 8 * len(code)]
            parts.bodies += code
            parts.rows.append((asset, offset, size))
    return View(changes, _partitions(units), _partitions(chunks))


def _partitions(gathered: Mapping[tuple[str, int], _Codes[Row]]) -> dict[str, list[_Partition]]:
    found: dict[str, list[_Partition]] = defaultdict(list)
    for (kind, bits), codes in sorted(gathered.items()):
        partition = _Partition(
            pack_planes(bytes(codes.bodies), bits), np.array(codes.rows, np.int64)
        )
        found[kind].append(partition)
    return dict(found)


def _total(types: Mapping[str, float]) -> float:
    """Return the score of all kinds together, each of which is a match."""
    return min(1.0, sum(s**_POWER for s in types.values()) / sum(types.values()))


def _body(planes: Planes, row: int) -> bytes:
    words = [int(plane[row]).to_bytes(8) for plane in planes.words]
    return b"".join(words)[: planes.bits // 8]
