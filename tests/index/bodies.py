"""Bodies of codes to search, shared by the tests of the index."""

from __future__ import annotations

import numpy as np


def codes(count: int, bits: int, kind: str, seed: int = 1) -> list[bytes]:
    """Return bodies: random ones, few different ones, equal ones, or families of near ones."""
    rng = np.random.default_rng(seed)
    size = bits // 8
    if kind == "equal":
        return [bytes(size)] * count
    if kind == "few":
        return [bytes([int(value)]) * size for value in rng.integers(0, 4, count)]
    rows = rng.integers(0, 256, (count, size), dtype=np.uint8)
    if kind == "families":
        flips = np.packbits(rng.random((count, bits)) < 0.04, axis=1)
        rows = rows[np.arange(count) // 10] ^ flips
    return [row.tobytes() for row in rows]
