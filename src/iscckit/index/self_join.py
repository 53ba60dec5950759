"""Self-join: all pairs of codes in a collection that are near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit import _kernel
from iscckit.errors import InvalidInput
from iscckit.index.blocks import make_damage_error
from iscckit.index.planes import PAIR, Planes, build_tables, chunk_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.index.planes import Words

__all__ = ["RADIUS_MAX", "pairs_within"]

RADIUS_MAX: Final = 16  # of one word: beyond it, scans are faster than tables
_SCANNED: Final = 200_000  # rows that may be compared one by one with all others


def pairs_within(planes: Planes, radius: int, *, threads: int = 1) -> NDArray[np.void]:
    """Return the pairs of rows that differ in at most ``radius`` bits, each once and in order.

    Args:
        planes: Codes.
        radius: Largest distance of a pair in bits.
        threads: Maximum number of threads; the result does not depend on it.

    Returns:
        Array of ``a``, ``b`` (a < b) and ``distance``.

    Raises:
        InvalidInput: A join of so many codes within this radius would take days.
        LibraryError: The file in which the codes lie is damaged.
    """
    count = len(planes.words)
    planes.verify()
    if len(planes) < 2:
        return np.empty(0, PAIR)
    if chunk_layout(len(planes)) and planes.bits % 64 == 0 and radius // count <= RADIUS_MAX:
        return _join(planes, radius, threads)
    if len(planes) > _SCANNED:
        widest = RADIUS_MAX * count + count - 1
        raise InvalidInput(f"{len(planes):,} codes: the radius may be {widest}, got {radius}")
    return _scan(planes, radius)


def _join(planes: Planes, radius: int, threads: int) -> NDArray[np.void]:
    """Join word by word: at least one word of a near pair differs in its share of the radius."""
    share = radius // len(planes.words)
    found = []
    for i, words in enumerate(planes.words):
        at_hand = i == 0 and planes.blocks is None  # tables of a file are made again, not trusted
        tables = planes.tables if at_hand and planes.tables else build_tables(words)
        parts = [table.parts for table in tables]
        try:
            pairs = np.frombuffer(_kernel.search_join(parts, share, threads), PAIR)
        except IndexError as error:
            raise make_damage_error("an index in memory") from error
        found.append(pairs if len(planes.words) == 1 else _verify(planes, pairs, radius))
    if len(found) == 1:
        return found[0]
    return np.unique(np.concatenate(found))  # sorted by a, then b


def _verify(planes: Planes, pairs: NDArray[np.void], radius: int) -> NDArray[np.void]:
    distance = np.zeros(len(pairs), np.uint32)
    for words in planes.words:
        distance += np.bitwise_count(words[pairs["a"]] ^ words[pairs["b"]])
    out = pairs.copy()
    out["distance"] = distance
    return out[distance <= radius]


def _scan(planes: Planes, radius: int) -> NDArray[np.void]:
    found = []
    body = _bodies(planes.words)
    for row in range(len(planes) - 1):
        rest = tuple(words[row + 1 :] for words in planes.words)
        hits = Planes(planes.bits, rest).within(body[row].tobytes()[: planes.bits // 8], radius)
        if len(hits):
            pairs = np.empty(len(hits), PAIR)
            pairs["a"], pairs["b"] = row, hits["row"] + row + 1
            pairs["distance"] = hits["distance"]
            found.append(np.sort(pairs, order="b"))
    return np.concatenate(found) if found else np.empty(0, PAIR)


def _bodies(words: tuple[Words, ...]) -> NDArray[np.uint8]:
    """Return the bodies of the codes, one row per code."""
    return np.stack(words, axis=1).astype(">u8").view(np.uint8)
