"""``iscc declare``, ``verify``, ``retract`` and ``proof`` as a shell sees them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.trust.authority import make_authority
from tests.trust.golden import ALICE_PUBLIC
from tests.trust.proofs import sign_as_alice
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.log_evidence import Observed, make_evidence

SUFFIX = ".iscc-proof.json"


class Place:
    """A user with a key, and a folder with files; a second one knows nothing of the first."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "files"
        self.folder.mkdir()
        self.pass_file = folder / "pass"
        self.pass_file.write_text("correct horse\n")
        self.monkeypatch = monkeypatch
        self.become(folder / "a")
        assert self.run("key", "new", "--passphrase-file", str(self.pass_file)) == 0

    def become(self, home: Path) -> None:
        for name in ("CONFIG", "DATA", "STATE"):
            self.monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name))

    def run(self, *arguments: str) -> int:
        return main(list(arguments))

    def add(self, name: str) -> str:
        return str(shutil.copy(SAMPLES / name, self.folder))

    def declare(self, *arguments: str) -> int:
        return self.run("declare", "--passphrase-file", str(self.pass_file), *arguments)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def verify(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    capsys.readouterr()
    code = main(["verify", "--json", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def result(answer: dict[str, Any], name: str) -> str:
    return next(str(each["result"]) for each in answer["checks"] if each["check"] == name)


def test_the_flow_between_two_users(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("cat.jpg")
    claims = ("--doi", "10.5555/ABC", "--license", "CC-BY-4.0", "--tdm", "train=reserved")
    assert place.declare(path, *claims) == 0
    assert "your own private log" in capsys.readouterr().out
    code, (own,) = verify(capsys, path)
    assert (code, own["state"], result(own, "content")) == (0, "trusted", "exact")
    assert result(own, "doi") == "claimed"
    place.become(tmp_path / "b")
    code, (other,) = verify(capsys, path)
    assert (code, other["state"], result(other, "signer")) == (3, "valid", "unknown")
    assert verify(capsys, "--any-signer", path)[0] == 0
    key = next(each for each in other["checks"] if each["check"] == "signer")["facts"]["did"]
    assert verify(capsys, "--signer", key, path)[0] == 0
    main(["verify", path])
    assert f"iscc trust add {key}" in capsys.readouterr().out
    assert place.run("trust", "add", key) == 0
    assert verify(capsys, path)[0] == 0
    assert verify(capsys, "--require", "time", path)[0] == 3
    assert verify(capsys, "--require", "log", path)[0] == 3
    assert verify(capsys, "--require", "log", "--hub-key", key, path)[0] == 0
    assert verify(capsys, "--require", "time", "--hub-key", key, path)[0] == 3


def test_every_check_has_a_line(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path) == 0
    capsys.readouterr()
    assert place.run("verify", path) == 0
    lines = capsys.readouterr().out.splitlines()
    names = ["content", "signature", "signer", "log", "checkpoint", "time", "doi", "deletion"]
    assert [line.split()[1] for line in lines[1:-1]] == names
    assert "private" in lines[4]
    assert lines[-1].strip() == "trusted"


def test_other_bytes_are_not_what_was_declared(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(place.add("cat.jpg"))
    small = place.add("cat-small.webp")
    assert place.declare(str(path)) == 0
    code, (answer,) = verify(capsys, small, "--proof", f"{path}{SUFFIX}")
    assert (code, answer["state"], result(answer, "content")) == (3, "invalid", "similar")
    whale = place.add("gettysburg-hay.txt")
    code, (answer,) = verify(capsys, whale, "--proof", f"{path}{SUFFIX}")
    assert (code, result(answer, "content")) == (3, "other")
    path.write_bytes(path.read_bytes() + b"\n")
    code, (answer,) = verify(capsys, str(path))
    assert (code, result(answer, "content")) == (3, "same-content")
    path.unlink()
    code, (answer,) = verify(capsys, f"{path}{SUFFIX}")
    assert (code, result(answer, "content")) == (3, "missing")
    assert verify(capsys, str(path))[0] != 0


def test_no_proof_and_no_item_is_said(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.add("cat.jpg")
    assert verify(capsys, path) == (3, [{"path": path, "proof": None, "state": "no-proof"}])
    assert verify(capsys, str(place.folder / "gone.txt"))[0] == 1
    assert place.run("scan", str(place.folder)) == 0
    code, (answer,) = verify(capsys, path)
    assert (code, answer["finding"]) == (0, "intact")


def test_all_proofs_of_a_folder_are_checked(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [Path(place.add(name)) for name in ("cat.jpg", "gettysburg-hay.txt")]
    assert place.declare(*map(str, paths)) == 0
    code, answers = verify(capsys, "--proofs", str(place.folder))
    assert (code, [each["state"] for each in answers]) == (0, ["trusted", "trusted"])
    paths[0].write_bytes(b"other")
    code, answers = verify(capsys, "--proofs", str(place.folder))
    assert (code, [each["state"] for each in answers]) == (3, ["invalid", "trusted"])
    empty = place.folder / "empty"
    empty.mkdir()
    assert verify(capsys, "--proofs", str(empty))[0] == 3


@pytest.mark.parametrize(
    "data", [b"", b"{", b"{}", b'{"mediaType":"application/json"}', b"\xff\xfe", b"[" * 5000]
)
def test_what_is_no_proof_is_invalid(
    place: Place, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    path = place.add("cat.jpg")
    Path(f"{path}{SUFFIX}").write_bytes(data)
    code, (answer,) = verify(capsys, path)
    assert (code, answer["state"]) == (3, "invalid")


def test_a_proof_is_not_overwritten(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.add("gettysburg-hay.txt")
    proof = Path(f"{path}{SUFFIX}")
    assert place.declare(path) == 0
    before = proof.read_bytes()
    assert place.declare(path) == 2
    assert "--force" in capsys.readouterr().err
    assert proof.read_bytes() == before
    assert place.declare(path, "--force", "--no-fingerprints") == 0
    assert len(proof.read_bytes()) < len(before)
    assert place.declare(f"{path}{SUFFIX}") == 2


def test_a_proof_lies_elsewhere_if_asked(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.add("gettysburg-hay.txt")
    folder = place.folder / "proofs"
    folder.mkdir()
    assert place.declare(path, "--proof-dir", str(folder)) == 0
    assert place.declare(path, "-o", str(folder / "x.json")) == 0
    assert sorted(each.name for each in folder.iterdir()) == [
        f"gettysburg-hay.txt{SUFFIX}", "x.json",
    ]  # fmt: skip
    assert verify(capsys, path, "--proof", str(folder / "x.json"))[0] == 0
    assert place.declare(path, "-o", str(folder / "gone" / "x.json")) == 2


def test_a_dry_run_shows_the_note_and_writes_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    capsys.readouterr()
    assert place.run("declare", path, "--dry-run", "--json", "--license", "CC0-1.0") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["binding"]["license"] == "CC0-1.0"
    assert "signature" not in shown["note"]
    assert [each.name for each in place.folder.iterdir()] == ["gettysburg-hay.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--doi", "11.5/x"), ("--id", "isbn"), ("--tdm", "train=maybe"), ("--tdm", "mine=open"),
        ("--gateway", "ftp://x.example"), ("--no-log", "--hub", "http://localhost:1"),
        ("--meta", "[]"), ("--controller", "me"),
    ],
)  # fmt: skip
def test_bad_claims_are_usage_errors(
    place: Place, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path, *arguments) == 2
    assert capsys.readouterr().err
    assert not Path(f"{path}{SUFFIX}").exists()


def test_a_retracted_declaration_is_known_here(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path) == 0
    word = ("--passphrase-file", str(place.pass_file))
    assert place.run("retract", path, *word) == 0
    code, (answer,) = verify(capsys, path)
    assert (code, result(answer, "deletion")) == (3, "retracted")
    assert place.run("retract", path, *word) == 3


def test_a_timestamp_is_asked_for_and_added(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = make_authority(tmp_path / "tsa", "ec")
    command = tmp_path / "tsa.sh"
    command.write_text(f"#!/bin/sh\n{authority.command}\n")
    command.chmod(0o755)
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path, "--tsa", str(command)) != 0  # its root is not known
    assert "iscc proof stamp" in capsys.readouterr().err
    assert verify(capsys, path)[0] == 0
    assert place.run("trust", "add", str(authority.folder / "root.pem")) == 0
    assert place.run("proof", "stamp", path, "--tsa", str(command)) == 0
    assert place.run("proof", "stamp", path, "--tsa", str(command)) == 0
    code, (answer,) = verify(capsys, path, "--require", "time")
    assert (code, result(answer, "time")) == (0, "stamped")
    place.become(tmp_path / "b")
    code, (answer,) = verify(capsys, path, "--any-signer")
    assert (code, result(answer, "time")) == (0, "claimed")


def test_a_part_is_cut_out_and_checked_alone(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(place.add("paper.pdf"))
    assert place.declare(str(path)) == 0
    assert place.run("proof", "part", str(path), "7") == 0
    assert place.run("proof", "part", str(path), "7") == 2
    assert place.run("proof", "part", str(path), "7000") == 2
    path.unlink()
    code, (answer,) = verify(capsys, f"{path}.part-7{SUFFIX}")
    assert (code, result(answer, "content")) == (0, "part")


def test_a_proof_is_shown_without_being_checked(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    assert place.declare(path, "--creator", "0000-0002-1825-0097") == 0
    capsys.readouterr()
    assert place.run("proof", "show", "--json", path) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["binding"]["creator"] == ["0000-0002-1825-0097"]
    assert shown["private"] is True
    assert place.run("proof", "show", "--parts", path) == 0
    said = capsys.readouterr().out
    assert "passage" in said
    assert "not checked" in said
    assert place.run("proof", "show", str(place.folder / "gone")) == 1


def test_evidence_against_a_log_is_checked(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = [
        make_checkpoint("a.example/log", 5, bytes([i]) * 32, sign_as_alice, ALICE_PUBLIC)
        for i in range(2)
    ]
    seen = [Observed(note, f"2026-11-30T00:00:0{i}Z") for i, note in enumerate(notes)]
    document = make_evidence("equivocation", "a.example/log", ALICE_PUBLIC, (seen[0], seen[1]))
    path = place.folder / "evidence-1.json"
    path.write_text(json.dumps(document))
    code, (answer,) = verify(capsys, str(path))
    assert (code, answer["kind"], answer["sizes"]) == (0, "equivocation", [5, 5])
    path.write_text(json.dumps({**document, "origin": "b.example/log"}))
    code, (answer,) = verify(capsys, str(path))
    assert (code, answer["state"]) == (3, "invalid")


@pytest.mark.parametrize("form", ["datacite", "schema.org", "c2pa", "crossref"])
def test_a_proof_is_exported(place: Place, capsys: pytest.CaptureFixture[str], form: str) -> None:
    path = place.add("gettysburg-hay.txt")
    csl = place.folder / "csl.json"
    csl.write_text(
        json.dumps(
            {
                "type": "article-journal",
                "DOI": "10.5555/abc",
                "title": "On Forms",
                "publisher": "Meridian",
                "issued": {"date-parts": [[2020]]},
                "author": [{"family": "Doe", "ORCID": "https://orcid.org/0000-0002-1825-0097"}],
            }
        )
    )
    assert place.declare(path, "--csl", str(csl), "--creator", "0000-0002-1825-0097") == 0
    capsys.readouterr()
    more = ("--url", "https://example.com/abc", "--depositor", "Me", "--email", "me@example.com")
    assert place.run("proof", "export", path, "--as", form, *more) == 0
    said = capsys.readouterr().out
    assert "ISCC:" in said or form == "c2pa"
    if form == "crossref":
        assert said.startswith("<")
        assert place.run("proof", "export", path, "--as", form) == 2
    else:
        assert json.loads(said)


def test_a_number_that_is_malformed_is_never_an_exit_0(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("cat.jpg")
    capsys.readouterr()
    assert place.run("key", "did") == 0
    did = json.loads(capsys.readouterr().out)["id"]
    assert place.declare(path, "--controller", did) == 0
    proof = Path(path + SUFFIX)
    document = json.loads(proof.read_text())
    proof.write_text(json.dumps({**document, "iscc_id": "garbage"}))
    code, (answer,) = verify(capsys, path)
    assert (code, answer["state"]) == (3, "invalid")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX")
def test_a_pipe_in_place_of_the_file_is_not_waited_for(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("cat.jpg")
    assert place.declare(path) == 0
    os.unlink(path)
    os.mkfifo(path)
    assert place.run("verify", path) == 1
    assert "not a regular file" in capsys.readouterr().err
