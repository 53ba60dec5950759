"""What may be asked about clusters, apart from how they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from iscckit.library.clusters.clusters import ClusterKind

__all__ = ["FARTHEST", "ClusterFilter", "Order"]

Order = Literal["first", "freed", "files"]

FARTHEST: Final = 128  # of 256 bits: what is farther has nothing in common


@dataclass(frozen=True, slots=True)
class ClusterFilter:
    """Which clusters, and of them which members.

    Attributes:
        kinds: Of clusters; none takes all.
        least: Bits in which a member differs from the first one at least: 1 hides exact copies.
        most: And at most; None takes all that belong together by the rules.
        mode: Of the first member; None takes all.
        order: By the first member, by the bytes that copies take, or by the number of files.
    """

    kinds: tuple[ClusterKind, ...] = ()
    least: int = 0
    most: int | None = None
    mode: str | None = None
    order: Order = "first"
