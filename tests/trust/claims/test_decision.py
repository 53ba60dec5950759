"""A screening reserves what a trusted claim reserves, and lets a person look where it is unsure."""

from pathlib import Path

import pytest
from PIL import Image
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tests.trust.claims.test_resolve import resolve
from tools.planted import SAMPLES

from iscckit.trust.claims.decision import Decision, decide
from iscckit.trust.claims.write import write_claims
from iscckit.trust.rights.reservations import make_reservations

CAT = SAMPLES / "cat.jpg"
ROCKET = SAMPLES / "rocket.jpg"


def decided(folder: Path, query: Path, *trusted: bytes) -> tuple[str, str]:
    found = decide(resolve(folder, query, trusted), "train")
    return found.outcome, found.reason


@pytest.mark.parametrize(
    ("mine", "others", "decision"),
    [
        ("reserved", None, ("reserved", "claim")),
        ("open", None, ("open", "claim")),
        (None, "reserved", ("review", "untrusted")),
        (None, "open", ("unknown", "none")),
        ("open", "reserved", ("review", "untrusted")),
        ("reserved", "open", ("reserved", "claim")),
    ],
)
def test_only_a_trusted_claim_reserves_or_opens(
    tmp_path: Path, mine: str | None, others: str | None, decision: tuple[str, str]
) -> None:
    said = [(ANNA, mine), (BERT, others)]
    claims = [
        claim_of(CAT, "units", signer=signer, tdm={"train": answer})
        for signer, answer in said
        if answer is not None
    ]
    write_claims(str(tmp_path), claims)
    assert decided(tmp_path, CAT, ANNA) == decision
    assert decided(tmp_path, ROCKET, ANNA) == ("unknown", "none")


@pytest.mark.parametrize(
    ("said", "decision"), [("reserved", ("review", "weak")), ("open", ("unknown", "none"))]
)
def test_a_part_neither_reserves_nor_opens(
    tmp_path: Path, said: str, decision: tuple[str, str]
) -> None:
    write_claims(str(tmp_path), [claim_of(CAT, tdm={"train": said})])
    crop = tmp_path / "crop.png"
    with Image.open(CAT) as picture:
        width, height = picture.size
        picture.crop((width // 5, height // 5, width * 4 // 5, height * 4 // 5)).save(crop)
    assert [each.agreement for each in resolve(tmp_path, crop)] == ["part"]
    assert decided(tmp_path, crop, ANNA) == decision


def test_what_the_file_itself_says_counts_first() -> None:
    embedded = make_reservations({"train": "reserved"})
    assert decide((), "train-generative", embedded) == Decision("reserved", "file")
    assert decide((), "search", embedded) == Decision("unknown", "none")
