"""``iscc sum`` prints what iscc-sum prints, and verifies what either of them printed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED, INTERRUPTED, USAGE

OURS = [sys.executable, "-m", "iscckit.cli.main", "sum"]
# Ctrl-C comes half a second after the verb has begun, when it waits for a pipe that stays open.
INTERRUPTED_WHILE_READING = """
import os, signal, sys, threading
from iscckit.cli import group, main, sum
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
sys.exit(main.main(["sum"]))
"""
THEIRS = [sys.executable, "-W", "ignore", "-m", "iscc_sum"]


def run(
    command: list[str], *arguments: str | bytes, cwd: Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*command, *arguments], cwd=cwd, input=stdin, capture_output=True, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d" / "sub").mkdir(parents=True)
    (tmp_path / "d" / "é.txt").write_text("hello\n")
    (tmp_path / "d" / "skip.log").write_text("x")
    (tmp_path / "d" / ".isccignore").write_text("*.log\n")
    (tmp_path / "d" / "sub" / "b.bin").write_bytes(bytes(range(256)) * 600)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["d"],
        ["d/é.txt", "d/sub"],
        ["--narrow", "d"],
        ["--tag", "d"],
        ["--units", "d"],
        ["--tree", "d"],
        ["--tree", "--tag", "--narrow", "--units", "d/"],
        ["-z", "d"],
    ],
)
def test_output_is_that_of_iscc_sum_byte_for_byte(folder: Path, arguments: list[str]) -> None:
    ours, theirs = (run(command, *arguments, cwd=folder) for command in (OURS, THEIRS))
    assert theirs.stdout
    assert ours.stdout == theirs.stdout
    assert (ours.returncode, ours.stderr) == (DONE, b"")


def test_standard_input_has_a_line_of_its_own(folder: Path) -> None:
    ours, theirs = (run(command, cwd=folder, stdin=b"abc") for command in (OURS, THEIRS))
    assert ours.stdout == theirs.stdout != b""


@pytest.mark.parametrize("arguments", [["d"], ["--tag", "d"], ["--tree", "d"], ["--narrow", "d"]])
def test_each_verifies_the_lines_of_the_other(folder: Path, arguments: list[str]) -> None:
    for maker, checker in ((OURS, THEIRS), (THEIRS, OURS)):
        (folder / "m").write_bytes(run(maker, *arguments, cwd=folder).stdout)
        result = run(checker, "-c", "m", cwd=folder)
        assert result.returncode == 0
        assert result.stdout.count(b": OK\n") == (1 if "--tree" in arguments else 3)


def test_a_changed_file_fails_and_is_called_similar(folder: Path) -> None:
    (folder / "m").write_bytes(run(OURS, "d", cwd=folder).stdout)
    with (folder / "d" / "sub" / "b.bin").open("ab") as file:
        file.write(b"more")
    result = run(OURS, "-c", "m", cwd=folder)
    assert result.returncode == DIFFERENT
    assert b"d/sub/b.bin: FAILED (similar: " in result.stdout
    assert result.stdout.count(b": OK\n") == 2
    assert b"1 computed checksum did NOT match" in result.stderr

    assert run(OURS, "-c", "--quiet", "m", cwd=folder).stdout.count(b"\n") == 1
    silent = run(OURS, "-c", "--status", "m", cwd=folder)
    assert (silent.returncode, silent.stdout, silent.stderr) == (DIFFERENT, b"", b"")


def test_an_unreadable_file_is_an_error_and_the_others_are_done(folder: Path) -> None:
    result = run(OURS, "gone", "d/é.txt", cwd=folder)
    assert result.returncode == FAILED
    assert result.stderr == b"iscc: gone: No such file or directory\n"
    assert result.stdout.endswith("*d/é.txt\n".encode())

    (folder / "m").write_bytes(run(OURS, "d", cwd=folder).stdout)
    (folder / "d" / "é.txt").unlink()
    checked = run(OURS, "-c", "m", cwd=folder)
    assert checked.returncode == FAILED
    assert checked.stdout.count(b": OK\n") == 2
    assert "d/é.txt: FAILED open or read".encode() in checked.stdout


def test_lines_that_are_no_checksums_count_only_when_strict(folder: Path) -> None:
    line = run(OURS, "d/é.txt", cwd=folder).stdout
    (folder / "m").write_bytes(b"\xef\xbb\xbf" + line.rstrip() + b"\r\nnonsense\r\n")
    assert run(OURS, "-c", "m", cwd=folder).returncode == DONE
    strict = run(OURS, "-c", "--strict", "--warn", "m", cwd=folder)
    assert strict.returncode == FAILED
    assert b"m: 2: improperly formatted" in strict.stderr
    (folder / "m").write_bytes(b"nonsense\n")
    assert run(OURS, "-c", "m", cwd=folder).returncode == FAILED
    assert run(OURS, "-c", "gone", cwd=folder).returncode == FAILED


@pytest.mark.parametrize("name", [b"caf\xe9", b"two\nlines", b"back\\slash", b"-c", b" *x"])
def test_odd_names_survive_the_way_through_a_manifest(tmp_path: Path, name: bytes) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(b"content")
    made = run(OURS, "--", name, cwd=tmp_path)
    assert made.returncode == DONE
    assert made.stdout.count(b"\n") == 1
    checked = run(OURS, "-c", "-", cwd=tmp_path, stdin=made.stdout)
    assert (checked.returncode, checked.stdout.count(b"\n")) == (DONE, 1)
    zero = run(OURS, "-z", "--", name, cwd=tmp_path)
    assert run(OURS, "-c", "-", cwd=tmp_path, stdin=zero.stdout).returncode == DONE


def test_what_does_not_go_together_is_a_usage_error(folder: Path) -> None:
    assert run(OURS, "--tree", "d/é.txt", cwd=folder).returncode == USAGE
    assert run(OURS, "--tree", cwd=folder).returncode == USAGE
    assert run(OURS, "--tree", "-c", "d", cwd=folder).returncode == USAGE


def test_nothing_is_written_beside_the_files(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    run(OURS, "d", cwd=folder)
    run(OURS, "--tree", "d", cwd=folder)
    assert sorted(folder.rglob("*")) == before


def test_ctrl_c_ends_the_wait_for_standard_input(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED_WHILE_READING],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        assert process.wait(30) == INTERRUPTED
        assert b"iscc: interrupted" in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("manifest", ["/dev/zero", "d"])
def test_a_manifest_is_a_file(folder: Path, manifest: str) -> None:
    result = run(OURS, "-c", manifest, cwd=folder)
    assert result.returncode == FAILED
    assert b"Traceback" not in result.stderr
    assert b"is neither a file nor a folder" in result.stderr or b"is a folder" in result.stderr
