"""Claims are kept, merged, taken back, and never read damaged."""

import shutil
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.trust.claims.claim import Claim
from iscckit.trust.claims.schema import NAME
from iscckit.trust.claims.store import ClaimStore, read_proof
from iscckit.trust.claims.write import NewClaim, retract_claims, write_claims

CAT = SAMPLES / "cat.jpg"
NUMBER = "ISCC:MAIGG6O2AW3AAAAB"


def stored(folder: Path) -> list[Claim]:
    with ClaimStore(str(folder)) as store:
        return list(store)


def test_a_claim_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    new = claim_of(CAT, number=NUMBER)
    assert write_claims(str(tmp_path), [replace(new, proof={"a": "proof"})]) == 1
    assert write_claims(str(tmp_path), [new]) == 0
    assert stored(tmp_path) == [new.claim]
    with ClaimStore(str(tmp_path)) as store:
        assert len(store) == 1
        assert store.get(new.claim.key) == new.claim
        assert store.get("0" * 64) is None
        assert store.of_file(new.claim.datahash) == [new.claim]
        assert store.of_number(NUMBER) == [new.claim]
    assert read_proof(str(tmp_path), new.claim.key) == {"a": "proof"}
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_no_claims_are_an_empty_store(tmp_path: Path) -> None:
    assert stored(tmp_path) == []
    assert read_proof(str(tmp_path), "0" * 64) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_known_of_a_claim_grows(tmp_path: Path) -> None:
    """A log knows the note, a proof more; whichever comes first."""
    full = claim_of(CAT, "fingerprints")
    log = replace(
        full,
        claim=replace(
            full.claim,
            known="units",
            iscc_id=NUMBER,
            log="hub.example/log",
            time=5,
            time_kind="log",
        ),
        units=(),
        prints=(),
    )
    for order in ([full, log], [log, full]):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for each in order:
            write_claims(str(folder), [each])
        (claim,) = stored(folder)
        assert (claim.known, claim.iscc_id, claim.time, claim.time_kind) == (
            "fingerprints", NUMBER, 5, "log",
        )  # fmt: skip


def test_another_log_does_not_take_over_a_claim(tmp_path: Path) -> None:
    """Else the withdrawal in the first log would be one of a number that nobody knows."""
    claim = claim_of(CAT, "units").claim
    first = replace(claim, iscc_id=NUMBER, log="hub.example/log", time=5, time_kind="log")
    other = replace(claim, iscc_id="ISCC:MAIGG6O2AW3AAAAA", log="other.example/log", time=4)
    for order in ([first, other], [other, first]):
        folder = str(tmp_path / str(len(list(tmp_path.iterdir()))))
        for each in order:
            write_claims(folder, [NewClaim(each)])
        (found,) = stored(Path(folder))
        assert (found.iscc_id, found.log, found.time_kind) == (NUMBER, "hub.example/log", "log")
        assert retract_claims(folder, NUMBER, ANNA) == 1


def test_a_claim_is_taken_back_by_its_signer_for_good(tmp_path: Path) -> None:
    new = claim_of(CAT, number=NUMBER)
    write_claims(str(tmp_path), [new])
    assert retract_claims(str(tmp_path), NUMBER, BERT) == 0
    assert not stored(tmp_path)[0].deleted
    assert retract_claims(str(tmp_path), NUMBER, ANNA) == 1
    assert retract_claims(str(tmp_path), NUMBER, ANNA) == 0
    write_claims(str(tmp_path), [new])
    assert stored(tmp_path)[0].deleted


def test_an_edited_claim_is_an_error(tmp_path: Path) -> None:
    write_claims(str(tmp_path), [claim_of(CAT)])
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("UPDATE claim SET signer = ?", (BERT,))
    with pytest.raises(LibraryError, match="damaged"):
        stored(tmp_path)


def test_another_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database at all, but longer than a header" * 9)
    with pytest.raises(LibraryError):
        stored(tmp_path)


def test_codes_of_claims_that_are_lost_go_with_them(tmp_path: Path) -> None:
    old, new = claim_of(CAT), claim_of(SAMPLES / "rocket.jpg")
    write_claims(str(tmp_path), [old])
    for path in tmp_path.glob(f"{NAME}*"):
        path.unlink()
    write_claims(str(tmp_path), [new])
    with ClaimStore(str(tmp_path)) as store:
        assert store.catalog is not None
        assert [item.path for item in store.catalog.items()] == [new.claim.key]


def test_claims_get_their_lost_codes_again(tmp_path: Path) -> None:
    old, new = claim_of(CAT), claim_of(SAMPLES / "rocket.jpg")
    write_claims(str(tmp_path), [replace(old, proof={"a": "proof"})])
    shutil.rmtree(tmp_path / "claims")
    write_claims(str(tmp_path), [new])
    with ClaimStore(str(tmp_path)) as store:
        assert store.catalog is not None
        assert {item.path for item in store.catalog.items()} == {old.claim.key, new.claim.key}
        assert store.get(old.claim.key) == replace(old.claim, known="units")
    assert read_proof(str(tmp_path), old.claim.key) == {"a": "proof"}
    write_claims(str(tmp_path), [old])
    with ClaimStore(str(tmp_path)) as store:
        assert store.get(old.claim.key) == old.claim
        item = store.catalog.by_path(old.claim.key) if store.catalog else None
        assert item is not None
        assert item.name == (old.name or None)
