"""The right edge of a growing tree: what each new leaf completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.trust.log.schema import LEVEL_BITS
from iscckit.trust.proof.merkle import EMPTY_ROOT, leaf_hash, node_hash

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Frontier"]


class Frontier:
    """The full subtrees of a tree of some size, from the largest to the smallest."""

    def __init__(self, size: int, node: Callable[[int, int], bytes]) -> None:
        """Read the subtrees of a tree of ``size`` leaves; ``node`` gives one by level and index."""
        self.size = size
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        self._peaks = [node(level, (size >> level) - 1) for level in levels]

    def add(self, record: bytes) -> list[tuple[int, bytes]]:
        """Add a leaf.

        Returns:
            The numbers and hashes of the nodes that it completes, that of the leaf first.
        """
        return self.add_leaf(leaf_hash(record))

    def add_leaf(self, leaf: bytes) -> list[tuple[int, bytes]]:
        """Add a leaf by its hash; see ``add``."""
        level, index, found = 0, self.size, leaf
        nodes = [(index, found)]
        while index & 1:
            found = node_hash(self._peaks.pop(), found)
            level, index = level + 1, index >> 1
            nodes.append((level << LEVEL_BITS | index, found))
        self._peaks.append(found)
        self.size += 1
        return nodes

    def copy(self) -> Frontier:
        """Return the same frontier, which grows by itself."""
        other = Frontier(0, lambda _level, _index: b"")
        other.size, other._peaks = self.size, list(self._peaks)
        return other

    def root(self) -> bytes:
        """Return the root."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, root = self._peaks
        for each in reversed(rest):
            root = node_hash(each, root)
        return root
