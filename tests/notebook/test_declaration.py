"""What was declared from Python can be verified elsewhere, by its key alone."""

from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit import Declaration, declare, errors, verify
from iscckit.trust.keys.signer import make_signer

SECRET = bytes(range(32))
CAT = SAMPLES / "cat.jpg"


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declaration:
    folder = tmp_path_factory.mktemp("declared")
    (folder / "cat.jpg").write_bytes(CAT.read_bytes())
    return declare(
        folder / "cat.jpg",
        SECRET,
        doi="10.5555/abc",
        license="CC-BY-4.0",
        tdm={"train": "reserved"},
        log=folder / "logs",
        pins=folder / "pins",
    )


def test_a_declaration_is_in_a_private_log_with_what_was_said(declared: Declaration) -> None:
    document = declared.to_dict()
    assert document["iscc_id"].startswith("ISCC:MA")
    assert document["binding"]["tdm"] == {"train": "reserved"}
    assert document["binding"]["license"] == "CC-BY-4.0"
    assert document["binding"]["identifiers"][0]["code"] == "10.5555/abc"
    shown = declared._repr_html_()
    assert declared.did in shown
    assert "a private log" in shown


def test_the_proof_holds_beside_its_file(declared: Declaration) -> None:
    written = declared.write(force=True)
    assert written == declared.path + ".iscc-proof.json"
    assert verify(declared.path, signers=[declared.did]).state == "trusted"
    with pytest.raises(errors.InvalidInput, match="exists"):
        declared.write()


def test_a_signer_may_stand_for_the_secret_key_and_the_log_may_be_left_out(tmp_path: Path) -> None:
    signer = make_signer(SECRET, "mine")
    made = declare(CAT, signer, has_fingerprints=False)
    assert made.signer == signer.public_key
    assert "iscc_id" not in made.document
    made.write(tmp_path / "cat.iscc-proof.json")
    assert verify(CAT, tmp_path / "cat.iscc-proof.json").state == "valid"


def test_a_log_without_a_place_for_its_checkpoints_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidInput, match="checkpoints"):
        declare(CAT, SECRET, log=tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.UnreadableFile):
        declare(tmp_path / "none.jpg", SECRET)
