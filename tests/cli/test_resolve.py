"""``iscc resolve`` leads from any copy to what was declared, and applies what is trusted."""

import json
from pathlib import Path

import pytest
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.trust.claims.write import write_claims
from iscckit.trust.proof.did import did_key

CAT, SMALL, ROCKET = (SAMPLES / name for name in ("cat.jpg", "cat-small.webp", "rocket.jpg"))


@pytest.fixture
def library(tmp_path: Path) -> str:
    folder = str(tmp_path / "library")
    mine = claim_of(CAT, signer=ANNA, tdm={"train": "reserved"})
    other = claim_of(CAT, signer=BERT, tdm={"train": "open"})
    write_claims(folder, [mine, other])
    return folder


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main(["resolve", "--json", *arguments])
    return code, json.loads(capfd.readouterr().out)


def test_a_copy_leads_to_its_claims(library: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, found = answer(capfd, "--library", library, "--signer", did_key(ANNA), str(SMALL))
    assert code == 0
    claims = found["claims"]
    assert isinstance(claims, list)
    assert [(each["signer"], each["state"], each["tdm"]) for each in claims] == [
        (did_key(ANNA), "trusted", {"train": "reserved"}),
        (did_key(BERT), "valid", {"train": "open"}),
    ]
    assert {each["match"] for each in claims} <= {"near", "same-content"}
    terms = found["terms"]
    assert isinstance(terms, dict)
    assert terms["train"]["answer"] == "reserved"
    assert found["conflicts"]


def test_what_is_printed_says_who_and_how(library: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "--library", library, "--signer", did_key(BERT), str(CAT)]) == 0
    out = capfd.readouterr().out
    assert out.startswith("EXACT")
    assert f"signer {did_key(ANNA)} (not trusted, so that it only is shown)" in out
    assert "train is open\n" in out
    assert "1 reserve it, 1 leave it open" in out
    assert out.endswith("2 claims\n")


def test_nothing_found_is_3_and_no_library_1(
    library: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, found = answer(capfd, "--library", library, str(ROCKET))
    assert (code, found["claims"], found["terms"]) == (3, [], {})
    assert main(["resolve", "--library", str(tmp_path / "none"), str(CAT)]) == 1
    assert "no library and no claims" in capfd.readouterr().err


@pytest.mark.parametrize("text", ["did:key:zNo", "z6Mk", "did:web:example.org", ""])
def test_a_signer_is_a_public_key(
    library: str, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    assert main(["resolve", "--library", library, "--signer", text, str(CAT)]) == 2
    assert "--signer" in capfd.readouterr().err
