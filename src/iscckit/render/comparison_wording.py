"""Comparisons in plain language: the verdict in one sentence, and the reasons in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import MainType
from iscckit.render.chance_wording import chance_words
from iscckit.render.part_wording import part_sentence
from iscckit.units.quality import CONCERNS, MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.comparison.agreement import Note, UnitComparison, Unpaired, UnpairedReason
    from iscckit.comparison.part import Part
    from iscckit.comparison.verdict import Comparison

__all__ = ["NOTES", "comparison_sentence", "list_names", "rules_sentences", "unpaired_sentence"]

# What a note about a pair of units says.
NOTES: Final[dict[Note, str]] = {
    **{flag: MEANINGS[flag] for flag in CONCERNS},
    "common": "unrelated content of this kind agrees as much",
    "first-bits": (
        "only the first 64 bits were compared: those agree and the others do not, as where one "
        "code was made by the rule for long Image-Codes before iscc-core 1.5.0"
    ),
}

# Why a unit has no counterpart; {unit} is its MainType, {rivals} what the other side has instead.
_UNPAIRED: Final[dict[UnpairedReason, str]] = {
    "generation": "components of 2019 and units of ISO 24138 are made in different ways",
    "absent": "the other side has no {unit}",
    "taken": "the units of this kind on the other side have closer partners",
    "version": "the other side has {rivals} of another version",
    "kind": "the other side has {rivals}",
}


_RULES: Final = (
    "The files were read by different rules (versions {} and {}), so that codes of equal contents "
    "may differ."
)


def comparison_sentence(found: Comparison) -> str:
    """Return the verdict of a comparison and its reason, and whether the rules differ."""
    pair = found.decisive
    if pair is not None:
        said = _describe(found, pair)
        if found.part is not None and found.verdict != "identical":
            said = f"{said} {_place(found.part)}"
    else:
        said = _describe_none(found) if found.verdict != "part" else _place(found.part)
    return " ".join([said, *rules_sentences(found)])


def rules_sentences(found: Comparison | None) -> tuple[str, ...]:
    """Return that two sides were read by different rules; nothing where they were not."""
    if found is None or found.rules is None:
        return ()
    return (_RULES.format(*found.rules),)


def unpaired_sentence(alone: Unpaired) -> str:
    """Return why a unit has no counterpart."""
    unit, rivals = alone.unit.name.split()[0], ", ".join(alone.rivals)
    return _UNPAIRED[alone.reason].format(unit=unit, rivals=rivals)


def list_names(names: Iterable[str]) -> str:
    """Return names in their order, each once."""
    return ", ".join(dict.fromkeys(names))


def _evidence(pair: UnitComparison) -> str:
    bits = f"{pair.equal} of {pair.bits} {pair.name} bits are equal"
    return bits if pair.chance is None else f"{bits} ({chance_words(pair)})"


def _place(part: Part | None) -> str:
    return "" if part is None else f"{part_sentence(part)}."


def _describe(found: Comparison, pair: UnitComparison) -> str:
    """Return the sentence for a verdict whose reason is ``pair``."""
    verdict, pairs = found.verdict, found.units
    answers = {other.a.maintype: other.answer for other in pairs}
    agreeing = answers.get(MainType.DATA) in ("equal", "similar")
    same = "The same" if pair.answer == "equal" else "Similar"
    if verdict == "identical":
        if pair.chance is None:
            return f"The same {pair.name}: both name the same thing."
        known = f"{pair.bits} bits ({chance_words(pair)})"
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


def _describe_none(found: Comparison) -> str:
    pairs = found.units
    if not pairs:
        a, b = (
            list_names(each.unit.name for each in found.unpaired if each.side == side)
            for side in ("a", "b")
        )
        return f"Nothing can be compared: A has {a}; B has {b}."
    unclear = [pair for pair in pairs if pair.answer == "undecided"]
    if unclear:
        note = unclear[0].note
        return f"The codes cannot tell: {NOTES[note] if note else note}."
    scaled = [pair for pair in pairs if pair.percent is not None]
    if scaled:
        closest = min(scaled, key=lambda pair: pair.chance or 1.0)
        but = f", but {NOTES[closest.note]}" if closest.note else ""
        return f"Nothing agrees; the closest: {_evidence(closest)}{but}."
    return f"Different: the {pairs[0].name}s do not match."
