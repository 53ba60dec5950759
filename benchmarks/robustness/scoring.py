"""From codes to recall at a fixed false-match rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final

import numpy as np

from benchmarks.robustness.kinds import Outcome
from benchmarks.robustness.methods import Method

__all__ = ["FALSE_RATE", "Coded", "Score", "interval", "scored", "threshold"]

FALSE_RATE: Final = 1e-3  # of unrelated pairs that may match


@dataclass(frozen=True, slots=True)
class Coded:
    """An original and its codes.

    Attributes:
        name: Of the file.
        work: Of which work it is.
        codes: By method.
    """

    name: str
    work: str
    codes: Mapping[str, bytes]


@dataclass(slots=True)
class Score:
    """How one method did on one kind of media.

    Attributes:
        method: Its name.
        count: How much is compared of two codes.
        threshold: The least number of equal bits that no more unrelated pairs have than allowed.
        false_rate: Of unrelated pairs at that threshold, measured.
        pairs: How many unrelated pairs there were.
        unrelated: How many pairs have so many equal bits.
        same: The same of the variants, by group and name of the change.
        missed: Variants without a code, likewise.
        rule: By group and name, how many pairs the rule table takes; empty without a rule.
        rule_false: The share of unrelated pairs that it takes.
    """

    method: str
    count: int
    threshold: int = 0
    false_rate: float = 0.0
    pairs: int = 0
    unrelated: Counter[int] = field(default_factory=Counter)
    same: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    rule_false: float | None = None

    def recall(self, change: tuple[str, str]) -> tuple[int, int]:
        """Return how many variants reach the threshold, and how many there are."""
        counts = self.same.get(change, Counter())
        hits = sum(n for equal, n in counts.items() if equal >= self.threshold)
        return hits, counts.total() + self.missed[change]


def threshold(unrelated: Mapping[int, int], count: int, rate: float = FALSE_RATE) -> int:
    """Return the least number of equal bits that at most ``rate`` of unrelated pairs have.

    Where even pairs that are equal in all are more than that, it is ``count`` + 1: nothing matches.
    """
    total, reached = sum(unrelated.values()), 0
    for equal in range(count, -1, -1):
        reached += unrelated.get(equal, 0)
        if reached > rate * total:
            return equal + 1
    return 0


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's formula."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def scored(method: Method, originals: Sequence[Coded], found: Sequence[Outcome]) -> Score:
    """Compare each variant with its original, and with all originals of other works."""
    score = Score(method.name, method.count)
    known = [each for each in originals if method.name in each.codes]
    rows = np.array([list(each.codes[method.name]) for each in known], np.uint8)
    works = np.array([each.work for each in known])
    place = {each.name: i for i, each in enumerate(known)}
    wrong = 0
    for outcome in found:
        if not outcome.codes:
            continue
        change = (outcome.group, outcome.name)
        code, at = outcome.codes.get(method.name), place.get(outcome.original)
        if code is None or at is None:
            score.missed[change] += 1
            continue
        equal = method.equal(code, rows)
        others = works != outcome.work
        score.unrelated.update(equal[others].tolist())
        score.same.setdefault(change, Counter())[int(equal[at])] += 1
        if method.unit is not None:
            score.rule[change] += method.rule(code, known[at].codes[method.name])
            wrong += _rule_hits(method, code, known, equal, others)
    score.pairs = score.unrelated.total()
    score.threshold = threshold(score.unrelated, method.count)
    reached = sum(n for equal, n in score.unrelated.items() if equal >= score.threshold)
    score.false_rate = reached / score.pairs if score.pairs else 0.0
    if method.unit is not None and score.pairs:
        score.rule_false = wrong / score.pairs
    return score


def _rule_hits(
    method: Method,
    code: bytes,
    known: Sequence[Coded],
    equal: np.ndarray[Any, Any],
    others: np.ndarray[Any, Any],
) -> int:
    """Return how many unrelated originals the rule table takes; none below 60 % can be."""
    near = np.nonzero(others & (equal >= 0.6 * method.count))[0].tolist()
    return sum(method.rule(code, known[i].codes[method.name]) for i in near)
