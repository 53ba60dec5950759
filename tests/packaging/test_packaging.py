"""What users install works: a wheel in a fresh environment, and a kernel that ARM compiles."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CROSS_COMPILER = "aarch64-linux-gnu-g++"


@pytest.mark.slow
def test_a_plain_install_computes_the_official_vectors_and_identifies_a_picture(
    tmp_path: Path,
) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.so", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ignored)
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / "bin"
    subprocess.run([programs / "pip", "install", "--quiet", source], check=True)

    selftest = subprocess.run([programs / "iscc", "selftest"], capture_output=True, check=False)
    assert selftest.returncode == 0, selftest.stderr
    assert b"58 of 58" in selftest.stdout

    command = [str(programs / "iscc"), "create", "--json", str(ROOT / "samples" / "cat.jpg")]
    record = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert record["iscc"].startswith("ISCC:KEC")
    assert (record["width"], record["height"]) == (451, 300)


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which(CROSS_COMPILER) is None, reason=f"needs {CROSS_COMPILER} (.ci/run installs it)"
)
def test_the_kernel_compiles_for_arm() -> None:
    result = subprocess.run(["make", "arm"], cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()


def test_the_package_says_which_types_it_has() -> None:
    assert (ROOT / "src" / "iscckit" / "py.typed").exists()


def test_the_supported_interpreters_are_declared_once() -> None:
    assert (3, 11) <= sys.version_info[:2] < (3, 15)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11,<3.15"' in text
    for minor in (11, 12, 13, 14):
        assert f"Python :: 3.{minor}" in text


# The oldest versions that the kernel is written for: those of Ubuntu 22.04.
@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++-11", "clang++-14"])
def test_the_kernel_compiles_with_older_compilers(compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    headers = [f"-include{path}" for path in sorted((ROOT / "kernel").glob("[!b]*/*.hpp"))]
    command = [
        compiler,
        "-std=c++20",
        "-fsyntax-only",
        f"-I{ROOT / 'kernel'}",
        *headers,
        "-xc++",
        os.devnull,
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


WITHOUT_OPTIMISATION = r"""
#include "data/data_code.hpp"
#include "hash/simhash.hpp"
#include "image/image_code.hpp"
#include "text/text_code.hpp"
#include <cstdio>
#include <string>
using namespace iscckit;
int main() {
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "caf\xc3\xa9 \xe4\xb8\xad \xf0\x90\x90\x80" + std::to_string(i * i);
    const Utf8 bytes(reinterpret_cast<const std::uint8_t*>(text.data()), 4096);
    for (const Level level : all_levels) {
        if (!can_run(level)) continue;
        const Target target = Target::of(level);
        for (const auto byte : digest_text(bytes, target).digest) std::printf("%02x", byte);
        for (const auto byte : simhash(bytes, 32, target)) std::printf("%02x", byte);
        for (const auto byte : data_digest(bytes, target)) std::printf("%02x", byte);
        const auto picture = image_digest(bytes.data(), 4, BlockRule::quadrants, target);
        for (const auto byte : picture) std::printf("%02x", byte);
        std::puts("");
    }
}
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
def test_the_kernel_does_not_depend_on_what_the_compiler_inlines(tmp_path: Path) -> None:
    (tmp_path / "main.cpp").write_text(WITHOUT_OPTIMISATION, encoding="utf-8")
    options = ["-std=c++20", "-O0", "-w", "-ffp-contract=off", f"-I{ROOT / 'kernel'}"]
    subprocess.run(["g++", *options, "main.cpp", "-o", "main"], cwd=tmp_path, check=True)
    result = subprocess.run([tmp_path / "main"], capture_output=True, check=True)
    assert len(set(result.stdout.split())) == 1
