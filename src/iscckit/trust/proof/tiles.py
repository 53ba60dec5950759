"""Tiles of a log: how hashes and entries are divided into files, and their paths.

A tile has the hashes of up to 256 neighbouring nodes of the levels 0, 8, 16 and so on. A bundle has
up to 256 neighbouring entries.

Source:
    C2SP tlog-tiles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.trust.proof.merkle import HASH_BYTES, node_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Literal

__all__ = [
    "ENTRY_BYTES_MAX",
    "TILE_HEIGHT",
    "TILE_LEVEL_MAX",
    "TILE_WIDTH",
    "Tile",
    "list_tiles",
    "node_in_tiles",
    "pack_entries",
    "parse_tile_path",
    "split_hashes",
    "tile_path",
    "unpack_entries",
]

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_LEVEL_MAX: Final = 63
ENTRY_BYTES_MAX: Final = 0xFFFF
_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(
    r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/){0,6}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile or bundle.

    Attributes:
        level: The level of tiles, 0..63; ``entries`` for a bundle of entries.
        index: The number of the tile on its level, from 0.
        width: How many hashes or entries it has, 1..256; fewer than 256 make it partial.
    """

    level: int | Literal["entries"]
    index: int
    width: int = TILE_WIDTH


def tile_path(tile: Tile) -> str:
    """Return the path of a tile below the address of its log, for example ``tile/0/x001/067``."""
    groups = [f"{tile.index % 1000:03d}"]
    rest = tile.index // 1000
    while rest:
        groups.append(f"x{rest % 1000:03d}")
        rest //= 1000
    partial = f".p/{tile.width}" if tile.width < TILE_WIDTH else ""
    return f"tile/{tile.level}/{'/'.join(reversed(groups))}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Return the tile that a path names.

    Raises:
        InvalidInput: The path is not as ``tile_path`` writes it.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise _document_error(f"{path[:100]!r} is not the path of a tile")
    level: int | Literal["entries"] = "entries" if found[1] == "entries" else int(found[1])
    index = int(re.sub(r"[x/]", "", found[2]))
    tile = Tile(level, index, int(found[3] or TILE_WIDTH))
    # A second spelling of one tile would be a second file in every cache.
    if tile_path(tile) != path or (level != "entries" and level > TILE_LEVEL_MAX):
        raise _document_error(f"{path[:100]!r} is not the path of a tile")
    return tile


def pack_entries(records: Iterable[bytes]) -> bytes:
    """Return a bundle: each record behind its length in two bytes.

    Raises:
        InvalidInput: A record is longer than 65 535 bytes.
    """
    parts = []
    for record in records:
        if len(record) > ENTRY_BYTES_MAX:
            raise _document_error(f"an entry has {len(record)} bytes, of at most {ENTRY_BYTES_MAX}")
        parts += [len(record).to_bytes(_LENGTH_BYTES), record]
    return b"".join(parts)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """Return the records of a bundle.

    Raises:
        InvalidInput: The bundle ends within a record or has more than 256.
    """
    records = []
    start = 0
    while start < len(bundle):
        body = start + _LENGTH_BYTES
        end = body + int.from_bytes(bundle[start:body])
        if body > len(bundle) or end > len(bundle):
            raise _document_error("a bundle ends within an entry")
        records.append(bundle[body:end])
        start = end
    if len(records) > TILE_WIDTH:
        raise _document_error(f"a bundle has {len(records)} entries, of at most {TILE_WIDTH}")
    return records


def split_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        InvalidInput: The data are not 1 to 256 whole hashes.
    """
    if not data or len(data) % HASH_BYTES or len(data) > TILE_WIDTH * HASH_BYTES:
        raise _document_error(f"a tile has 1 to {TILE_WIDTH} hashes, not {len(data)} bytes")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def list_tiles(size: int) -> Iterator[Tile]:
    """Yield all tiles of hashes that a log of ``size`` entries has, full ones first on a level."""
    level = 0
    while count := size >> TILE_HEIGHT * level:
        for index in range(count >> TILE_HEIGHT):
            yield Tile(level, index)
        if rest := count % TILE_WIDTH:
            yield Tile(level, count >> TILE_HEIGHT, rest)
        level += 1


def node_in_tiles(
    size: int, hashes: Callable[[Tile], Sequence[bytes]]
) -> Callable[[int, int], bytes]:
    """Return what gives the nodes of a log by level and index, out of its tiles.

    Args:
        size: The number of entries of the log, which says how wide its partial tiles are.
        hashes: Gives the hashes of a tile.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, TILE_HEIGHT)
        first = index << above
        row = first >> TILE_HEIGHT
        count = size >> TILE_HEIGHT * tile_level
        width = min(count - (row << TILE_HEIGHT), TILE_WIDTH)
        start = first % TILE_WIDTH
        part = list(hashes(Tile(tile_level, row, width))[start : start + (1 << above)])
        if len(part) != 1 << above:
            raise _document_error(f"a tile has no node {index} of level {level}")
        while len(part) > 1:
            part = [node_hash(part[i], part[i + 1]) for i in range(0, len(part), 2)]
        return part[0]

    return node


def _document_error(message: str) -> InvalidInput:
    return InvalidInput(message, reason_code="malformed-document", field="tile")
