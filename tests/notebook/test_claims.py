"""Verifying, resolving and proving from Python give what the commands give, and show it."""

import json
from pathlib import Path

import pytest
from tests.trust.claims.makers import ANNA, claim_of
from tools.planted import SAMPLES

from iscckit import Library, declare, errors, prove, resolve, verify
from iscckit.render.proof_wording import NOT_SHOWN
from iscckit.trust.claims.write import write_claims
from iscckit.trust.proof.range_document import read_range

SECRET = bytes(range(32))
CAT = SAMPLES / "cat.jpg"
SMALL = SAMPLES / "cat-small.webp"


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a picture and its proof."""
    folder = tmp_path_factory.mktemp("works")
    (folder / "cat.jpg").write_bytes(CAT.read_bytes())
    made = declare(folder / "cat.jpg", SECRET, tdm={"train": "reserved"})
    made.write()
    (folder / "did").write_text(made.did)
    return folder


def test_a_signer_is_trusted_only_if_the_caller_says_so(works: Path) -> None:
    did = (works / "did").read_text()
    assert verify(works / "cat.jpg").state == "valid"
    assert verify(works / "cat.jpg", signers=[did]).state == "trusted"
    alone = verify(works / "cat.jpg.iscc-proof.json", signers=[did])
    assert alone.state == "trusted"
    assert [each.name for each in alone.checks] == list(NOT_SHOWN)
    strict = verify(works / "cat.jpg", signers=[did], require=["time"])
    assert strict.state == "invalid"


def test_another_file_fails_and_the_page_says_what_no_check_shows(works: Path) -> None:
    found = verify(SMALL, works / "cat.jpg.iscc-proof.json")
    assert found.state == "invalid"
    content = found.to_dict()["checks"][0]
    assert (content["check"], content["status"]) == ("content", "fails")
    assert content["result"] in {"similar", "same-content"}
    shown = found._repr_html_()
    assert 'data-check="content" data-status="fails"' in shown
    assert all(text in shown for text in NOT_SHOWN.values())


def test_a_file_without_a_proof_is_refused() -> None:
    with pytest.raises(errors.UnreadableFile, match="iscc-proof"):
        verify(CAT)


def test_claims_are_found_in_a_library_or_its_folder(tmp_path: Path) -> None:
    write_claims(str(tmp_path), [claim_of(CAT, tdm={"train": "reserved"})])
    found = resolve(SMALL, tmp_path, signers=[ANNA])
    assert found.to_dict()["terms"]["train"]["answer"] == "reserved"
    assert "train is reserved" in found._repr_html_()
    with Library.open(tmp_path) as library:
        other = resolve(SMALL, library)
    assert [each.state for each in other.matches] == ["valid"]
    assert other.to_dict()["terms"] == {}
    nothing = resolve("words that nobody has claimed", tmp_path, kind="text")
    assert nothing.matches == ()
    assert "No claim" in nothing._repr_html_()


def test_a_range_is_proven_and_written(works: Path, tmp_path: Path) -> None:
    found = prove(works / "cat.jpg", 100, 300)
    assert found.proven.content == CAT.read_bytes()[100:300]
    found.write(tmp_path / "part.iscc-range.json")
    written = json.loads((tmp_path / "part.iscc-range.json").read_text())
    assert written == found.to_dict()
    assert read_range(written) == found.byte_range
    assert "100 to before 300" in found._repr_html_()
    assert "did:key:" in found._repr_html_()  # of the declaration beside the file
    with pytest.raises(errors.InvalidInput):
        prove(works / "cat.jpg", 5, 5)
