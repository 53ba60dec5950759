"""The result of a comparison in one sentence of plain language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.algorithms.hamming import odds
from iscckit.codec.unit import MainType
from iscckit.comparison.agreement import list_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.comparison.agreement import Comparand, UnitComparison

__all__ = ["describe", "describe_none"]


def _evidence(pair: UnitComparison) -> str:
    bits = f"{pair.equal} of {pair.bits} {pair.name} bits are equal"
    return bits if pair.chance is None else f"{bits} (random codes: {odds(pair.chance)})"


def describe(verdict: str, pair: UnitComparison, pairs: Sequence[UnitComparison]) -> str:
    """Return the sentence for ``verdict``, whose reason is ``pair``, given all ``pairs``."""
    answers = {other.a.maintype: other.answer for other in pairs}
    agreeing = answers.get(MainType.DATA) in ("equal", "similar")
    same = "The same" if pair.answer == "equal" else "Similar"
    if verdict == "identical":
        if pair.chance is None:
            return f"The same {pair.name}: both name the same thing."
        known = f"{pair.bits} bits (random codes: {odds(pair.chance)})"
        return f"The same file: the {pair.name}s match over {known}."
    if verdict == "near":
        files = " in different files" if answers.get(MainType.INSTANCE) == "no match" else ""
        bytes_ = "; the bytes are similar too" if agreeing else "; the bytes are unrelated"
        shown = bytes_ if MainType.DATA in answers else ""
        return f"{same} content{files}: {_evidence(pair)}{shown}."
    if verdict == "semantic":
        other = " in other content" if MainType.CONTENT in answers else ""
        return f"{same} meaning{other}: {_evidence(pair)}."
    if verdict == "data":
        return f"Similar bytes, as in two versions of one file: {_evidence(pair)}."
    rest = "nothing else agrees" if len(pairs) > 1 else "nothing else could be compared"
    return f"{same} title, but {rest}: {_evidence(pair)}."


def describe_none(
    left: list[Comparand], right: list[Comparand], pairs: Sequence[UnitComparison]
) -> str:
    """Return the sentence for the verdict "none", given all units and pairs of them."""
    if not pairs:
        return f"Nothing can be compared: A has {list_kinds(left)}; B has {list_kinds(right)}."
    scaled = [pair for pair in pairs if pair.percent is not None and pair.answer != "undecided"]
    if scaled:
        closest = min(scaled, key=lambda pair: pair.chance or 1.0)
        but = f", but {closest.note}" if closest.note else ""
        return f"Nothing agrees; the closest: {_evidence(closest)}{but}."
    unclear = [pair for pair in pairs if pair.answer == "undecided"]
    if unclear:
        return f"The codes cannot tell: {unclear[0].note}."
    return f"Different: the {pairs[0].name}s do not match."
