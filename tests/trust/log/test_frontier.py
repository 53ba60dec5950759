"""The right edge of a tree gives the nodes that a whole tree has."""

from __future__ import annotations

from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.schema import LEVEL_BITS
from iscckit.trust.proof.merkle import leaf_hash, root_of


def test_a_frontier_grows_as_the_tree_and_can_be_read_again() -> None:
    records = [str(i).encode() for i in range(300)]
    nodes: dict[int, bytes] = {}

    def node(level: int, index: int) -> bytes:
        return nodes[level << LEVEL_BITS | index]

    frontier = Frontier(0, node)
    for size, record in enumerate(records):
        assert frontier.root() == root_of([leaf_hash(each) for each in records[:size]])
        assert Frontier(size, node).root() == frontier.root()
        copied = frontier.copy()
        added = frontier.add(record)
        assert copied.add(record) == added
        assert copied.size == frontier.size == size + 1
        nodes.update(added)
    assert len(nodes) == sum(300 >> level for level in range(9))
