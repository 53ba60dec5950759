"""Any copy of a content leads to the claims about it, as far as something is known of it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from PIL import Image
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.json_types import JsonValue
from iscckit.library.library import Library
from iscckit.library.search.query import build_query
from iscckit.trust.claims.claim import Known
from iscckit.trust.claims.decision import decide
from iscckit.trust.claims.resolve import ClaimMatch, Claims
from iscckit.trust.claims.terms import apply_terms
from iscckit.trust.claims.write import NewClaim, write_claims

CAT = SAMPLES / "cat.jpg"


def resolve(folder: Path, query: object, trusted: tuple[bytes, ...] = ()) -> tuple[ClaimMatch, ...]:
    claims = Claims(str(folder), trusted)
    try:
        return claims.resolve(build_query(str(query)))
    finally:
        claims.close()


def found(folder: Path, query: object) -> list[tuple[str, str]]:
    return [(each.agreement, each.basis) for each in resolve(folder, query)]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copies of a picture, as others make them."""
    folder = tmp_path_factory.mktemp("copies")
    with Image.open(CAT) as picture:
        width, height = picture.size
        made = {
            "small": picture.resize((width // 2, height // 2)),
            "crop": picture.crop((width // 5, height // 5, width * 4 // 5, height * 4 // 5)),
        }
    paths = {name: folder / f"{name}.webp" for name in made}
    for name, each in made.items():
        each.save(paths[name], quality=80)
    other = folder / "other.png"
    Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 100).save(other)
    return {**paths, "same": CAT, "other": other}


@pytest.mark.parametrize(
    ("known", "crop"), [("fingerprints", ["part"]), ("units", []), ("code", [])]
)
def test_what_is_known_of_a_file_decides_which_copies_lead_to_it(
    tmp_path: Path, copies: dict[str, Path], known: Known, crop: list[str]
) -> None:
    write_claims(str(tmp_path), [claim_of(CAT, known)])
    assert found(tmp_path, copies["same"]) == [("exact", known)]
    assert found(tmp_path, copies["small"]) in ([("near", known)], [("same-content", known)])
    assert found(tmp_path, copies["crop"]) == [(each, known) for each in crop]
    assert found(tmp_path, copies["other"]) == []


def test_a_file_of_the_library_lends_its_claims_all_that_the_library_knows(
    tmp_path: Path, copies: dict[str, Path]
) -> None:
    folder, works = tmp_path / "library", tmp_path / "works"
    works.mkdir()
    (works / "cat.jpg").write_bytes(CAT.read_bytes())
    with Library.open(folder) as library:
        list(library.add(works))
    assert found(folder, copies["crop"]) == []
    write_claims(str(folder), [claim_of(CAT, "code")])
    assert found(folder, copies["crop"]) == [("part", "library")]


def test_a_code_leads_to_a_claim(tmp_path: Path) -> None:
    new = claim_of(CAT, "units")
    write_claims(str(tmp_path), [new])
    assert found(tmp_path, new.claim.iscc_code) == [("exact", "units")]


def test_a_quoted_passage_leads_to_a_claim(tmp_path: Path) -> None:
    text = tmp_path / "essay.txt"
    text.write_text(
        "\n\n".join(f"The {n}th thought is about the number {n * n}." for n in range(99))
    )
    write_claims(str(tmp_path / "library"), [claim_of(text)])
    quoted = text.read_text()[1000:1600]
    assert found(tmp_path / "library", quoted) == [("part", "fingerprints")]


def test_trusted_claims_come_first_and_those_taken_back_not_at_all(tmp_path: Path) -> None:
    mine, other = claim_of(CAT, "units", signer=ANNA), claim_of(CAT, signer=BERT)
    write_claims(str(tmp_path), [mine, other])
    matches = resolve(tmp_path, CAT, (BERT,))
    assert [(each.claim.signer, each.state) for each in matches] == [
        (BERT, "trusted"), (ANNA, "valid"),
    ]  # fmt: skip
    write_claims(str(tmp_path), [replace(other, claim=replace(other.claim, deleted=True))])
    assert [each.claim.signer for each in resolve(tmp_path, CAT, (BERT,))] == [ANNA]


def test_neither_library_nor_claims_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library and no claims"):
        Claims(str(tmp_path))


def copies_of(new: NewClaim, count: int, tdm: str) -> list[NewClaim]:
    """Return claims of another signer about the content of a claim."""
    made = []
    for number in range(count):
        note: dict[str, JsonValue] = dict(new.claim.note)
        note |= {"nonce": f"{number + 1:032x}", "signature": {"pubkey": "02" * 32}}
        key = hashlib.sha256(rfc8785.dumps(note)).hexdigest()
        binding: dict[str, JsonValue] = {"tdm": {"train": tdm}}
        claim = replace(new.claim, key=key, note=note, signer=BERT, binding=binding)
        made.append(replace(new, claim=claim))
    return made


@pytest.mark.parametrize("known", ["units", "code"])
def test_claims_of_others_do_not_crowd_out_one_that_counts(
    tmp_path: Path, copies: dict[str, Path], known: Known
) -> None:
    original = claim_of(CAT, known, tdm={"train": "reserved"})
    flood = copies_of(claim_of(copies["small"], known), 200, "open")
    write_claims(str(tmp_path), [original, *flood])
    first = resolve(tmp_path, copies["small"], (ANNA,))[0]
    assert (first.claim.key, first.state) == (original.claim.key, "trusted")
    claims = Claims(str(tmp_path), (ANNA,))
    listed = claims.resolve(build_query(str(copies["small"])), limit=None)
    claims.close()
    assert len(listed) == 201
    assert decide(listed, "train").outcome == "reserved"


def test_a_limit_cuts_no_trusted_claim_about_the_use(
    tmp_path: Path, copies: dict[str, Path]
) -> None:
    original = claim_of(CAT, "units", tdm={"train": "reserved"})
    opened = copies_of(claim_of(copies["small"], "units"), 30, "open")
    write_claims(str(tmp_path), [original, *opened])
    found = resolve(tmp_path, copies["small"], (ANNA, BERT))
    assert len(found) == 31
    for term in apply_terms(found):
        assert (term.answer, term.source.claim.key) == ("reserved", original.claim.key)
