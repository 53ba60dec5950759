"""``iscc key``: the whole life of a key, and no secret in any place where it must not be."""

import json
import os
import pty
import select
import stat
import sys
import time
from pathlib import Path

import pytest
from tests.trust.golden import ALICE_MULTIKEY, VECTORS

from iscckit.cli.main import main
from iscckit.trust.proof.did import authorize
from iscckit.trust.proof.multikey import decode_public_key


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse\n", encoding="utf-8")
    return ["--config", str(tmp_path / "config"), "--passphrase-file", str(passphrase)]


def secrets(folder: Path) -> list[Path]:
    """Return the files below a folder that hold a secret key in the clear."""
    return [path for path in folder.rglob("*") if path.is_file() and b"z3u2" in path.read_bytes()]


@pytest.mark.slow
def test_a_key_is_made_rotated_and_published(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = options[:2]
    did = "did:web:example.com"
    assert main(["key", "new", "--controller", did, *options]) == 0
    assert main(["key", "export", *options]) == 0
    first = capsys.readouterr().out.splitlines()[-1]
    assert main(["key", "rotate", *options]) == 0
    assert main(["key", "export", *options]) == 0
    second = capsys.readouterr().out.splitlines()[-1]
    assert main(["key", "list", "--json", *config]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["name"], row["public_key"]) for row in rows] == [
        ("default", second), ("default.1", first),
    ]  # fmt: skip
    assert main(["key", "did", "-o", str(tmp_path / "did.json"), *config]) == 0
    document = json.loads((tmp_path / "did.json").read_bytes())
    now_us = time.time_ns() // 1000
    old, new = decode_public_key(first), decode_public_key(second)
    assert authorize(document, did, new, None, now_us) == "verified"
    assert authorize(document, did, old, None, now_us) == "unauthorized"
    assert authorize(document, did, old, None, now_us - 3_600_000_000) == "verified"
    assert main(["key", "did", "-o", str(tmp_path / "did.json"), *config]) == 2
    assert "--force" in capsys.readouterr().err
    for path in (tmp_path / "config").rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    assert secrets(tmp_path) == []


def test_a_key_goes_out_and_in_only_if_asked(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "secret"
    source.write_text(ALICE_MULTIKEY + "\n", encoding="ascii")
    assert main(["key", "import", "alice", str(source), *options]) == 0
    source.unlink()
    told = capsys.readouterr()
    assert VECTORS["alice_pub"] in told.out
    assert "z3u2" not in told.out + told.err
    assert main(["key", "export", "alice", "--secret", *options]) == 0
    assert capsys.readouterr().out == ALICE_MULTIKEY + "\n"
    assert secrets(tmp_path) == []
    wrong = tmp_path / "wrong"
    wrong.write_text("battery staple", encoding="utf-8")
    assert main(["key", "export", "alice", "--secret", *options[:3], str(wrong)]) == 3
    assert "passphrase is wrong" in capsys.readouterr().err


def test_wrong_input_is_an_error_line(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = options[:2]
    empty = tmp_path / "empty"
    empty.touch()
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for arguments, code in (
        (["export", "gone", *config], 1),
        (["did", "gone", *config], 1),
        (["rotate", "gone", *options], 1),
        (["export", "../x", *config], 2),
        (["new", "a b", *options], 2),
        (["new", *config], 2),  # no terminal
        (["new", *config, "--passphrase-file", str(empty)], 2),
        (["new", *config, "--passphrase-file", str(binary)], 1),
        (["new", "--controller", "did:web:..", *options], 2),
        (["import", "x", *options], 2),
        (["import", "x", str(empty), *options], 2),
        (["import", "x", str(binary), *options], 1),
        (["import", "x", str(tmp_path / "gone"), *options], 1),
        (["import", "x", "--signer", "true", *options], 2),
        (["import", "x", "--signer", "'", "--public-key", VECTORS["alice_pub"], *options], 2),
    ):
        assert main(["key", *arguments]) == code, arguments
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert told.err


def test_a_command_that_signs_is_stored_without_passphrase(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = options[:2]
    arguments = ["--signer", "sign --slot 1", "--public-key", VECTORS["alice_pub"]]
    assert main(["key", "import", "token", *arguments, *config]) == 0
    assert main(["key", "import", "token", *arguments, *config]) == 2
    assert "another name" in capsys.readouterr().err
    assert main(["key", "list", "--json", *config]) == 0
    assert json.loads(capsys.readouterr().out)["command"] == "sign --slot 1"
    assert main(["key", "did", "token", *config]) == 0
    assert f"did:key:{VECTORS['alice_pub']}" in capsys.readouterr().out


def read_terminal(terminal: int) -> bytes:
    """Return what a program prints next; fail where it says nothing for two minutes."""
    assert select.select([terminal], [], [], 120)[0], "the program waits for more"
    return os.read(terminal, 1024)


def test_the_passphrase_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    arguments = ["-m", "iscckit.cli.main", "key", "new", "--config", str(tmp_path / "config")]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, *arguments])
    shown = b""
    try:
        for prompt in (1, 2):
            while shown.count(b": ") < prompt:  # what is typed before a prompt is thrown away
                shown += read_terminal(terminal)
            os.write(terminal, b"correct horse\n")
        while data := read_terminal(terminal):
            shown += data
    except OSError:
        pass  # the end of a terminal
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"horse" not in shown
    assert b"did:key:z6Mk" in shown
