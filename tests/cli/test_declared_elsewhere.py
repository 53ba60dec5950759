"""What one user declared, another one resolves, screens and sees withdrawn, without network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.test_declare import SUFFIX, Place, place
from tools.planted import SAMPLES

__all__ = ["place"]  # a fixture


def run(capsys: pytest.CaptureFixture[str], place: Place, *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = place.run(*arguments)
    return code, capsys.readouterr().out


def own_key(capsys: pytest.CaptureFixture[str], place: Place) -> str:
    _, out = run(capsys, place, "key", "list", "--json")
    return str(json.loads(out)["did"])


def test_a_proof_from_elsewhere_leads_copies_to_its_terms(
    tmp_path: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    cat = place.add("cat.jpg")
    assert place.declare(cat, "--doi", "10.5555/abc", "--tdm", "train=reserved") == 0
    did = own_key(capsys, place)
    proofs = tmp_path / "proofs"
    proofs.mkdir()
    shutil.move(cat + SUFFIX, proofs)
    place.become(tmp_path / "b")
    copy = str(SAMPLES / "cat-small.webp")
    assert run(capsys, place, "proof", "add", str(proofs)) == (
        0,
        "1 proofs, 1 claims that were not known\n",
    )
    code, out = run(capsys, place, "resolve", "--json", copy)
    (claim,) = json.loads(out)["claims"]
    assert (code, claim["doi"], claim["state"], claim["match"]) == (
        0, "10.5555/abc", "valid", "near",
    )  # fmt: skip
    assert json.loads(out)["terms"] == {}
    assert run(capsys, place, "screen", copy, "--use", "train")[0] == 0
    assert place.run("trust", "add", did) == 0
    assert json.loads(run(capsys, place, "resolve", "--json", copy)[1])["terms"]
    assert run(capsys, place, "screen", copy, "--use", "train-generative")[0] in {0, 3}
    assert run(capsys, place, "screen", cat, "--use", "train-generative")[0] == 3


def test_what_was_declared_here_is_known_here_until_it_is_retracted(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    cat = place.add("cat.jpg")
    assert place.declare(cat, "--tdm", "train=reserved") == 0
    code, out = run(capsys, place, "resolve", "--json", cat)
    (claim,) = json.loads(out)["claims"]
    assert (code, claim["state"], claim["match"], claim["private"]) == (
        0, "trusted", "exact", True,
    )  # fmt: skip
    assert place.run("retract", cat, "--passphrase-file", str(place.pass_file)) == 0
    assert run(capsys, place, "resolve", "--json", cat)[0] == 3


def test_proofs_that_do_not_hold_are_refused_and_the_others_taken(
    tmp_path: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    cat, rocket = place.add("cat.jpg"), place.add("rocket.jpg")
    assert place.declare(cat, rocket, "--tdm", "train=reserved") == 0
    proof = Path(cat + SUFFIX)
    proof.write_text(proof.read_text().replace('"train":"reserved"', '"train":"open"'))
    place.become(tmp_path / "b")
    capsys.readouterr()
    assert place.run("proof", "add", str(place.folder)) == 3
    told = capsys.readouterr()
    assert "1 proofs, 1 claims" in told.out
    assert "cat.jpg" in told.err
    assert place.run("proof", "add", cat) == 2
