"""Every dependency has wheels for every platform, but for the exceptions that the docs name."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
# The row of the page, and the tags of wheels that install there.
PLATFORMS = {
    "Linux x86-64, glibc 2.28 or newer": "manylinux_2_28 manylinux_2_27 manylinux_2_26 "
    "manylinux_2_17 manylinux2014 manylinux_2_5 manylinux1|x86_64",
    "Linux ARM 64-bit, glibc 2.28 or newer": "manylinux_2_28 manylinux_2_27 manylinux_2_26 "
    "manylinux_2_17 manylinux2014|aarch64",
    "Linux x86-64, musl": "musllinux_1_2 musllinux_1_1 musllinux_1_0|x86_64",
    "macOS 14 on ARM": "macosx_14_0 macosx_13_0 macosx_12_0 macosx_11_0|arm64",
    "macOS 11 on Intel": "macosx_11_0 macosx_10_15 macosx_10_13 macosx_10_12 macosx_10_9|x86_64",
    "Windows x86-64": "win_amd64|",
    "Windows ARM 64-bit": "win_arm64|",
}


def tags(platform: str) -> list[str]:
    systems, _, machine = PLATFORMS[platform].partition("|")
    return [f"{system}_{machine}".rstrip("_") for system in systems.split()]


def requirements() -> list[str]:
    """Return the dependencies without the conditions under which they are left out."""
    return _plain(PROJECT["dependencies"])


def _plain(lines: list[str]) -> list[str]:
    return [line.split(";")[0].strip() for line in lines]


def name_of(requirement: str) -> str:
    return re.split(r"[<>=!~ ]", requirement)[0]


def has_wheel(requirement: str, platform: str, folder: Path) -> bool:
    options = [f"--platform={tag}" for tag in tags(platform)]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--python-version=3.13", "--dest", str(folder), *options]
    run = subprocess.run([*command, requirement], capture_output=True, check=False, timeout=300)
    return run.returncode == 0


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    if not has_wheel("click", "Windows x86-64", folder):
        pytest.skip("no registry of packages answers")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_exceptions_are_those_that_the_page_names(registry: Path, platform: str) -> None:
    if not has_wheel("numpy", platform, registry):
        pytest.skip(f"this registry is a part of the real one: it has no numpy for {platform}")
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {platform} |"))
    semantic = _plain(PROJECT["optional-dependencies"]["semantic"])
    for named, asked in zip(row.split("|")[2:4], (requirements(), semantic), strict=True):
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda each: has_wheel(each, platform, registry), asked))
        missing = [name_of(each) for each, there in zip(asked, found, strict=True) if not there]
        assert missing == ([] if named.strip() == "none" else named.strip().split(", "))
    for wheel in registry.iterdir():
        wheel.unlink()


def test_the_conditions_of_the_project_leave_out_no_more() -> None:
    conditional = [line for line in PROJECT["dependencies"] if ";" in line]
    assert [name_of(line.split(";")[0].strip()) for line in conditional] == [
        "iscc-tika",
        "rfc3161-client",
        "uvloop",
    ]
    assert all(f"| {platform} |" in PAGE for platform in PLATFORMS)
