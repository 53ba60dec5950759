"""Two units of one kind, bit by bit: the scale on which everything is compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from iscckit.algorithms.hamming import chance, odds
from iscckit.codec import legacy
from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.json_types import JsonValue
from iscckit.units.quality import CONCERNS, MEANINGS, UNDECIDING, Flag, flag_of

__all__ = [
    "MATCHING",
    "Answer",
    "Comparand",
    "UnitComparison",
    "Unpaired",
    "comparand",
    "listed",
    "why_alone",
    "why_undecided",
]

Answer = Literal["match", "no match", "equal", "similar", "different", "undecided"]
# Units whose bits say nothing one by one: they are equal or not.
MATCHING: Final = frozenset({MainType.INSTANCE, MainType.ID, MainType.FLAKE})

_LEGACY_MAINTYPES: Final = (MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE)


class Comparand(NamedTuple):
    """A unit of today or a component of 2019, as far as a comparison looks at it.

    Attributes:
        name: Its kind in words, for example ``Content-Code Image``.
        code: Its text form.
        maintype: What it answers.
        subtype: Its modality, 0 where it has none.
        kind: What must be equal for two of them to be comparable.
        body: The bits.
        flags: What is known of the content's quality from elsewhere than its bits.
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
        """Whether it is a component of 2019, made by rules that have nothing in common."""
        return self.kind[0] == 2019


def comparand(unit: Unit | legacy.Component, quality: Collection[Flag] = ()) -> Comparand:
    """Return what a comparison needs to know of ``unit``.

    Args:
        unit: What is to be compared.
        quality: The flags of the content that it stands for; those of other units are ignored.
    """
    if isinstance(unit, legacy.Component):
        maintype = _LEGACY_MAINTYPES[unit.header >> 4]
        subtype = (unit.header & 15) >> 1  # the lowest bit says that content is partial
        of_2019 = (2019, unit.header)
        return Comparand(unit.kind, legacy.encode(unit), maintype, subtype, of_2019, unit.body)
    maintype, subtype, body, version = unit
    kind = (maintype, subtype, version)
    flags: tuple[Flag, ...] = ()
    if maintype == MainType.CONTENT:
        flags = tuple(flag for flag in quality if CONCERNS[flag] == subtype)
    return Comparand(unit_name(unit), str(unit), maintype, subtype, kind, body, flags)


def why_undecided(unit: Comparand, bits: int) -> str | None:
    """Return why agreement with the first ``bits`` of ``unit`` shows nothing, or None."""
    if unit.of_2019 or unit.maintype != MainType.CONTENT:
        return None
    known = [flag for flag in unit.flags if flag in UNDECIDING]
    seen = flag_of(Unit(unit.maintype, SubType(unit.subtype), unit.body[: bits // 8]))
    flag = seen or next(iter(known), None)
    return None if flag is None else MEANINGS[flag]


@dataclass(frozen=True, slots=True)
class UnitComparison:
    """How two units of one kind agree.

    Attributes:
        a: The unit of the first code.
        b: The unit of the second code.
        bits: How many bits were compared: the length of the shorter unit.
        equal: How many of them are equal.
        answer: Of Instance-Codes and identifiers "match" or "no match"; of other units "equal"
            (all bits), "similar" (their rule holds), "different", or "undecided" where the bits
            cannot tell.
        note: Why many equal bits are not enough here, or None.
    """

    a: Comparand
    b: Comparand
    bits: int
    equal: int
    answer: Answer
    note: str | None = None

    @property
    def name(self) -> str:
        """The kind of unit in words."""
        return self.a.name

    @property
    def question(self) -> str:
        """What the unit answers."""
        return QUESTIONS[self.a.maintype]

    @property
    def percent(self) -> float | None:
        """Equal bits in percent, with two decimals, ties to even; None where bits do not count."""
        if self.a.maintype in MATCHING:
            return None
        return round(100 * self.equal / self.bits, 2)

    @property
    def chance(self) -> float | None:
        """How probably random codes agree as well; None of identifiers and what does not match."""
        if self.answer == "no match" or self.a.maintype in (MainType.ID, MainType.FLAKE):
            return None
        return chance(self.equal, self.bits)

    @property
    def correlation(self) -> float | None:
        """The second scale that other tools show: 1 all bits equal, 0 half of them, -1 none."""
        return None if self.percent is None else (2 * self.equal - self.bits) / self.bits

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the pair in JSON types; what does not apply is null."""
        percent, likely = self.percent, self.chance
        return {
            "unit": self.name,
            "question": self.question,
            "answer": self.answer,
            "a": self.a.code,
            "b": self.b.code,
            "bits": self.bits,
            "equal": None if percent is None else self.equal,
            "percent": percent,
            "chance": likely,
            "odds": None if likely is None else odds(likely),
            "correlation": self.correlation,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A unit without a counterpart on the other side.

    Attributes:
        side: Whose unit it is.
        unit: The unit.
        reason: Why there is nothing to compare it with, in words.
    """

    side: Literal["a", "b"]
    unit: Comparand
    reason: str

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the unit in JSON types."""
        unit, code = self.unit.name, self.unit.code
        return {"side": self.side, "unit": unit, "code": code, "reason": self.reason}


def why_alone(unit: Comparand, others: Sequence[Comparand]) -> str:
    """Return why none of ``others`` is a counterpart of ``unit``, in words."""
    others = [other for other in others if other.of_2019 == unit.of_2019]
    if not others:
        return "components of 2019 and units of ISO 24138 are made in different ways"
    rivals = [other for other in others if other.maintype == unit.maintype]
    if not rivals:
        return f"the other side has no {unit.name.split()[0]}"
    if unit.kind in {rival.kind for rival in rivals}:
        return "the units of this kind on the other side have closer partners"
    if unit.name in {rival.name for rival in rivals}:
        return f"the other side has {listed(rivals)} of another version"
    return f"the other side has {listed(rivals)}"


def listed(units: Sequence[Comparand]) -> str:
    """Return the kinds of ``units`` in words, each once."""
    return ", ".join(dict.fromkeys(unit.name for unit in units))
