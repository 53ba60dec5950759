"""docs/status.md names, for each item that is called done, a test or benchmark that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATES = {"done", "short", "not started"}


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "status.md").read_text(encoding="utf-8").splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    return [row for row in cells if row[0] != "item" and not row[0].startswith("---")]


def exists(evidence: str) -> bool:
    path, _, name = evidence.partition("::")
    file = ROOT / path
    return file.exists() and (not name or name in file.read_text(encoding="utf-8"))


def test_every_row_has_a_known_state() -> None:
    assert rows()
    for row in rows():
        assert len(row) == 4, row
        assert row[2] in STATES, row


def test_done_rows_name_evidence_that_exists() -> None:
    for row in rows():
        evidence = re.findall(r"`((?:tests|benchmarks)/[^`]+)`", row[3])
        if row[2] == "done":
            assert evidence, f"{row[0]}: done without a test or benchmark"
        for item in evidence:
            assert exists(item), f"{row[0]}: {item} does not exist"


def test_short_rows_say_by_how_much() -> None:
    for row in rows():
        if row[2] == "short":
            assert len(row[3]) > 10, f"{row[0]}: short without a figure or reason"
