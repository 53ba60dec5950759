"""docs/similarity.md says what the rule table and the figures are."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import get_args

from iscckit.algorithms.hamming import chance, odds
from iscckit.cli.compare import exit_code
from iscckit.codec.names import unit_name
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.unrelated import UNRELATED, agreeing_as_well
from iscckit.comparison.verdict import RULES, Rule, Verdict, compare

HERE = Path(__file__).parents[1]
PAGE = (HERE.parent / "docs" / "similarity.md").read_text(encoding="utf-8")
REAL = json.loads((HERE / "data" / "real-units.json").read_text(encoding="utf-8"))["files"]


@cache
def highest_unrelated(bits: int) -> dict[tuple[int, int], float]:
    """Return the highest percentage between units of files that have nothing in common."""
    files = [
        (each["group"], [Unit.parse(unit).shorten(bits) for unit in each["units"]]) for each in REAL
    ]
    highest: dict[tuple[int, int], float] = defaultdict(float)
    for (group_a, a), (group_b, b) in combinations(files, 2):
        if group_a == group_b:
            continue
        for pair in compare(a, b).units:
            if pair.percent is not None and pair.answer != "undecided":
                kind = (pair.a.maintype, pair.a.subtype)
                highest[kind] = max(highest[kind], pair.percent)
    return highest


def needed(rule: Rule, bits: int) -> str:
    """Return how many percent of ``bits`` bits both demands of ``rule`` come to."""
    least = next(equal for equal in range(bits + 1) if rule.holds(equal, bits))
    return f"{100 * least / bits:.2f} %"


def row(rule: Rule) -> str:
    unit = rule.maintype.name.capitalize()
    if rule.maintype.name == "ID":
        unit = "ISCC-ID"
    if rule.subtype is not None:
        unit += f" {rule.subtype.name.lower()}"
    if rule.percent == 100:
        cells = ["match", "match", "match", "–"]
    else:
        kind = (rule.maintype, rule.subtype or 0)
        seen = [highest_unrelated(bits).get(kind) for bits in (64, 256)]
        unrelated = "–" if None in seen else " / ".join(f"{each:.2f} %" for each in seen)
        cells = [f"{rule.percent:g} %", needed(rule, 64), needed(rule, 256), unrelated]
    return f"| {rule.verdict} | {unit} | {' | '.join(cells)} |"


def table() -> str:
    head = "| verdict | unit | at least | 64 bits | 256 bits | unrelated, 64 / 256 bits |"
    return "\n".join([head, "|---|---|---|---|---|---|", *map(row, RULES), ""])


def test_the_page_holds_the_rule_table() -> None:
    shown = re.search(r"<!-- rules: begin -->\n(.*)<!-- rules: end -->", PAGE, re.DOTALL)
    assert shown is not None
    assert shown[1] == table()


def test_unrelated_real_units_stay_below_what_their_row_needs() -> None:
    for rule in RULES:
        for bits in (64, 256):
            seen = highest_unrelated(bits).get((rule.maintype, rule.subtype or 0))
            if rule.percent < 100 and rule.verdict != "metadata" and seen is not None:
                assert seen < float(needed(rule, bits).removesuffix(" %"))


def test_the_page_says_the_true_chances() -> None:
    rows = re.findall(r"\| (\d+) of (\d+) \| ([\d.]+) % \| (.*) \|", PAGE)
    assert len(rows) == 8
    for equal, bits, percent, words in rows:
        assert f"{100 * int(equal) / int(bits):.2f}" == percent
        assert odds(chance(int(equal), int(bits))) == words


def test_the_python_on_the_page_runs() -> None:
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "similarity.md", "exec"), {})


def test_the_page_has_each_verdict_with_its_exit_code() -> None:
    shown = re.search(r"<!-- verdicts: begin -->\n(.*)<!-- verdicts: end -->", PAGE, re.DOTALL)
    assert shown is not None
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown[1].splitlines()[2:]]
    assert [row[0] for row in rows] == list(get_args(Verdict))
    assert [int(row[2]) for row in rows] == [exit_code(verdict) for verdict in get_args(Verdict)]


def unrelated_table() -> str:
    """Return the shares of unrelated pairs that agree in 50 to 100 % of the bits."""
    steps = (62.5, 68.75, 75.0, 81.25, 87.5)
    head = f"| unit | pairs | bits | {' | '.join(f'{each:g} %' for each in steps)} |"
    lines = [head, "|---|---:|---:|" + "---:|" * len(steps)]
    for (maintype, subtype), counts in UNRELATED.items():
        name = unit_name(Unit(MainType(maintype), SubType(subtype), bytes(8)))
        for bits in (64, 256):
            found = [
                agreeing_as_well(maintype, subtype, round(each * bits / 100), bits)
                for each in steps
            ]
            cells = [
                odds(each.agreeing / each.pairs) if each and each.agreeing else "–"
                for each in found
            ]
            lines.append(f"| {name} | {counts.pairs:,} | {bits} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def test_the_page_has_the_measured_shares_of_unrelated_pairs() -> None:
    shown = re.search(r"<!-- unrelated: begin -->\n(.*)<!-- unrelated: end -->", PAGE, re.DOTALL)
    assert shown is not None
    assert shown[1] == unrelated_table()
