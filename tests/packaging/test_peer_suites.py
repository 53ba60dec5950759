"""``make test-peers``: the stands for iscc_core, and the comparison with the list of failures."""

from __future__ import annotations

import re
import tarfile
import tomllib
from pathlib import Path

import pytest
from tools.peer_suites import EXPECTED, ROOT, SUITE, faults, fetch, run, unpack

TESTS = """
import pytest
import iscc_core as ic
from iscc_core.constants import MC_PREFIX, MT
from iscc_core.__main__ import selftest
from .conftest import static_bytes

def test_the_names_are_ours():
    assert ic.gen_text_code_v0.__module__ == "iscckit.compat.units"
    assert ic.codec.iscc_clean("ISCC:") == "" and MT.ISCC == 5 and MC_PREFIX == b"\\xcc\\x01"
    assert selftest()

def test_messages_are_ignored():
    with pytest.raises(ValueError, match="no such words"):
        ic.iscc_decode("")

def test_bytes_count(static_bytes):
    assert len(static_bytes) == 1 << 20 and static_bytes[:9] == bytes([1, 0, 0, 0, 2, 0, 0, 0, 3])

def test_a_name_that_is_left_out():
    ic.Flake()

@pytest.mark.parametrize("n", [1, 2])
def test_half(n):
    assert n == 1
"""


def pack(folder: Path, text: str) -> Path:
    source = folder / "source" / SUITE / "tests"
    source.mkdir(parents=True)
    (source / "test_all.py").write_text(text, encoding="utf-8")
    archive = folder / f"{SUITE}.tar.gz"
    with tarfile.open(archive, "w:gz") as target:
        target.add(source.parent, SUITE)
    return archive


def test_a_suite_runs_over_our_names(tmp_path: Path) -> None:
    tests = unpack(pack(tmp_path, TESTS), tmp_path)
    assert run(tests, tmp_path) == {
        "test_all.py::test_the_names_are_ours": True,
        "test_all.py::test_messages_are_ignored": True,
        "test_all.py::test_bytes_count": True,
        "test_all.py::test_a_name_that_is_left_out": False,
        "test_all.py::test_half[1]": True,
        "test_all.py::test_half[2]": False,
    }


def test_a_suite_that_cannot_be_imported_is_no_result(tmp_path: Path) -> None:
    tests = unpack(pack(tmp_path, "import iscc_core.no_such_module\n"), tmp_path)
    with pytest.raises(SystemExit, match="could not be run"):
        run(tests, tmp_path)


def test_another_archive_than_is_pinned_is_refused(tmp_path: Path) -> None:
    pack(tmp_path, TESTS)
    with pytest.raises(SystemExit, match="is pinned"):
        fetch(tmp_path)


def test_each_difference_from_the_list_is_told() -> None:
    passed = {"a.py::test_1": True, "a.py::test_2[x]": False, "b.py::test_3": False}
    assert faults(passed, {"a.py::test_2*": "why", "b.py::*": "why"}) == []
    assert faults(passed, {"a.py::*": "why", "b.py::*": "why"}) == [
        "a.py::test_1 passes and is listed as a.py::*: why"
    ]
    assert faults(passed, {"a.py::test_2*": "why"}) == ["b.py::test_3 fails and is not listed"]
    gone = {"a.py::test_2*": "why", "b.py::*": "why", "c.py::*": "why"}
    assert faults(passed, gone) == ["c.py::* is listed, and no test has this name"]


def test_the_page_has_the_groups_of_the_list() -> None:
    page = (ROOT / "docs" / "compat.md").read_text(encoding="utf-8")
    table = page.partition("## The tests of iscc_core")[2]
    rows = re.findall(r"^\| ([^|]+) \| \d+ \|$", table, flags=re.MULTILINE)
    groups = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))[SUITE]
    assert rows == list(groups)
