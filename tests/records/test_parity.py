"""The codes of the sample files are those of the reference SDK, or a listed reason says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tools.parity import PAGE, PROFILES, REASONS, Row, page, rows
from tools.parity_examples import Better, measure


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return rows()


@pytest.mark.slow
def test_every_unit_is_equal_or_has_its_reason(found: list[Row]) -> None:
    assert len(found) == 55
    assert len([row for row in found if not row.missing]) == 51
    assert len(PROFILES) == 3
    different = {(row.file, unit) for row in found for unit in row.different if unit != "code"}
    assert different <= set(REASONS)
    assert all(row.different != ("code",) for row in found)


@pytest.mark.slow
def test_the_page_is_current(found: list[Row]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found, measure()), "run tools/parity.py"


def test_a_difference_shows_on_the_page() -> None:
    row = Row("text/demo.txt", ())
    assert "| text/demo.txt | = | = | = | = | = |" in page([row])
    text = page([replace(row, different=("Content", "code"))])
    assert "| text/demo.txt | = | 1 | = | = | 1 |" in text
    assert "1. unexplained" in text


def test_our_profile_is_better_where_the_page_says_so() -> None:
    found = measure()
    assert all(each.sdk != each.ours for each in found)
    equal = [_equal(each) for each in found]
    assert all(sdk <= ours and ours >= 230 for sdk, ours in equal)
    assert len([pair for pair in equal if pair[0] < pair[1]]) >= len(found) - 1  # first-page


def _equal(better: Better) -> tuple[int, int]:
    """Return the numbers of equal bits; 0 without a code."""
    sdk, ours = (
        int(said.split(" of ")[0]) if " of " in said else 0 for said in (better.sdk, better.ours)
    )
    return sdk, ours
