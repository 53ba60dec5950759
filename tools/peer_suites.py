"""``make test-peers``: run the tests of iscc_core over ``iscckit.compat``.

    python tools/peer_suites.py [FOLDER]

pip fetches the source distribution, which needs the package index; its SHA-256 is pinned. The tests
are unpacked into FOLDER (build/peers) and run by ``tools/peer_plugin.py``. ``tools/peers.toml``
lists the tests that fail, with reasons: one that fails and is not listed, and one that is listed
and passes or does not exist, end the run with 1.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
EXPECTED: Final = ROOT / "tools" / "peers.toml"
SUITE: Final = "iscc_core-1.5.0"
SHA256: Final = "282ad55a469abe61044a4cdd6dc80dd6285a237c57872c75897466d083257741"

# The source distribution lacks the file that its tests import: bytes that count in blocks.
CONFTEST: Final = """
import pytest

def static_bytes(n=1 << 20, block_size=4):
    count = range(1, n // block_size + 2)
    return b"".join(i.to_bytes(block_size, "little") for i in count)[:n]

@pytest.fixture(scope="module", name="static_bytes")
def fixture_of_bytes():
    return static_bytes()
"""


def fetch(folder: Path) -> Path:
    """Return the source distribution; pip downloads it unless it is there.

    Raises:
        SystemExit: The index cannot be reached, or the file is another one than is pinned.
    """
    archive = folder / f"{SUITE}.tar.gz"
    if not archive.exists():
        name = SUITE.partition("-")[0].replace("_", "-")
        wanted = f"{name}=={SUITE.partition('-')[2]}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", name, "--dest", str(folder), wanted]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"pip could not fetch {wanted}; is the package index reachable?")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{archive} has the SHA-256 {found}, and {SHA256} is pinned")
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the tests, and return their folder; what is missing among them is added."""
    tests = f"{SUITE}/tests/"
    with tarfile.open(archive) as source:
        members = [member for member in source if member.name.startswith(tests)]
        source.extractall(folder, members, filter="data")
    (folder / tests / "__init__.py").touch()
    (folder / tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return folder / tests


def run(tests: Path, folder: Path) -> dict[str, bool]:
    """Run the tests over ``iscckit.compat``; return whether each passed, by file and name.

    Raises:
        SystemExit: pytest could not import a test.
    """
    outcomes = folder / "outcomes.json"
    outcomes.unlink(missing_ok=True)
    options = ["-q", "--tb=no", "-p", "no:cacheprovider", "--no-header", "-W", "ignore"]
    options += ["-c", str(folder / "pytest.ini"), "--import-mode=importlib", "-r", ""]
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tools.peer_plugin", *options]
    command += ["--peer-outcomes", str(outcomes), str(tests)]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code not in (0, 1) or not outcomes.exists():
        raise SystemExit(f"pytest ended with {code}: the tests could not be run")
    passed: dict[str, bool] = json.loads(outcomes.read_text(encoding="utf-8"))
    return passed


def faults(passed: Mapping[str, bool], expected: Mapping[str, str]) -> list[str]:
    """Compare outcomes with the list of tests that fail.

    Args:
        passed: Whether each test passed, by ``file::name``.
        expected: The reason by pattern of ``fnmatch``; a pattern has to match a failing test, and
            no passing one.

    Returns:
        A sentence for each difference.
    """
    found = []
    for name, good in passed.items():
        listed = [pattern for pattern in expected if fnmatchcase(name, pattern)]
        if good and listed:
            found.append(f"{name} passes and is listed as {listed[0]}: {expected[listed[0]]}")
        elif not good and not listed:
            found.append(f"{name} fails and is not listed")
    for pattern in expected:
        if not any(fnmatchcase(name, pattern) for name in passed):
            found.append(f"{pattern} is listed, and no test has this name")
    return found


def main(folder: Path) -> int:
    """Fetch, unpack, run and compare; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    passed = run(unpack(fetch(folder), folder), folder)
    groups = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    expected = {name: reason for reason, names in groups[SUITE].items() for name in names}
    found = faults(passed, expected)
    print("\n".join([*found, f"{sum(passed.values())} of {len(passed)} tests of {SUITE} pass"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "peers"))
