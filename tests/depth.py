"""How many cases of a kind are tried: a share of fixed choice, or all with ``make test-deep``."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Final, TypeVar

__all__ = ["DEEP", "share"]

Case = TypeVar("Case")

DEEP: Final = os.environ.get("ISCCKIT_DEEP") == "1"
_SEED: Final = 20_071


def share(cases: Sequence[Case], count: int) -> list[Case]:
    """Return all cases in a deep run, else ``count`` of them, the same ones in each run."""
    if DEEP or count >= len(cases):
        return list(cases)
    return random.Random(_SEED).sample(cases, count)
