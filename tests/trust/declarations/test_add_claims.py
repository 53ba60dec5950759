"""Proofs and logs of others become claims, with the time that they can show and no more."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.trust.golden import ALICE_PUBLIC, HUB_PUBLIC, VECTORS
from tests.trust.proofs import golden_document, golden_proof, signed_document

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.claims.claim import Claim
from iscckit.trust.claims.read_claim import note_key
from iscckit.trust.claims.store import ClaimStore, read_proof
from iscckit.trust.declarations.add_claims import add_entries, add_proofs, claim_of_proof
from iscckit.trust.proof.check_values import Trust
from iscckit.trust.proof.parts import Parts, bind_parts
from iscckit.trust.proof.proof_file import encode_proof
from iscckit.trust.proof.proof_file import read_proof as parse_proof

NOBODY = Trust()
ENTRIES = [entry.encode() for entry in VECTORS["log_entries"]]


def stored(folder: Path) -> list[Claim]:
    with ClaimStore(str(folder)) as store:
        return list(store)


def test_a_proof_becomes_a_claim(tmp_path: Path) -> None:
    proof = parse_proof(golden_proof())
    assert add_proofs(str(tmp_path), [proof], NOBODY) == 1
    assert add_proofs(str(tmp_path), [proof], NOBODY) == 0
    (claim,) = stored(tmp_path)
    assert claim.note == VECTORS["notes"][0]
    assert (claim.iscc_id, claim.log) == (VECTORS["iscc_ids"][0], "hub.example/log")
    assert claim.key == note_key(claim.note)
    assert read_proof(str(tmp_path), claim.key) == golden_document()


def test_a_time_rests_on_a_log_only_if_its_key_is_pinned() -> None:
    proof = parse_proof(golden_proof())
    assert claim_of_proof(proof, NOBODY).claim.time_kind == "claimed"
    pinned = replace(NOBODY, hubs={"hub.example/log": HUB_PUBLIC})
    assert claim_of_proof(proof, pinned).claim.time_kind == "log"


def test_a_proof_that_does_not_hold_is_no_claim(tmp_path: Path) -> None:
    document = golden_document()
    document["binding"] = {"license": "CC0-1.0"}
    proof = parse_proof(encode_proof(document))
    with pytest.raises(VerificationFailed):
        add_proofs(str(tmp_path), [proof], NOBODY)
    assert stored(tmp_path) == []


def test_terms_and_fingerprints_come_from_what_was_signed(tmp_path: Path) -> None:
    leaf: dict[str, Any] = {
        "selector": {"segment": "fingerprints"},
        "type": "text",
        "codes": b64encode(bytes(range(16))).decode(),
        "places": b64encode(bytes(8)).decode(),
    }
    binding = {"tdm": {"train": "reserved"}, "parts": bind_parts([leaf])}
    proof = parse_proof(encode_proof(signed_document(binding, Parts((leaf,)).to_dict())))
    new = claim_of_proof(proof, NOBODY)
    assert new.claim.binding["tdm"] == {"train": "reserved"}
    assert (new.claim.known, new.claim.signer) == ("fingerprints", ALICE_PUBLIC)
    assert [each.kind for each in new.prints] == ["text"]
    changed = {**leaf, "codes": b64encode(bytes(16)).decode()}
    document = signed_document(binding, Parts((changed,)).to_dict())
    with pytest.raises(VerificationFailed):
        claim_of_proof(parse_proof(encode_proof(document)), NOBODY)
    bad = {**leaf, "codes": b64encode(bytes(3)).decode()}
    document = signed_document({"parts": bind_parts([bad])}, Parts((bad,)).to_dict())
    with pytest.raises(InvalidInput):
        claim_of_proof(parse_proof(encode_proof(document)), NOBODY)


def test_a_log_brings_claims_and_takes_them_back(tmp_path: Path) -> None:
    assert add_entries(str(tmp_path), "hub.example/log", ENTRIES[:2]) == 2
    assert [claim.deleted for claim in stored(tmp_path)] == [False, False]
    assert add_entries(str(tmp_path), "hub.example/log", ENTRIES) == 0
    by_number = {claim.iscc_id: claim for claim in stored(tmp_path)}
    assert by_number[VECTORS["iscc_ids"][0]].deleted
    assert not by_number[VECTORS["iscc_ids"][1]].deleted
    assert {claim.time_kind for claim in by_number.values()} == {"log"}


def test_entries_that_do_not_hold_are_passed_over(tmp_path: Path) -> None:
    forged = ENTRIES[0].replace(b'"nonce":"', b'"nonce":"f')
    assert add_entries(str(tmp_path), "hub.example/log", [b"{}", forged, ENTRIES[1]]) == 1
