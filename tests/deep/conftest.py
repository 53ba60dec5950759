"""Deep tests cut programs short with strace; without it they are skipped with the reason."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.depth import DEEP


def _fault_of_strace() -> str:
    """Return why strace cannot be used here; empty if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    command = ["strace", "-f", "-o", "/dev/null", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"strace may trace nothing here: {done.stderr.strip()}"


@pytest.fixture(autouse=True, scope="session")
def strace() -> None:
    """Skip where strace cannot be used; a deep run fails instead."""
    fault = _fault_of_strace()
    if fault and DEEP:
        pytest.fail(fault)
    if fault:
        pytest.skip(fault)
