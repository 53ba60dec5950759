"""The most restrictive of the trusted claims holds; others are shown and never applied."""

from pathlib import Path

import pytest
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tests.trust.claims.test_resolve import resolve
from tools.planted import SAMPLES

from iscckit.trust.claims.resolve import ClaimMatch
from iscckit.trust.claims.terms import apply_terms, find_conflicts, read_terms
from iscckit.trust.claims.write import write_claims

CAT = SAMPLES / "cat.jpg"
SMALL = SAMPLES / "cat-small.webp"
RESERVED, OPEN = {"train": "reserved"}, {"train": "open", "search": "open"}


def claimed(folder: Path, query: Path, trusted: tuple[bytes, ...]) -> tuple[ClaimMatch, ...]:
    write_claims(
        str(folder),
        [claim_of(CAT, signer=ANNA, tdm=RESERVED), claim_of(CAT, signer=BERT, tdm=OPEN)],
    )
    return resolve(folder, query, trusted)


@pytest.mark.parametrize(
    ("trusted", "said"),
    [
        ((), {}),
        ((ANNA,), {"train": "reserved", "train-generative": "reserved"}),
        ((BERT,), {"train": "open", "train-generative": "open", "search": "open"}),
        ((ANNA, BERT), {"train": "reserved", "train-generative": "reserved", "search": "open"}),
    ],
)
def test_trust_decides_whose_terms_hold(
    tmp_path: Path, trusted: tuple[bytes, ...], said: dict[str, str]
) -> None:
    terms = apply_terms(claimed(tmp_path, CAT, trusted))
    assert {term.category: term.answer for term in terms} == said
    assert not any(term.is_inherited for term in terms)


def test_a_contradiction_is_named_whoever_signed(tmp_path: Path) -> None:
    conflicts = find_conflicts(claimed(tmp_path, CAT, ()))
    assert [conflict.category for conflict in conflicts] == ["train", "train-generative"]
    assert [each.claim.signer for each in conflicts[0].reserved] == [ANNA]
    assert [each.claim.signer for each in conflicts[0].open] == [BERT]


def test_a_similar_content_inherits(tmp_path: Path) -> None:
    terms = apply_terms(claimed(tmp_path, SMALL, (ANNA,)))
    assert {term.category for term in terms} == {"train", "train-generative"}
    assert all(term.is_inherited for term in terms)


def test_terms_that_nobody_understands_say_nothing() -> None:
    claim = claim_of(CAT, "units", tdm={"train": "perhaps"}).claim
    assert not read_terms(claim).said()
