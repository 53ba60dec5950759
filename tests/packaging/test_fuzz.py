"""``make fuzz``: a round runs properties with its seed, and stops the run where one fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROPERTIES = """
from hypothesis import given, settings, strategies

@given(strategies.integers())
def test_a_property_gets_many_examples(number):
    assert settings().max_examples == 1000
    assert not settings().derandomize

@given(strategies.integers())
def test_another(number):
    assert number < {bound}

def test_what_is_no_property_is_left_out():
    raise AssertionError
"""
OUTSIDE = ("-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider")


def fuzz(folder: Path, bound: str, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "test_properties.py"
    file.write_text(PROPERTIES.format(bound=bound), encoding="utf-8")
    command = [sys.executable, "tools/fuzz.py", *options, *OUTSIDE, str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_round_that_finds_nothing_ends_well(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "float('inf')", "--seconds", "0")
    assert done.returncode == 0, done.stdout
    assert "2 passed, 1 deselected" in done.stdout
    assert done.stdout.endswith("1 round, nothing found\n")


def test_what_fails_is_told_with_its_seed(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "1000", "--seconds", "3600", "--seed", "7")
    assert done.returncode == 1
    assert "assert 1000 < 1000" in done.stdout  # shrunk
    assert "\nfailed: python tools/fuzz.py --seed 7 " in done.stdout
