"""Values that a search in an index of ready-made records returns."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["AssetMatch", "ChunkHit", "ChunkMatch", "TypeMatch"]


@dataclass(frozen=True, slots=True)
class AssetMatch:
    """An asset with a unit near the query.

    Attributes:
        asset: Number of the asset.
        score: Score of the asset, 0 to 1.
        types: Score of each kind of unit.
    """

    asset: int
    score: float
    types: dict[str, float]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return score and types in JSON types."""
        return {"score": self.score, "types": {**self.types}}


@dataclass(frozen=True, slots=True)
class ChunkHit:
    """A simprint of the query and the nearest simprint of an asset.

    Attributes:
        query: Simprint of the query.
        match: Simprint of the asset.
        score: Share of equal bits.
        freq: Number of assets that have this simprint.
        offset: Start of the chunk in the asset.
        size: Length of the chunk.
    """

    query: bytes
    match: bytes
    score: float
    freq: int
    offset: int
    size: int

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the hit in JSON types, simprints in base64 of URLs without padding."""
        return {
            "query": _base64(self.query),
            "match": _base64(self.match),
            "score": self.score,
            "freq": self.freq,
            "offset": self.offset,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True)
class TypeMatch:
    """Simprints of one type that an asset has in common with the query.

    Attributes:
        score: Score of the type, 0 to 1.
        queried: Number of simprints of the query.
        chunks: Simprints in common.
    """

    score: float
    queried: int
    chunks: tuple[ChunkHit, ...]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the simprints in JSON types."""
        return {
            "score": self.score,
            "matches": len(self.chunks),
            "queried": self.queried,
            "chunks": [chunk.to_dict() for chunk in self.chunks],
        }


@dataclass(frozen=True, slots=True)
class ChunkMatch:
    """An asset with simprints near those of the query.

    Attributes:
        asset: Number of the asset.
        score: Score of the asset, 0 to 1.
        types: Simprints in common, by type.
    """

    asset: int
    score: float
    types: dict[str, TypeMatch]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return score and types in JSON types."""
        types: dict[str, JsonValue] = {kind: each.to_dict() for kind, each in self.types.items()}
        return {"score": self.score, "types": types}


def _base64(code: bytes) -> str:
    return urlsafe_b64encode(code).decode().rstrip("=")
