"""What is said in two places is the same: hooks and ``make lint``, versions, interpreters."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from iscckit.version import VERSION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_each_hook_is_a_part_of_make_lint_and_each_part_a_hook() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^ +entry: make -s -o \.venv/\.dev lint-(\S+)$", hooks, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    parts = re.findall(r"^LINTS := (.+)$", makefile, re.MULTILINE)[0].split()
    assert entries == parts
    assert entries == re.findall(r"^ +- id: (\S+)$", hooks, re.MULTILINE)
    for part in parts:
        assert f"\nlint-{part}: $(VENV)/.dev\n\t" in makefile


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {VERSION}\n" in citation
    assert f"\nlicense: {PROJECT['license']}\n" in citation


def test_the_supported_interpreters_are_those_that_are_tested_elsewhere() -> None:
    named = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    listed = ", ".join(f'"{version}"' for version in named)
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert text.count(f"python: [{listed}]") == 2


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_that_has_never_run_says_so(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# This workflow has never run: ")
