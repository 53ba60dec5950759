"""Agreement of two units of one kind: equal bits, percent, chance and correlation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from iscckit.algorithms.hamming import chance, odds
from iscckit.codec import legacy
from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.unrelated import Unrelated, agreeing_as_well
from iscckit.json_types import JsonValue
from iscckit.units.quality import CONCERNS, HIDING, UNDECIDING, Flag, flag_of

__all__ = [
    "MATCHING",
    "Answer",
    "Comparand",
    "Note",
    "UnitComparison",
    "Unpaired",
    "UnpairedReason",
    "find_doubt",
    "find_hiding",
    "leave_unpaired",
    "to_comparand",
]

Answer = Literal["match", "no match", "equal", "similar", "different", "undecided"]
# Why many equal bits are not enough: a flag of the content; ``common``: unrelated content of this
# kind agrees as much; ``first-bits``: only the first 64 bits agree, as after a change of the rule.
Note = Flag | Literal["common", "first-bits"]
# Why a unit has no counterpart: ``generation``: components of 2019 and units of ISO 24138 are made
# in different ways; ``absent``: the other side has no unit of this MainType; ``taken``: its units
# of this kind have closer partners; ``version`` and ``kind``: it has ``rivals`` of another version
# or of another kind.
UnpairedReason = Literal["generation", "absent", "taken", "version", "kind"]
# Units whose single bits have no meaning: they are equal or not.
MATCHING: Final = frozenset({MainType.INSTANCE, MainType.ID, MainType.FLAKE})

_LEGACY_MAINTYPES: Final = (MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE)


class Comparand(NamedTuple):
    """One side of a comparison: a unit of ISO 24138 or a component of 2019.

    Attributes:
        name: The kind in words, for example ``Content-Code Image``.
        code: The text form.
        maintype: The MainType; for a component that of the corresponding unit.
        subtype: The modality, 0 for units without one.
        kind: The header fields; two comparands are comparable if these are equal.
        body: The bits.
        flags: The quality flags of the content, as far as its record has them.
    """

    name: str
    code: str
    maintype: MainType
    subtype: int
    kind: tuple[int, ...]
    body: bytes
    flags: tuple[Flag, ...] = ()

    @property
    def of_2019(self) -> bool:
        """Whether this is a component of 2019, which no unit of ISO 24138 can be compared with."""
        return self.kind[0] == 2019


def to_comparand(unit: Unit | legacy.Component, quality: Collection[Flag] = ()) -> Comparand:
    """Return a unit or component as one side of a comparison.

    Args:
        unit: The unit or component.
        quality: The flags of its content; flags that concern other units are ignored.
    """
    if isinstance(unit, legacy.Component):
        maintype = _LEGACY_MAINTYPES[unit.header >> 4]
        subtype = (unit.header & 15) >> 1  # the lowest bit marks partial content
        of_2019 = (2019, unit.header)
        return Comparand(unit.kind, legacy.encode(unit), maintype, subtype, of_2019, unit.body)
    maintype, subtype, body, version = unit
    kind = (maintype, subtype, version)
    flags: tuple[Flag, ...] = ()
    if maintype == MainType.CONTENT:
        flags = tuple(flag for flag in quality if CONCERNS[flag] == subtype)
    return Comparand(unit_name(unit), str(unit), maintype, subtype, kind, body, flags)


def find_doubt(unit: Comparand, bits: int) -> Flag | None:
    """Return why agreement with the first ``bits`` of ``unit`` proves nothing, or None."""
    if unit.of_2019 or unit.maintype != MainType.CONTENT:
        return None
    known = [flag for flag in unit.flags if flag in UNDECIDING]
    seen = flag_of(Unit(unit.maintype, SubType(unit.subtype), unit.body[: bits // 8]))
    return seen or next(iter(known), None)


def find_hiding(unit: Comparand) -> Flag | None:
    """Return the flag because of which disagreement with ``unit`` proves nothing, or None."""
    return next((flag for flag in unit.flags if flag in HIDING), None)


@dataclass(frozen=True, slots=True)
class UnitComparison:
    """The agreement of two units of one kind.

    Attributes:
        a: The unit of the first code.
        b: The unit of the second code.
        bits: The number of compared bits: the length of the shorter unit.
        equal: The number of equal bits.
        answer: "match" or "no match" for Instance-Codes and identifiers; for other units "equal"
            (all bits), "similar" (the rule of the unit holds), "different", or "undecided" if the
            bits prove nothing.
        note: The reason why many equal bits are not enough, or None.
    """

    a: Comparand
    b: Comparand
    bits: int
    equal: int
    answer: Answer
    note: Note | None = None

    @property
    def name(self) -> str:
        """The kind of unit in words."""
        return self.a.name

    @property
    def question(self) -> str:
        """The question that the unit answers, for example ``same content?``."""
        return QUESTIONS[self.a.maintype]

    @property
    def percent(self) -> float | None:
        """The equal bits in percent, with two decimals, ties to even; None for "match" units."""
        if self.a.maintype in MATCHING:
            return None
        return round(100 * self.equal / self.bits, 2)

    @property
    def chance(self) -> float | None:
        """The probability that random codes agree as well; None for identifiers and mismatches."""
        if self.answer == "no match" or self.a.maintype in (MainType.ID, MainType.FLAKE):
            return None
        return chance(self.equal, self.bits)

    @property
    def unrelated(self) -> Unrelated | None:
        """How many unrelated pairs agree at least as well; None where that was not measured."""
        if self.a.maintype in MATCHING or self.a.of_2019:
            return None
        return agreeing_as_well(self.a.maintype, self.a.subtype, self.equal, self.bits)

    @property
    def correlation(self) -> float | None:
        """The scale of other tools: 1 if all bits are equal, 0 if half of them are, -1 if none."""
        return None if self.percent is None else (2 * self.equal - self.bits) / self.bits

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the agreement in JSON types, without words; inapplicable members are null.

        ``render.comparison_json`` puts the note into words.
        """
        percent, likely, apart = self.percent, self.chance, self.unrelated
        return {
            "unit": self.name,
            "question": self.question,
            "answer": self.answer,
            "a": self.a.code,
            "b": self.b.code,
            "bits": self.bits,
            "equal": None if percent is None else self.equal,
            "percent": percent,
            "unrelated": None if apart is None else dict(apart._asdict()),
            "chance": likely,
            "odds": None if likely is None else odds(likely),
            "correlation": self.correlation,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A unit without a counterpart on the other side.

    Attributes:
        side: The side of the unit.
        unit: The unit.
        reason: The reason why it has no counterpart.
        rivals: The kinds of units of its MainType on the other side, for ``version`` and ``kind``.
    """

    side: Literal["a", "b"]
    unit: Comparand
    reason: UnpairedReason
    rivals: tuple[str, ...] = ()


def leave_unpaired(
    side: Literal["a", "b"], unit: Comparand, others: Sequence[Comparand]
) -> Unpaired:
    """Return a unit that none of ``others`` is a counterpart of, with the reason."""
    others = [other for other in others if other.of_2019 == unit.of_2019]
    if not others:
        return Unpaired(side, unit, "generation")
    rivals = [other for other in others if other.maintype == unit.maintype]
    if not rivals:
        return Unpaired(side, unit, "absent")
    if unit.kind in {rival.kind for rival in rivals}:
        return Unpaired(side, unit, "taken")
    names = tuple(dict.fromkeys(rival.name for rival in rivals))
    return Unpaired(side, unit, "version" if unit.name in names else "kind", names)
