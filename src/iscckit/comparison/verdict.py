"""How two codes relate: equal bits, percent, chance and one verdict.

There is one main scale, the percentage of equal bits. Beside it stands the chance that two random
codes of that length agree as well, because 80 % of 64 bits and 80 % of 256 bits are worlds apart.
The verdict follows from ``RULES``; docs/similarity.md explains it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from iscckit.algorithms.hamming import chance, equal_bits
from iscckit.codec import legacy
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.agreement import (
    MATCHING,
    Answer,
    Comparand,
    UnitComparison,
    Unpaired,
    comparand,
    why_alone,
    why_undecided,
)
from iscckit.comparison.wording import sentence, sentence_of_none
from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.units.quality import Flag

__all__ = ["RULES", "Comparable", "Comparison", "Rule", "Verdict", "compare"]

Verdict = Literal["identical", "near", "semantic", "data", "metadata", "none"]
Comparable = str | Unit | legacy.Component | Sequence[str | Unit | legacy.Component]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table: which agreement is enough for which verdict.

    Attributes:
        verdict: What the agreement shows.
        maintype: The unit that has to agree.
        subtype: Its modality, None where it has none.
        percent: At least so many percent of the compared bits are equal.
        chance: And random codes agree as well at most so often.
    """

    verdict: Verdict
    maintype: MainType
    subtype: SubType | None
    percent: float
    chance: float

    def applies(self, unit: Comparand) -> bool:
        """Tell whether this row is about ``unit``."""
        return self.maintype == unit.maintype and self.subtype in (None, unit.subtype)

    def holds(self, equal: int, bits: int) -> bool:
        """Tell whether the agreement is enough."""
        return 100 * equal >= self.percent * bits and chance(equal, bits) <= self.chance


# One pair in a million random ones is let through. That guards short codes. The percentage guards
# against what the binomial does not know: unrelated real content agrees more than random codes
# do, most of all audio and video, as docs/similarity.md shows with figures.
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

# Identifiers are whole: unlike a digest, the first half of one is not a shorter one.
_IDENTIFIERS: Final = frozenset({MainType.ID, MainType.FLAKE})
_AGREEING: Final = frozenset({"match", "equal", "similar"})
_IMAGE: Final = (_CONTENT, SubType.IMAGE, 0)
_OLD_RULE: Final = (
    "only the first 64 bits were compared: those agree and the others do not, as where one code "
    "was made by the rule for long Image-Codes before iscc-core 1.5.0"
)
_COMMON: Final = "unrelated content of this kind agrees as much"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The relation of two codes.

    Attributes:
        verdict: One word.
        sentence: The verdict and its reason in plain language.
        rule: The row of ``RULES`` that decided; None where the verdict is "none".
        units: The pairs that were compared.
        unpaired: The units that could not be.
        problems: What could not be read of components of 2019, one message each.
    """

    verdict: Verdict
    sentence: str
    rule: Rule | None
    units: tuple[UnitComparison, ...]
    unpaired: tuple[Unpaired, ...]
    problems: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, JsonValue]:
        """Return everything in JSON types."""
        return {
            "verdict": self.verdict,
            "sentence": self.sentence,
            "units": [pair.to_dict() for pair in self.units],
            "unpaired": [unit.to_dict() for unit in self.unpaired],
            "problems": list(self.problems),
        }


def compare(
    a: Comparable,
    b: Comparable,
    *,
    quality_a: Collection[Flag] = (),
    quality_b: Collection[Flag] = (),
) -> Comparison:
    """Compare two codes unit by unit and say how they relate.

    Args:
        a: A code in any spelling (unit, ISCC-CODE, sequence, ISCC-ID, components of 2019), a
            unit, or a list of them, for example the units of a file's record.
        b: The same; the kinds and lengths may differ.
        quality_a: The flags of the record that ``a`` is of. Agreement of a Content-Code with
            such a flag is "undecided" and does not bear on the verdict. Silence, blank videos
            and plain pictures are seen from the bits alone.
        quality_b: Likewise of ``b``.

    Returns:
        The comparison of all units that have a counterpart of equal MainType, SubType and
        Version. Of units of different lengths the common prefix counts. ``compare(b, a)`` has
        the same verdict and numbers with the sides exchanged.

    Raises:
        InvalidCode: A text is no code, with place, reason and where possible the repair.
        InvalidInput: A list without units, or sequences of very many.
    """
    problems: list[str] = []
    left, right = _comparands(a, problems, quality_a), _comparands(b, problems, quality_b)
    if not left or not right:
        raise InvalidInput("a comparison needs at least one unit on each side")
    if len(left) * len(right) > _PAIRS:
        raise InvalidInput(f"{len(left)} and {len(right)} units are too many to be compared")
    partners = _partners(left, right)
    pairs = tuple(pair for _, _, pair in partners)
    alone = (
        *_alone("a", left, {i for i, _, _ in partners}, right),
        *_alone("b", right, {j for _, j, _ in partners}, left),
    )
    for rule in RULES:
        for pair in pairs:
            if rule.applies(pair.a) and pair.answer in _AGREEING:
                words = sentence(rule.verdict, pair, pairs)
                return Comparison(rule.verdict, words, rule, pairs, alone, tuple(problems))
    words = sentence_of_none(left, right, pairs)
    return Comparison("none", words, None, pairs, alone, tuple(problems))


def _comparands(
    code: Comparable, problems: list[str], quality: Collection[Flag]
) -> list[Comparand]:
    """Return the units of ``code``; add what could not be read to ``problems``."""
    if isinstance(code, Unit | legacy.Component):
        return [comparand(code, quality)]
    if not isinstance(code, str):
        return [unit for each in code for unit in _comparands(each, problems, quality)]
    if not legacy.looks_legacy(code):
        return [comparand(unit, quality) for unit in decompose(code)]
    components, errors = legacy.parse(code)
    problems.extend(str(error) for error in errors)
    return [comparand(component) for component in components]


def _partners(
    left: list[Comparand], right: list[Comparand]
) -> list[tuple[int, int, UnitComparison]]:
    """Return which unit of ``left`` belongs to which of ``right``, in the order of ``left``.

    Where a side has several units of one kind, the two that agree best are partners, then the
    best of the rest; of equally good ones the earlier, so that exchanging the sides changes
    nothing.
    """
    place = {unit.kind: j for j, unit in enumerate(right)}
    if len(place) == len(right) and len({unit.kind for unit in left}) == len(left):
        return [  # the usual case: one unit of each kind
            (i, j, _judged(unit, right[j]))
            for i, unit in enumerate(left)
            if (j := place.get(unit.kind)) is not None
        ]
    candidates = [
        (_unlikeness(unit, other), i, j)
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
            chosen.append((i, j, _judged(left[i], right[j])))
    return sorted(chosen, key=lambda partners: partners[:2])


def _unlikeness(a: Comparand, b: Comparand) -> float:
    equal = equal_bits(a.body, b.body)
    if a.maintype in _IDENTIFIERS:
        return float(a.body != b.body)
    return chance(equal, 8 * min(len(a.body), len(b.body)))


def _judged(a: Comparand, b: Comparand) -> UnitComparison:
    bits = 8 * min(len(a.body), len(b.body))
    equal = equal_bits(a.body, b.body)
    if a.maintype in MATCHING:
        whole = a.maintype not in _IDENTIFIERS or len(a.body) == len(b.body)
        return UnitComparison(a, b, bits, equal, "match" if equal == bits and whole else "no match")
    answer = _answer(a, equal, bits)
    note = None
    if answer != "different":
        note = why_undecided(a, bits) or why_undecided(b, bits)
        answer = answer if note is None else "undecided"
    elif a.kind == _IMAGE and bits > 64:
        first = equal_bits(a.body[:8], b.body[:8])
        plain = why_undecided(a, 64) or why_undecided(b, 64)
        if _answer(a, first, 64) != "different" and not plain:
            return UnitComparison(a, b, 64, first, "similar", _OLD_RULE)
    elif chance(equal, bits) <= _CHANCE:
        note = _COMMON
    return UnitComparison(a, b, bits, equal, answer, note)


def _answer(unit: Comparand, equal: int, bits: int) -> Answer:
    if equal == bits:
        return "equal"
    similar = any(rule.applies(unit) and rule.holds(equal, bits) for rule in RULES)
    return "similar" if similar else "different"


def _alone(
    side: Literal["a", "b"], units: list[Comparand], paired: set[int], others: list[Comparand]
) -> list[Unpaired]:
    return [
        Unpaired(side, unit, why_alone(unit, others))
        for i, unit in enumerate(units)
        if i not in paired
    ]
