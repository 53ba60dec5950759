"""The tone in which each answer about two units is shown: good, warn or bad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.comparison.agreement import Answer

__all__ = ["TONES"]

TONES: Final[Mapping[Answer, str]] = {
    "match": "good",
    "equal": "good",
    "similar": "good",
    "undecided": "warn",
    "different": "bad",
    "no match": "bad",
}
