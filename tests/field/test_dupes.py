"""The cases of a field test of ``iscc dupes``, with real mounts; none of them may be left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.depth import DEEP

SCRIPT = Path(__file__).parent / "dupes" / "run.sh"
PICTURE = Path(__file__).parents[2] / "samples" / "cat.jpg"
# Mounts are seen by the script alone; who is not root becomes root of a namespace of users.
ROOT = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


def may_mount() -> bool:
    """Tell whether this system lets us mount file systems in a namespace."""
    command = [*ROOT, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not DEEP and not may_mount(), reason="this system lets nobody mount")
def test_no_case_is_bad_and_none_is_left_out() -> None:
    names = {
        "PYTHON": sys.executable,
        "ISCC": f"{sys.executable} -m iscckit.cli.main",
        "PATH": os.environ["PATH"],
        "HOME": "/nowhere",
    }
    told = subprocess.run(
        [*ROOT, "bash", str(SCRIPT), str(PICTURE)],
        env=names,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = told.stdout.splitlines()
    assert [line for line in lines if line.startswith("BAD")] == [], told.stderr
    cases = re.findall(r"^case_ (\w+);", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert lines == [*(f"case {case}" for case in cases), "end"]
    assert len(cases) == 12
