"""The command's frame: help, version, verbs on demand, exit codes, broken pipes, Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from iscckit import errors
from iscckit.cli import exit_codes
from iscckit.cli.commands import COMMANDS, help_text


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iscckit.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def subclasses(cls: type[Exception]) -> Iterator[type[Exception]]:
    yield cls
    for child in cls.__subclasses__():
        yield from subclasses(child)


def test_every_error_class_has_an_exit_code() -> None:
    own = {cls for cls in subclasses(errors.IsccError) if cls.__module__ == "iscckit.errors"}
    assert own == set(exit_codes.EXIT_CODES)


def test_the_nearest_class_decides_the_exit_code() -> None:
    class Special(errors.VerificationFailed):
        pass

    assert exit_codes.exit_code(Special("x")) == exit_codes.DIFFERENT
    with pytest.raises(KeyError):
        exit_codes.exit_code(KeyError("not ours"))


def test_help_names_every_verb_and_loads_neither_click_nor_rich() -> None:
    script = (
        "import sys; from iscckit.cli.main import main; code = main(['--help']);"
        "print(code, sorted({'click', 'rich', 'numpy', 'PIL'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.endswith("0 []\n")
    assert all(f"\n  {name} " in result.stdout for name, _, _ in COMMANDS)


def test_help_of_the_group_is_the_same_text_by_either_way() -> None:
    assert run("--help").stdout == run("--help", "create").stdout == help_text()


def test_the_version_is_the_distributions() -> None:
    result = run("--version")
    assert result.returncode == exit_codes.DONE
    assert result.stdout == f"iscc {version('iscckit')}\n"


def test_no_verb_prints_the_help_and_counts_as_a_usage_error() -> None:
    result = run()
    assert result.returncode == exit_codes.USAGE
    assert "Commands:" in result.stderr


def test_an_unknown_verb_is_a_usage_error() -> None:
    result = run("crate")
    assert result.returncode == exit_codes.USAGE
    assert "crate" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_come_for_each_shell(shell: str) -> None:
    result = run("completion", shell)
    assert result.returncode == exit_codes.DONE
    assert "_ISCC_COMPLETE" in result.stdout


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    script = (
        "import sys\n"
        "from iscckit.cli.main import main\n"
        "sys.stdin.read()\n"
        "sys.exit(main(['--help']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def in_shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run ``command`` by the shell, where $ISCC is the command."""
    env = os.environ | {"ISCC": f"{sys.executable} -m iscckit.cli.main", "PYTHONUNBUFFERED": ""}
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, env=env
    )


FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")


@FULL
@pytest.mark.parametrize("verb", ["--help", "create --help", "inspect ISCC:EAASKDNZNYGUUF5A"])
def test_a_full_disk_is_one_error_line(verb: str) -> None:
    result = in_shell(f"$ISCC {verb} > /dev/full")
    assert result.returncode == exit_codes.FAILED
    assert result.stderr == "iscc: No space left on device\n"


def test_a_closed_output_is_one_error_line() -> None:
    result = in_shell("$ISCC --help >&-")
    assert (result.returncode, result.stderr) == (
        exit_codes.FAILED,
        "iscc: standard output is closed\n",
    )


def test_errors_go_nowhere_else_if_their_stream_is_closed() -> None:
    result = in_shell("$ISCC create /nowhere/at/all 2>&-")
    assert (result.returncode, result.stdout) == (exit_codes.FAILED, "")


@pytest.mark.parametrize("verb", ["create -", "sum", "sum -c", "compare - ISCC:EAASKDNZNYGUUF5A"])
def test_a_closed_input_is_one_error_line(verb: str) -> None:
    result = in_shell(f"$ISCC {verb} <&-")
    assert result.returncode == exit_codes.FAILED
    assert result.stderr.splitlines()[0] == "iscc: standard input: is closed"
    assert "Traceback" not in result.stderr


def test_nothing_of_the_current_folder_is_imported(tmp_path: Path) -> None:
    (tmp_path / "multiprocessing.py").write_text("open('ran', 'w')", encoding="utf-8")
    (tmp_path / "text.txt").write_text("Hello World", encoding="utf-8")
    program = Path(sys.executable).parent / "iscc"
    done = subprocess.run(
        [program, "scan", "--library", tmp_path / "library", "-j", "2", "."],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
