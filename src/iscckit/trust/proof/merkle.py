"""Merkle trees of RFC 6962: hashes, proofs, and their checks.

A node is named by its level and its index: the node ``(level, index)`` covers the ``2**level``
leaves from ``index << level`` on. Only full nodes have names; the right edge of a tree is computed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Node = Callable[[int, int], bytes]

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "PATH_MAX",
    "check_consistency",
    "check_inclusion",
    "consistency_path",
    "hash_range",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "root_of",
]

HASH_BYTES: Final = 32
PATH_MAX: Final = 64  # hashes of a path; more than a log of 2**63 leaves needs
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of a leaf, SHA-256 over a zero byte and the record."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, SHA-256 over a byte of 1 and both children."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves; the hash of nothing if there are none."""
    row = list(leaves)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        paired = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = paired + row[len(row) & ~1 :]
    return row[0]


def hash_range(start: int, end: int, node: Node) -> bytes:
    """Return the hash over the leaves ``start`` to ``end`` as a subtree of RFC 6962.

    Args:
        start: The first leaf, a multiple of the smallest power of two that is not below the count.
        end: The leaf after the last; ``start == end`` gives the root of an empty tree.
        node: Gives the hash of a full node by level and index. It is called at most once a level.
    """
    if start == end:
        return EMPTY_ROOT
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(node(level, start >> level))
        start += 1 << level
    whole = hashes.pop()
    while hashes:
        whole = node_hash(hashes.pop(), whole)
    return whole


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that lead from the leaf ``index`` to the root of ``size`` leaves.

    Args:
        index: The leaf, from 0.
        size: The number of leaves of the tree.
        node: As for ``hash_range``.

    Raises:
        InvalidInput: The tree does not have that leaf.
    """
    if not 0 <= index < size:
        raise _document_error("leafIndex", f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(hash_range(middle, end, node))
            end = middle
        else:
            path.append(hash_range(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old_size: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that show that a tree of ``size`` leaves continues one of ``old_size``.

    Args:
        old_size: The number of leaves of the earlier tree.
        size: The number of leaves of the later tree.
        node: As for ``hash_range``.

    Raises:
        InvalidInput: The later tree is smaller.
    """
    if not 0 <= old_size <= size:
        raise _document_error("treeSize", f"a tree of {size} leaves continues none of {old_size}")
    if old_size in (0, size):
        return []
    path = []
    start, end = 0, size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(hash_range(middle, end, node))
            end = middle
        else:
            path.append(hash_range(start, middle, node))
            start = middle
    if start:
        path.append(hash_range(start, end, node))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf is in a tree.

    Args:
        leaf: The hash of the leaf.
        index: The place of the leaf, from 0.
        size: The number of leaves of the tree.
        path: The hashes from the leaf to the root.
        root: The root of the tree.

    Raises:
        InvalidInput: The tree does not have that leaf, or the path is too long.
        VerificationFailed: The path does not lead to the root.

    Source:
        RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        raise _document_error("leafIndex", f"a tree of {size} leaves has no leaf {index}")
    _check_path(path)
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise _wrong("the path to the leaf is too long")
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise _wrong(f"leaf {index} does not lead to the root of {size} leaves")


def check_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Check that a tree continues an earlier one.

    Args:
        old_size: The number of leaves of the earlier tree; an empty tree is continued by each.
        old_root: The root of the earlier tree.
        size: The number of leaves of the later tree.
        root: The root of the later tree.
        path: As ``consistency_path`` gives it.

    Raises:
        InvalidInput: The later tree is smaller, or the path is too long.
        VerificationFailed: The later tree does not continue the earlier one.

    Source:
        RFC 9162, 2.1.4.2.
    """
    if not 0 <= old_size <= size:
        raise _document_error("treeSize", f"a tree of {size} leaves continues none of {old_size}")
    _check_path(path)
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if path or old_root != expected:
            raise _wrong(f"the root of {old_size} leaves is another")
        return
    roots = _lead(old_size, old_root, size, path)
    if roots != (old_root, root):
        raise _wrong(f"the tree of {size} leaves does not continue the tree of {old_size}")


def _lead(
    old_size: int, old_root: bytes, size: int, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Return to which roots a path of consistency leads; None if its length is wrong."""
    hashes = list(path)
    if old_size & old_size - 1 == 0:
        hashes.insert(0, old_root)
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not hashes:
        return None
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return None if last else (old, new)


def _split(count: int) -> int:
    """Return the largest power of two below ``count``, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def _check_path(path: Sequence[bytes]) -> None:
    if len(path) > PATH_MAX or any(len(each) != HASH_BYTES for each in path):
        raise _document_error("path", f"a path has up to {PATH_MAX} hashes of {HASH_BYTES} bytes")


def _document_error(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, reason_code="malformed-document", field=field)


def _wrong(message: str) -> VerificationFailed:
    return VerificationFailed(message, reason_code="merkle-proof-wrong")
