"""Exact search in an index of ready-made records, with the scores of iscc-search 0.3.

The score of a unit is the share of equal bits among the common first bits; that of an
Instance-Code is 1 or 0. Scores below 0.75 count as noise. The score of an asset is the sum of the
fourth powers of its scores over their sum. Chunks are weighted by how rare their simprints are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

import numpy as np

from iscckit.asset_search.asset_match import AssetMatch, ChunkHit, ChunkMatch, TypeMatch
from iscckit.asset_search.store import unit_type
from iscckit.codec.sequence import decode_sequence
from iscckit.codec.unit import MainType, Unit
from iscckit.index.planes import Planes, pack_planes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from iscckit.asset_search.store import AssetIndex

__all__ = ["View", "load_view"]

Row = TypeVar("Row")

_LEAST: Final = 0.75  # score of a match
_POWER: Final = 4  # emphasises sure matches


@dataclass(slots=True)
class _Gathered(Generic[Row]):
    """Codes of one kind and length while they are read, and the row of each."""

    bodies: bytearray = field(default_factory=bytearray)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Partition:
    """Codes of one kind and length.

    Attributes:
        planes: The codes.
        rows: Asset of each code; of simprints also offset and size of the chunk.
    """

    planes: Planes
    rows: NDArray[np.int64]


class _Nearest(NamedTuple):
    """The nearest simprint of an asset.

    Attributes:
        score: Share of equal bits.
        body: The simprint.
        offset: Start of the chunk.
        size: Length of the chunk.
    """

    score: float
    body: bytes
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class View:
    """An index in memory, as it was after some change.

    Attributes:
        changes: Number of changes before it was read.
        units: Units by kind, one partition per length.
        chunks: Simprints by type, one partition per length.
    """

    changes: int
    units: dict[str, list[_Partition]]
    chunks: dict[str, list[_Partition]]

    def match_units(
        self, units: Sequence[Unit], *, limit: int, least: float = 0.0, without: int = 0
    ) -> list[AssetMatch]:
        """Return the assets with units near those of a query, the best first.

        Args:
            units: Units of the query.
            limit: Maximum number of matches.
            least: Smallest score of a match.
            without: Number of an asset to leave out; 0 for none.
        """
        scores: dict[int, dict[str, float]] = defaultdict(dict)
        for unit in units:
            kind = unit_type(unit)
            for asset, score in self._near(kind, unit):
                known = scores[asset].get(kind, 0.0)
                scores[asset][kind] = max(known, score)
        scores.pop(without, None)
        matches = [AssetMatch(asset, _total(types), types) for asset, types in scores.items()]
        matches = [match for match in matches if match.score >= least]
        return sorted(matches, key=lambda match: (-match.score, match.asset))[:limit]

    def _near(self, kind: str, unit: Unit) -> Iterable[tuple[int, float]]:
        """Yield asset and score of each unit that is near."""
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
        """Return the assets with simprints near those of a query, the best first.

        Args:
            database: Database of the index.
            wanted: Simprints of the query, by type.
            limit: Maximum number of matches.
            without: Number of an asset to leave out; 0 for none.
        """
        types: dict[int, dict[str, TypeMatch]] = defaultdict(dict)
        for kind, codes in wanted.items():
            rarity = _Rarity(database, kind)
            for asset, nearest in self._find_nearest(kind, codes).items():
                types[asset][kind] = _match_type(codes, nearest, rarity)
        types.pop(without, None)
        matches = [
            ChunkMatch(asset, sum(each.score for each in kinds.values()) / len(kinds), kinds)
            for asset, kinds in types.items()
        ]
        return sorted(matches, key=lambda match: (-match.score, match.asset))[:limit]

    def _find_nearest(self, kind: str, codes: Sequence[bytes]) -> dict[int, dict[int, _Nearest]]:
        """Return the nearest simprint of each asset for each simprint of a query, by its index."""
        best: dict[int, dict[int, _Nearest]] = defaultdict(dict)
        for partition in self.chunks.get(kind, ()):
            for number, code in enumerate(codes):
                bits = partition.planes.comparable_bits(code)
                hits = partition.planes.within(code, int(bits * (1 - _LEAST)))
                for row, distance in hits.tolist():
                    asset, offset, size = partition.rows[row].tolist()
                    score = 1 - distance / bits
                    known = best[asset].get(number)
                    if known is None or score > known.score:
                        body = _body(partition.planes, row)
                        best[asset][number] = _Nearest(score, body, offset, size)
        return best


class _Rarity:
    """Weights of the simprints of one type: the more assets have a simprint, the less it tells."""

    def __init__(self, database: sqlite3.Connection, kind: str) -> None:
        self._database, self._kind = database, kind
        query = "SELECT count(DISTINCT asset) FROM simprint WHERE type = ?"
        self._total = database.execute(query, (kind,)).fetchone()[0]
        self._known: dict[bytes, int] = {}

    def freq(self, code: bytes) -> int:
        """Return the number of assets that have this simprint."""
        if code not in self._known:
            query = "SELECT count(DISTINCT asset) FROM simprint WHERE type = ? AND code = ?"
            row = self._database.execute(query, (self._kind, code)).fetchone()
            self._known[code] = int(row[0])
        return self._known[code]

    def weight(self, code: bytes) -> float:
        """Return the weight of a simprint."""
        return log(1 + self._total / (1 + self.freq(code)))


def _match_type(codes: Sequence[bytes], nearest: dict[int, _Nearest], rarity: _Rarity) -> TypeMatch:
    whole = reached = 0.0
    chunks = []
    for number, code in enumerate(codes):
        if number not in nearest:
            whole += rarity.weight(code)
            continue
        score, body, offset, size = nearest[number]
        whole += rarity.weight(body)
        reached += rarity.weight(body) * score
        chunks.append(ChunkHit(code, body, score, rarity.freq(body), offset, size))
    return TypeMatch(reached / whole if whole else 0.0, len(codes), tuple(chunks))


def load_view(index: AssetIndex) -> View:
    """Read an index into memory."""
    units: dict[tuple[str, int], _Gathered[tuple[int]]] = defaultdict(_Gathered)
    chunks: dict[tuple[str, int], _Gathered[tuple[int, int, int]]] = defaultdict(_Gathered)
    with index.connect() as database:
        database.execute("BEGIN")  # all reads see one state
        changes = int(database.execute("SELECT number FROM changes").fetchone()[0])
        for number, packed in database.execute("SELECT id, units FROM asset ORDER BY id"):
            for unit in decode_sequence(packed):
                codes = units[unit_type(unit), unit.bits]
                codes.bodies += unit.body
                codes.rows.append((number,))
        rows = database.execute("SELECT asset, type, code, offset, size FROM simprint")
        for asset, kind, code, offset, size in rows:
            parts = chunks[kind, 8 * len(code)]
            parts.bodies += code
            parts.rows.append((asset, offset, size))
    return View(changes, _make_partitions(units), _make_partitions(chunks))


def _make_partitions(
    gathered: Mapping[tuple[str, int], _Gathered[Row]],
) -> dict[str, list[_Partition]]:
    partitions: dict[str, list[_Partition]] = defaultdict(list)
    for (kind, bits), codes in sorted(gathered.items()):
        planes = pack_planes(bytes(codes.bodies), bits)
        partitions[kind].append(_Partition(planes, np.array(codes.rows, np.int64)))
    return dict(partitions)


def _total(types: Mapping[str, float]) -> float:
    """Return the score of all kinds of units together."""
    return min(1.0, sum(s**_POWER for s in types.values()) / sum(types.values()))


def _body(planes: Planes, row: int) -> bytes:
    words = [int(plane[row]).to_bytes(8) for plane in planes.words]
    return b"".join(words)[: planes.bits // 8]
