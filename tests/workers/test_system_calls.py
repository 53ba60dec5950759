"""The table of system calls against the headers of Linux."""

from __future__ import annotations

from pathlib import Path

import pytest

from iscckit.workers.system_calls import ALLOWED, ARCHITECTURES, OWN, REFUSED

# Copied from the headers, which do not lie on every machine.
HEADERS = Path(__file__).with_name("system_calls.txt").read_text()


@pytest.mark.parametrize(("architecture", "column"), [("x86_64", 1), ("aarch64", 2)])
def test_numbers_are_those_of_the_headers(architecture: str, column: int) -> None:
    rows = [line.split() for line in HEADERS.splitlines() if not line.startswith("#")]
    wanted = {row[0]: int(row[column]) for row in rows if row[column] != "-"}
    numbers = ARCHITECTURES[architecture].numbers
    assert numbers == wanted
    assert len(set(numbers.values())) == len(numbers)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_architecture_has_what_every_program_needs(architecture: str) -> None:
    names = ARCHITECTURES[architecture].numbers.keys()
    assert names <= ALLOWED | REFUSED | {"clone", "clone3", "prctl", *OWN}
    needed = {"read", "write", "openat", "mmap", "futex", "clone", "prctl", "exit_group", *OWN}
    assert needed <= names


def test_no_call_is_both_allowed_and_refused() -> None:
    assert not ALLOWED & REFUSED
    assert not (ALLOWED | REFUSED) & {"clone", "clone3", "prctl", *OWN}
