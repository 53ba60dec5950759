"""Any copy of a content leads to the claims about it, as far as something is known of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.library.library import Library
from iscckit.library.search.query import build_query
from iscckit.trust.claims.claim import Known
from iscckit.trust.claims.resolve import ClaimMatch, Claims
from iscckit.trust.claims.write import write_claims

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
