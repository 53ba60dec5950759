"""The relation of two codes: equal bits, percent, chance and one verdict.

The main scale is the percentage of equal bits. The chance that two random codes of the same length
agree as well complements it, since 80 % of 64 bits is far weaker evidence than 80 % of 256 bits.
The verdict follows from ``RULES``; docs/similarity.md explains it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from iscckit.algorithms.hamming import chance, equal_bits
from iscckit.codec import legacy
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.agreement import (
    MATCHING,
    Answer,
    Comparand,
    Note,
    UnitComparison,
    Unpaired,
    find_doubt,
    find_hiding,
    leave_unpaired,
    to_comparand,
)
from iscckit.comparison.part import Part
from iscckit.errors import InvalidInput
from iscckit.units.quality import Flag

__all__ = ["AGREEING", "RULES", "Comparable", "Comparison", "Rule", "Verdict"]
__all__ += ["add_part", "compare"]

Verdict = Literal["identical", "near", "semantic", "part", "data", "metadata", "undecided", "none"]
Comparable = str | Unit | legacy.Component | Sequence[str | Unit | legacy.Component]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table: the agreement that is enough for a verdict.

    Attributes:
        verdict: The verdict.
        maintype: The MainType of the unit that has to agree.
        subtype: The modality of that unit; None for all.
        percent: The least share of equal bits, in percent.
        chance: The highest probability that random codes agree as well.
    """

    verdict: Verdict
    maintype: MainType
    subtype: SubType | None
    percent: float
    chance: float

    def applies(self, unit: Comparand) -> bool:
        """Return whether this row is about ``unit``."""
        return self.maintype == unit.maintype and self.subtype in (None, unit.subtype)

    def holds(self, equal: int, bits: int) -> bool:
        """Return whether ``equal`` of ``bits`` are enough."""
        return 100 * equal >= self.percent * bits and chance(equal, bits) <= self.chance


# One in a million random pairs passes, which guards short codes. The percentage guards against an
# effect that the binomial distribution does not model: unrelated real content agrees more than
# random codes do, above all audio and video. docs/similarity.md has the figures.
_CHANCE: Final = 1e-6
_CONTENT: Final = MainType.CONTENT

# The first row that holds for some unit decides.
RULES: Final = (
    Rule("identical", MainType.INSTANCE, None, 100.0, 1.0),
    Rule("identical", MainType.ID, None, 100.0, 1.0),
    Rule("identical", MainType.FLAKE, None, 100.0, 1.0),
    Rule("near", _CONTENT, SubType.TEXT, 65.0, _CHANCE),
    Rule("near", _CONTENT, SubType.IMAGE, 70.0, _CHANCE),
    Rule("near", _CONTENT, SubType.AUDIO, 85.0, _CHANCE),
    Rule("near", _CONTENT, SubType.VIDEO, 85.0, _CHANCE),
    Rule("near", _CONTENT, SubType.MIXED, 85.0, _CHANCE),
    Rule("semantic", MainType.SEMANTIC, None, 85.0, _CHANCE),
    Rule("data", MainType.DATA, None, 65.0, _CHANCE),
    Rule("metadata", MainType.META, None, 80.0, _CHANCE),
)

_PAIRS: Final = 1 << 18  # candidates: half a thousand units a side; a code has five

# An identifier counts as a whole: unlike a digest, its prefix is not a shorter identifier.
_IDENTIFIERS: Final = frozenset({MainType.ID, MainType.FLAKE})
# Answers about two units that count as agreement.
AGREEING: Final = frozenset({"match", "equal", "similar"})
_IMAGE: Final = (_CONTENT, SubType.IMAGE, 0)
_STRONG: Final = frozenset({"near", "semantic"})  # a part says less than these


@dataclass(frozen=True, slots=True)
class Comparison:
    """The relation of two codes.

    Attributes:
        verdict: The verdict in one word.
        rule: The row of ``RULES`` that decided; None if the verdict is "part", "undecided" or
            "none".
        units: The compared pairs of units.
        unpaired: The units without a counterpart.
        problems: A message for each unreadable component of 2019.
        rules: Versions of the rules by which the sides were read, where these differ: what
            disagrees may be their work. None where they are equal or not known.
        part: The part that two files share, if they were searched for one.
    """

    verdict: Verdict
    rule: Rule | None
    units: tuple[UnitComparison, ...]
    unpaired: tuple[Unpaired, ...]
    problems: tuple[str, ...] = ()
    rules: tuple[int, int] | None = None
    part: Part | None = None

    @property
    def decisive(self) -> UnitComparison | None:
        """The pair of units for which ``rule`` holds; None without a rule."""
        return None if self.rule is None else _first_agreeing(self.rule, self.units)


def compare(
    a: Comparable,
    b: Comparable,
    *,
    quality_a: Collection[Flag] = (),
    quality_b: Collection[Flag] = (),
    rules_a: int | None = None,
    rules_b: int | None = None,
    measured: bool = False,
) -> Comparison:
    """Compare two codes unit by unit and return their relation.

    Args:
        a: A code in any spelling (unit, ISCC-CODE, sequence, ISCC-ID, components of 2019), a
            unit, or a list of them, for example the units of the record of a file.
        b: A code as ``a``; its kind and length may differ.
        quality_a: The flags of the record of ``a``. Agreement of a Content-Code with such a flag
            is "undecided" and does not affect the verdict. Silence, blank videos and plain
            pictures are recognized by their bits. With a guessed encoding it is disagreement
            that is "undecided".
        quality_b: The flags of the record of ``b``.
        rules_a: Version of the rules of reading of ``a``; None if it is not known.
        rules_b: As ``rules_a``, for ``b``.
        measured: Whether the units of both sides were made here of files. Units that came in as
            codes may be of the rule for long Image-Codes before iscc-core 1.5.0: if only the
            first 64 bits of two Image-Codes agree, these bits alone are compared.

    Returns:
        The comparison of all units with a counterpart of equal MainType, SubType and Version.
        Units of different lengths are compared by their common prefix. ``compare(b, a)`` has the
        same verdict and numbers with the sides exchanged.

    Raises:
        InvalidCode: A text is malformed; the error has place, reason and a possible repair.
        InvalidInput: A side has no units, or the sides have too many.
    """
    problems: list[str] = []
    left, right = _to_comparands(a, problems, quality_a), _to_comparands(b, problems, quality_b)
    if not left or not right:
        raise InvalidInput("a comparison needs at least one unit on each side")
    if len(left) * len(right) > _PAIRS:
        raise InvalidInput(f"{len(left)} and {len(right)} units are too many to be compared")
    partners = _find_partners(left, right, measured)
    pairs = tuple(pair for _, _, pair in partners)
    alone = (
        *_list_unpaired("a", left, {i for i, _, _ in partners}, right),
        *_list_unpaired("b", right, {j for _, j, _ in partners}, left),
    )
    rule = next((rule for rule in RULES if _first_agreeing(rule, pairs) is not None), None)
    unclear = any(pair.answer == "undecided" for pair in pairs)
    verdict = rule.verdict if rule is not None else "undecided" if unclear else "none"
    other = None if rules_a is None or rules_b is None else (rules_a, rules_b)
    other = other if rules_a != rules_b else None
    return Comparison(verdict, rule, pairs, alone, tuple(problems), other)


def add_part(found: Comparison, part: Part | None) -> Comparison:
    """Return a comparison of two files with the part that they share.

    The verdict becomes "part" unless the files are identical or their content or meaning agrees:
    then the part is the place of it. A part that is all of both says nothing new there.

    Args:
        found: The comparison of their units.
        part: The part; None if there is none.
    """
    if part is None or found.verdict == "identical":
        return found
    if found.verdict not in _STRONG:
        return replace(found, verdict="part", rule=None, part=part)
    return found if part.is_whole else replace(found, part=part)


def _first_agreeing(rule: Rule, pairs: Sequence[UnitComparison]) -> UnitComparison | None:
    found = (pair for pair in pairs if rule.applies(pair.a) and pair.answer in AGREEING)
    return next(found, None)


def _to_comparands(
    code: Comparable, problems: list[str], quality: Collection[Flag]
) -> list[Comparand]:
    """Return the units of ``code``; append a message for each unreadable one to ``problems``."""
    if isinstance(code, Unit | legacy.Component):
        return [to_comparand(code, quality)]
    if not isinstance(code, str):
        return [unit for each in code for unit in _to_comparands(each, problems, quality)]
    if not legacy.looks_legacy(code):
        return [to_comparand(unit, quality) for unit in decompose(code)]
    components, errors = legacy.parse(code)
    problems.extend(str(error) for error in errors)
    return [to_comparand(component) for component in components]


def _find_partners(
    left: list[Comparand], right: list[Comparand], measured: bool
) -> list[tuple[int, int, UnitComparison]]:
    """Return the pairs of units of ``left`` and ``right``, in the order of ``left``.

    If a side has several units of one kind, the best pair comes first, then the best of the rest.
    Of equally good pairs the earlier is taken, so that the order of the sides does not matter.
    """
    place = {unit.kind: j for j, unit in enumerate(right)}
    if len(place) == len(right) and len({unit.kind for unit in left}) == len(left):
        return [  # the usual case: one unit of each kind
            (i, j, _judge(unit, right[j], measured))
            for i, unit in enumerate(left)
            if (j := place.get(unit.kind)) is not None
        ]
    candidates = [
        (_distance(unit, other), i, j)
        for i, unit in enumerate(left)
        for j, other in enumerate(right)
        if unit.kind == other.kind
    ]
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    chosen = []
    for _, i, j in sorted(candidates):
        if i in free_left and j in free_right:
            free_left.discard(i)
            free_right.discard(j)
            chosen.append((i, j, _judge(left[i], right[j], measured)))
    return sorted(chosen, key=lambda partners: partners[:2])


def _distance(a: Comparand, b: Comparand) -> float:
    equal = equal_bits(a.body, b.body)
    if a.maintype in _IDENTIFIERS:
        return float(a.body != b.body)
    return chance(equal, 8 * min(len(a.body), len(b.body)))


def _judge(a: Comparand, b: Comparand, measured: bool) -> UnitComparison:
    bits = 8 * min(len(a.body), len(b.body))
    equal = equal_bits(a.body, b.body)
    if a.maintype in MATCHING:
        whole = a.maintype not in _IDENTIFIERS or len(a.body) == len(b.body)
        return UnitComparison(a, b, bits, equal, "match" if equal == bits and whole else "no match")
    answer = _answer(a, equal, bits)
    note: Note | None = None
    if answer != "different":
        note = find_doubt(a, bits) or find_doubt(b, bits)
        answer = answer if note is None else "undecided"
    elif a.kind == _IMAGE and bits > 64 and not measured:
        first = equal_bits(a.body[:8], b.body[:8])
        plain = find_doubt(a, 64) or find_doubt(b, 64)
        if _answer(a, first, 64) != "different" and not plain:
            return UnitComparison(a, b, 64, first, "similar", "first-bits")
    elif (hidden := find_hiding(a) or find_hiding(b)) is not None:
        answer, note = "undecided", hidden
    elif chance(equal, bits) <= _CHANCE:
        note = "common"
    return UnitComparison(a, b, bits, equal, answer, note)


def _answer(unit: Comparand, equal: int, bits: int) -> Answer:
    if equal == bits:
        return "equal"
    similar = any(rule.applies(unit) and rule.holds(equal, bits) for rule in RULES)
    return "similar" if similar else "different"


def _list_unpaired(
    side: Literal["a", "b"], units: list[Comparand], paired: set[int], others: list[Comparand]
) -> list[Unpaired]:
    return [leave_unpaired(side, unit, others) for i, unit in enumerate(units) if i not in paired]
