"""Where models run."""

from __future__ import annotations

from typing import Literal

__all__ = ["Device"]

Device = Literal["cpu", "cuda", "auto"]
