"""Floors and locks: no known hole, every direct dependency, a hash for every file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version
from tools.audit import ADVISORIES, LOCKS, ROOT, floors, holes, main, missing, pins

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_nothing_has_a_known_hole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out


def test_a_floor_and_a_pin_below_the_fix_are_told() -> None:
    known = {"pillow": {"fixed": "12.1.1", "advisories": ["CVE-2026-25990"]}}
    old = floors(["Pillow>=11.3,<13"])
    assert old == {"pillow": Version("11.3")}
    assert holes("here", old.items(), known) == [
        "here: pillow 11.3 has CVE-2026-25990; 12.1.1 is the first release without"
    ]
    assert holes("here", floors(["pillow"]).items(), known)
    assert not holes("here", floors(["pillow>=12.1.1"]).items(), known)
    assert holes("lock", pins("pillow==12.1.0 ; python_version < '3.12' \\\n"), known)
    assert missing(["lxml"], known) == ["pyproject.toml: pillow has advisories and is not required"]


def test_each_row_names_its_advisories() -> None:
    for name, row in tomllib.loads(ADVISORIES.read_text(encoding="utf-8")).items():
        assert row["advisories"], name
        assert all(re.fullmatch(r"CVE-\d{4}-\d{4,}", each) for each in row["advisories"]), name


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_each_dependency_within_its_bounds_and_a_hash_of_each(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    rows = pins(text)
    names = {name for name, _ in rows}
    lowest = floors(PROJECT["dependencies"])
    assert set(lowest) <= names
    assert all(version >= lowest[name] for name, version in rows if name in lowest)
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(rows)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text.replace("https://pypi.org", "")  # of no one machine's index


def test_the_image_is_built_from_its_lock() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r /source/requirements/image.txt" in text


def test_the_checks_before_a_landing_run_on_their_lock() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    install = text.index("--require-hashes --no-deps -r requirements/ci.txt")
    assert install < text.index("make test-all")
