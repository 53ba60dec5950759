"""The results as tables in Markdown, and plots, between the markers of docs/robustness.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.robustness.drawing import Line, plot
from benchmarks.robustness.kinds import Asked, Outcome
from benchmarks.robustness.scoring import Score, interval

__all__ = ["Results", "length_table", "library_table", "unit_table", "write"]

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs/robustness.md"
NAMES: Final = {"pictures": "Pictures", "texts": "Texts", "sounds": "Sound", "films": "Video"}


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured.

    Attributes:
        machine: What a reader must know.
        items: In the library.
        counts: Originals, by kind.
        works: To which they belong, by kind.
        scores: By kind, of each method.
        outcomes: Of each variant.
    """

    machine: dict[str, str]
    items: int
    counts: dict[str, int]
    works: dict[str, int]
    scores: dict[str, list[Score]]
    outcomes: list[Outcome]


def _share(hits: int, total: int) -> str:
    return f"{100 * hits / total:.0f}" if total else "–"


def _changes(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((each.group, each.name) for each in outcomes))


def unit_table(scores: Sequence[Score]) -> Iterator[str]:
    """Yield the lines of the table of recall by change and method, in percent."""
    rules = [score for score in scores if score.rule_false is not None]
    heads = [score.method for score in scores] + [f"rule, {score.method}" for score in rules]
    yield f"| change | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * len(heads)
    for change in dict.fromkeys(change for score in scores for change in score.same):
        cells = [_share(*score.recall(change)) for score in scores]
        cells += [_share(score.rule[change], score.recall(change)[1]) for score in rules]
        yield f"| {change[0]}: {change[1]} | {' | '.join(cells)} |"
    thresholds = [
        f"{score.threshold} of {score.count}" if score.threshold <= score.count else "none"
        for score in scores
    ]
    yield f"| *threshold* | {' | '.join([*thresholds, *('' for _ in rules)])} |"
    rates = [score.false_rate for score in scores] + [score.rule_false or 0 for score in rules]
    yield f"| *false-match rate, measured* | {' | '.join(f'{rate:.1e}' for rate in rates)} |"


def _summary(asked: Sequence[Asked]) -> str:
    total = len(asked)
    first = sum(each.rank == 1 for each in asked)
    found = sum(each.rank > 0 for each in asked)
    wrong = sum(bool(each.wrong) for each in asked)
    low, high = interval(first, total)
    return (
        f"{total} | {_share(first, total)} | {100 * low:.0f}–{100 * high:.0f}"
        f" | {_share(found, total)} | {_share(wrong, total)}"
    )


def library_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table of what the library found by change, in percent."""
    yield "| change | queries | first | 95 % interval | found | with a wrong answer |"
    yield "|---|---:|---:|---:|---:|---:|"
    for change in _changes(outcomes):
        asked = [each.asked for each in outcomes if (each.group, each.name) == change]
        yield f"| {change[0]}: {change[1]} | {_summary([a for a in asked if a])} |"


def length_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table of parts: recall by length, in percent."""
    yield "| part | length | queries | first | 95 % interval | found | with a wrong answer |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for group, name in sorted(_changes(outcomes), key=lambda each: each[0]):
        asked = [each.asked for each in outcomes if (each.group, each.name) == (group, name)]
        yield f"| {group} | {name} | {_summary([a for a in asked if a])} |"


def _whole(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.codes]


def _parts(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if not each.codes]


def _picture_of(kind: str, scores: Sequence[Score], outcomes: Sequence[Outcome]) -> str:
    changes = list(dict.fromkeys(change for score in scores for change in score.same))
    lines = []
    for score in scores:
        if score.method.startswith("Data-Code"):
            continue
        shares = [score.recall(change) for change in changes]
        lines.append(Line(score.method, [100 * hits / max(1, n) for hits, n in shares]))
    firsts = []
    for change in changes:
        asked = [e.asked for e in outcomes if (e.group, e.name) == change and e.asked]
        firsts.append(100 * sum(each.rank == 1 for each in asked) / max(1, len(asked)))
    lines.append(Line("library, first", firsts))
    rows = [f"{group}: {name}" for group, name in changes]
    return plot(f"{NAMES[kind]}: recall in percent", rows, lines)


def sections(results: Results) -> dict[str, str]:
    """Return the text of each marked part of the document."""
    machine = "\n".join(f"- {name}: {value}" for name, value in results.machine.items())
    found = {"machine": f"{machine}\n- items in the library: {results.items}\n"}
    for kind, scores in results.scores.items():
        mine = [each for each in results.outcomes if each.kind == kind]
        pairs = max((score.pairs for score in scores), default=0)
        count = (
            f"{results.counts[kind]} originals of {results.works[kind]} works, "
            f"{len(_whole(mine)):,} variants, {pairs:,} unrelated pairs.\n"
        )
        found[f"{kind} units"] = "\n".join([count, *unit_table(scores), ""])
        found[f"{kind} library"] = "\n".join([*library_table(_whole(mine)), ""])
        if _parts(mine):
            found[f"{kind} parts"] = "\n".join([*length_table(_parts(mine)), ""])
    return found


def _filled(text: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
        before, mark, rest = text.partition(begin)
        if mark:
            text = before + begin + part + end + rest.partition(end)[2]
    return text


def write(results: Results, *, into_docs: bool, document: Path = DOCUMENT) -> None:
    """Print the results; put them into the document and draw the plots if that is wanted."""
    parts = sections(results)
    for name, part in parts.items():
        print(f"## {name}\n\n{part}")
    if not into_docs:
        return
    document.write_text(_filled(document.read_text(encoding="utf-8"), parts), encoding="utf-8")
    for kind, scores in results.scores.items():
        mine = [each for each in results.outcomes if each.kind == kind]
        target = document.parent / f"robustness-{kind}.svg"
        target.write_text(_picture_of(kind, scores, mine), encoding="utf-8")
