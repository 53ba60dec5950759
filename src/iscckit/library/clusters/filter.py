"""Filter and order of clusters, apart from how clusters are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from iscckit.library.clusters.clusters import ClusterKind

__all__ = ["FARTHEST", "ClusterFilter", "Order"]

Order = Literal["first", "freed", "files"]

FARTHEST: Final = 128  # of 256 bits: random codes differ in as many


@dataclass(frozen=True, slots=True)
class ClusterFilter:
    """Which clusters are wanted, and which of their members.

    Attributes:
        kinds: Kinds of clusters; empty for all.
        least: Smallest number of bits in which a member differs from the first one; 1 hides exact
            copies.
        most: Largest number of bits in which a member differs from the first one; None for all
            that the rules join.
        mode: Mode of the first member; None for all.
        order: ``first``: by the number of the first member; ``freed``: by the bytes that copies
            take; ``files``: by the number of members.
    """

    kinds: tuple[ClusterKind, ...] = ()
    least: int = 0
    most: int | None = None
    mode: str | None = None
    order: Order = "first"
