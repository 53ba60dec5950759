"""Cases of iscc-core-ts and of iscc-lib, and the differences that a sweep of Unicode found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import iscc_core
import iscc_lib
import pytest
from tools.unicode_sweep import CONTEXTS, LIB, NAMES, OURS, compare, core, known, listed, render

from iscckit import compat
from iscckit.algorithms.twin import text as twin

DATA = Path(__file__).parents[1] / "data"
SCRIPT: dict[str, Any] = json.loads((DATA / "iscc-core-ts.json").read_text(encoding="ascii"))
BOUNDARY: dict[str, Any] = json.loads((DATA / "unicode-boundary.json").read_text(encoding="ascii"))
CASES = [case for part in list(SCRIPT.values())[2:5] for case in part]
LISTED = listed()


def from_json(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [from_json(item) for item in value]
    is_bytes = isinstance(value, str) and value.startswith("x:")
    return bytes.fromhex(value[2:]) if is_bytes else value


def test_the_numbers_of_cases_are_those_of_the_sources() -> None:
    assert [len(SCRIPT[part]) for part in list(SCRIPT)[2:]][:3] == [72, 8, 7]
    assert [len(BOUNDARY[name]) for name in NAMES] == [7, 5]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_case_of_iscc_core_ts(name: str, arguments: list[Any], result: Any) -> None:  # noqa: ANN401
    if name == "Code.hash_base32hex":
        assert compat.Code(*arguments).hash_base32hex == result
        return
    function = getattr(compat, name)
    if result is None:
        with pytest.raises(ValueError, match=r"."):
            function(*from_json(arguments))
        return
    found = function(*from_json(arguments))
    assert (list(found) if isinstance(found, tuple) else found) == from_json(result)


@pytest.mark.parametrize(("name", "arguments", "theirs", "ours", "why"), SCRIPT["differs"])
def test_where_iscc_core_ts_differs_ours_is_iscc_core(
    name: str, arguments: list[Any], theirs: str, ours: str, why: str
) -> None:
    assert why
    assert theirs != getattr(compat, name)(*arguments) == ours
    assert getattr(iscc_core, name)(*arguments) == ours


@pytest.mark.parametrize(
    ("name", "text", "result"), [(name, *case) for name in NAMES for case in BOUNDARY[name]]
)
def test_a_vector_at_the_border_of_the_pinned_unicode(name: str, text: str, result: str) -> None:
    assert getattr(compat, name)(text) == getattr(twin, name)(text) == result


def test_each_listed_difference_from_iscc_lib_is_one() -> None:
    for row in LISTED:
        before, behind = CONTEXTS[row.context]
        text = before + chr(int(row.code_point, 16)) + behind
        assert dict(zip(NAMES, OURS, strict=True))[row.function](text) == row.ours
        assert dict(zip(NAMES, LIB, strict=True))[row.function](text) == row.theirs
        assert getattr(twin, row.function)(text) == row.ours
    assert render(LISTED) == (DATA / "unicode-sweep.json").read_text(encoding="ascii")
    assert f'"iscc_lib": "{iscc_lib.__version__}"' in render([])


def test_a_share_of_all_code_points_gives_the_listed_differences_only() -> None:
    codes = sorted({*range(0, 0xD800, 97), *range(0xE000, 0x110000, 997)} - {0})
    codes += sorted({int(row.code_point, 16) for row in LISTED} - set(codes))
    assert compare(known(codes), core()) == []
    assert set(compare(codes, LIB)) == set(LISTED)


def test_the_page_has_the_number_of_differences() -> None:
    page = (DATA.parents[1] / "docs" / "compat.md").read_text(encoding="utf-8")
    points = len({row.code_point for row in LISTED})
    assert f"{len(LISTED)} texts with {points} code points" in " ".join(page.split())
