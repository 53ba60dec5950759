"""BLAKE3 and its Bao slices, written to be read.

Sources: the specification of BLAKE3, https://github.com/BLAKE3-team/BLAKE3-specs, and docs/spec.md
of https://github.com/oconnor663/bao, version 0.13. Compared with the kernel, one chunk takes a
thousand times as long.
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["chunk_chain", "nodes", "outboard", "parent_chain", "root", "slice_of", "verify"]

CHUNK: Final = 1024
BLOCK: Final = 64
GROUP: Final = 16  # chunks that share a leaf of an outboard
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
IV: Final = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
             0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)  # fmt: skip
PERMUTATION: Final = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
COLUMNS_AND_DIAGONALS: Final = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _rotate(word: int, by: int) -> int:
    return (word >> by | word << (32 - by)) & 0xFFFFFFFF


def _mix(v: list[int], places: tuple[int, int, int, int], x: int, y: int) -> None:
    a, b, c, d = places
    for word, first, second in ((x, 16, 12), (y, 8, 7)):
        v[a] = (v[a] + v[b] + word) & 0xFFFFFFFF
        v[d] = _rotate(v[d] ^ v[a], first)
        v[c] = (v[c] + v[d]) & 0xFFFFFFFF
        v[b] = _rotate(v[b] ^ v[c], second)


def _compress(chain: bytes, block: bytes, number: int, flags: int) -> bytes:
    """Return the chaining value after one block of at most 64 bytes."""
    h = struct.unpack("<8I", chain)
    m = list(struct.unpack("<16I", block.ljust(BLOCK, b"\0")))
    v = [*h, *IV[:4], number & 0xFFFFFFFF, number >> 32, len(block), flags]
    for _ in range(7):
        for i, places in enumerate(COLUMNS_AND_DIAGONALS):
            _mix(v, places, m[2 * i], m[2 * i + 1])
        m = [m[i] for i in PERMUTATION]
    return struct.pack("<8I", *(v[i] ^ v[i + 8] for i in range(8)))


_START: Final = struct.pack("<8I", *IV)


def chunk_chain(chunk: bytes, number: int, flags: int = 0) -> bytes:
    """Return the chaining value of a chunk of at most 1024 bytes.

    Args:
        chunk: The bytes.
        number: The place of the chunk in the file, from 0 on; below 2**64.
        flags: ROOT if the file has one chunk.
    """
    chain = _START
    last = max(len(chunk) - 1, 0) // BLOCK
    for i in range(last + 1):
        kind = CHUNK_START * (i == 0) | (CHUNK_END | flags) * (i == last)
        chain = _compress(chain, chunk[i * BLOCK : (i + 1) * BLOCK], number, kind)
    return chain


def parent_chain(parent: bytes, flags: int = 0) -> bytes:
    """Return the chaining value of a parent: the 64 bytes of its two children's values."""
    return _compress(_START, parent, 0, PARENT | flags)


def _left_size(size: int) -> int:
    """Return the bytes of the left subtree: the largest power of two of chunks below ``size``."""
    chunks = -(-size // CHUNK)
    return CHUNK << ((chunks - 1).bit_length() - 1)


def chain_of(data: bytes, first: int = 0, flags: int = 0) -> bytes:
    """Return the chaining value of the subtree of ``data`` whose first chunk is ``first``."""
    if len(data) <= CHUNK:
        return chunk_chain(data, first, flags)
    return parent_chain(_parent(data, first), flags)


def _parent(data: bytes, first: int) -> bytes:
    left = _left_size(len(data))
    return chain_of(data[:left], first) + chain_of(data[left:], first + left // CHUNK)


def root(data: bytes) -> bytes:
    """Return the BLAKE3 hash of a file."""
    return chain_of(data, 0, ROOT)


def outboard(data: bytes, first: int = 0) -> bytes:
    """Return the parents of groups of 16 chunks in post-order."""
    if len(data) <= GROUP * CHUNK:
        return b""
    left = _left_size(len(data))
    before = outboard(data[:left], first) + outboard(data[left:], first + left // CHUNK)
    return before + _parent(data, first)


def nodes(data: bytes, first: int, start: int, end: int) -> bytes:
    """Return, in pre-order, the parents and chunks that lead to ``data[start:end]``."""
    if end <= 0 or start >= max(len(data), 1):
        return b""
    if len(data) <= CHUNK:
        return data
    left = _left_size(len(data))
    return (
        _parent(data, first)
        + nodes(data[:left], first, start, end)
        + nodes(data[left:], first + left // CHUNK, start - left, end - left)
    )


def _part(start: int, count: int, length: int) -> tuple[int, int]:
    """Return the part of a file that a slice holds: one byte at least, behind its end the last."""
    if start >= length:
        return max(length - 1, 0), max(length, 1)
    return start, min(start + max(count, 1), length)


def slice_of(data: bytes, start: int, count: int) -> bytes:
    """Return the slice of ``count`` bytes from ``start`` on."""
    return struct.pack("<Q", len(data)) + nodes(data, 0, *_part(start, count, len(data)))


def verify(piece: bytes, expected: bytes, start: int, count: int) -> tuple[int, bytes] | None:
    """Return the length that a slice claims and the bytes that it proves, or None if it is false.

    Args:
        piece: The slice.
        expected: The BLAKE3 hash of the file.
        start: The first byte that the slice is to hold.
        count: The number of bytes, one at least.
    """
    if len(piece) < 8:
        return None
    (length,) = struct.unpack("<Q", piece[:8])
    first, end = _part(start, count, length)
    rest = piece[8:]
    content = b""

    def read(at: int, size: int, chain: bytes, flags: int) -> bool:
        nonlocal rest, content
        if at >= end or at + max(size, 1) <= first:
            return True
        if size <= CHUNK:
            chunk, rest = rest[:size], rest[size:]
            content += chunk[max(first - at, 0) : max(end - at, 0)]
            return len(chunk) == size and chunk_chain(chunk, at // CHUNK, flags) == chain
        parent, rest = rest[:64], rest[64:]
        left = _left_size(size)
        return (
            len(parent) == 64
            and parent_chain(parent, flags) == chain
            and read(at, left, parent[:32], 0)
            and read(at + left, size - left, parent[32:], 0)
        )

    if not read(0, length, expected, ROOT) or rest:
        return None
    return length, content if start < length else b""
