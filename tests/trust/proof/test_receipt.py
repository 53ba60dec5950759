"""Receipts: the golden one, those of 2025, and each claim that does not fit the rest."""

import json
from functools import partial
from typing import Any

import pytest
from tests.trust.golden import ALICE, ALICE_PUBLIC, DELETION, HUB_PUBLIC, NOTES, RECEIPT, VECTORS

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, IsccError, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof.data_integrity import add_proof, make_proof_options
from iscckit.trust.proof.ed25519 import derive_public_key, sign
from iscckit.trust.proof.note import read_deletion, read_note
from iscckit.trust.proof.receipt import Inclusion, make_receipt, read_inclusion, read_receipt
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import canonicalize, parse_json

HUB = bytes(range(32))
HUB_KEY = derive_public_key(HUB)
ISSUER = "did:web:hub.example"
FIRST = VECTORS["iscc_ids"][0]
SIGN = partial(sign, HUB)


def test_the_golden_receipt() -> None:
    receipt = read_receipt(RECEIPT, HUB_PUBLIC)
    assert (receipt.issuer, receipt.seq, receipt.generation) == (ISSUER, 0, "2026")
    assert receipt.iscc_id == IsccId(1_750_000_000_000_000, 1)
    assert receipt.note.document == NOTES[0]
    assert receipt.inclusion is not None
    assert (receipt.inclusion.tree_size, receipt.inclusion.leaf_index) == (3, 0)
    assert receipt.inclusion.path[0].hex() == VECTORS["leaf_hashes"][1]
    assert receipt.inclusion.checkpoint == VECTORS["checkpoint_size3"]
    assert receipt.inclusion.to_dict() == RECEIPT["evidence"]


def test_a_receipt_is_made_as_the_golden_one_is() -> None:
    inclusion = read_inclusion(RECEIPT["evidence"])
    made = make_receipt(
        ISSUER, HUB_KEY, SIGN, seq=0, iscc_id=FIRST, note=NOTES[0], inclusion=inclusion
    )
    assert {name: value for name, value in made.items() if name != "proof"} == {
        name: value for name, value in RECEIPT.items() if name != "proof"
    }
    assert read_receipt(made, HUB_KEY).inclusion == inclusion
    with pytest.raises(VerificationFailed):
        read_receipt(made, HUB_PUBLIC)


def test_the_subject_is_the_controller_if_there_is_one() -> None:
    bare = {name: value for name, value in NOTES[0].items() if name != "signature"}
    note = sign_document(bare, ALICE_PUBLIC, partial(sign, ALICE), controller="did:web:a.example")
    made = make_receipt(ISSUER, HUB_KEY, SIGN, seq=7, iscc_id=FIRST, note=note)
    subject: Any = made["credentialSubject"]
    assert subject["id"] == "did:web:a.example"
    receipt = read_receipt(made, HUB_KEY)
    assert (receipt.seq, receipt.inclusion) == (7, None)


def signed_again(change: dict[str, Any]) -> dict[str, JsonValue]:
    """Return the golden receipt with changes at dotted places, signed by a hub that lies."""
    document = json.loads(json.dumps(RECEIPT))
    document.pop("proof")
    for place, value in change.items():
        *way, last = place.split("/")
        target = document
        for name in way:
            target = target[name]
        if value is None:
            del target[last]
        else:
            target[last] = value
    method = f"{ISSUER}#{VECTORS['hub_pub']}"
    return add_proof(document, make_proof_options(document, method), SIGN)


@pytest.mark.parametrize(
    "change",
    [
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"@context": ["https://www.w3.org/ns/credentials/v2", "https://example.com/x"]},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
        {"type": ["VerifiableCredential"]},
        {"issuer": "did:web:evil.example"},
        {"issuer": {"id": ISSUER}},
        {"credentialSubject/id": "did:key:" + VECTORS["hub_pub"]},
        {"credentialSubject/name": "x"},
        {"credentialSubject/declaration/time": "x"},
        {"credentialSubject/declaration/seq": 1},
        {"credentialSubject/declaration/seq": -1},
        {"credentialSubject/declaration/seq": True},
        {"credentialSubject/declaration/seq": "0"},
        {"credentialSubject/declaration/seq": 0.5},
        {"credentialSubject/declaration/iscc_id": str(IsccId(1_750_000_000_000_000, 2))},
        {"credentialSubject/declaration/iscc_id": "ISCC:MAIWGQRD43YZQUAA"},
        {"credentialSubject/declaration/iscc_note/nonce": "00100000000000000000000000000009"},
        {"credentialSubject/declaration/iscc_note": DELETION},
        {"evidence/type": "Other"},
        {"evidence/treeSize": 0},
        {"evidence/leafIndex": 1},
        {"evidence/leafIndex": 3},
        {"evidence/inclusionProof": ["AAAA"]},
        {"evidence/inclusionProof": 65 * RECEIPT["evidence"]["inclusionProof"][:1]},
        {"evidence/inclusionProof": [RECEIPT["evidence"]["inclusionProof"][0] + "\n"]},
        {"evidence/inclusionProof": ["é"]},
        {"evidence/inclusionProof": [1]},
        {"evidence/checkpoint": None},
        {"evidence": []},
    ],
)
def test_what_a_hub_that_lies_signs_is_refused(change: dict[str, Any]) -> None:
    assert read_receipt(signed_again({}), HUB_KEY).seq == 0
    with pytest.raises((InvalidInput, VerificationFailed)):
        read_receipt(signed_again(change), HUB_KEY)


def test_base64_has_one_spelling() -> None:
    first = RECEIPT["evidence"]["inclusionProof"][0]
    assert first.endswith("M=")  # the last two bits of M are not used
    with pytest.raises(InvalidInput):
        read_inclusion(RECEIPT["evidence"] | {"inclusionProof": [first[:-2] + "N="]})


def test_receipts_of_2025_are_read() -> None:
    bare = {name: value for name, value in NOTES[0].items() if name[0] not in "$s"}
    bare |= {"timestamp": "2025-08-12T14:30:00.123Z", "nonce": "000" + 29 * "1"}
    note = sign_document(bare, ALICE_PUBLIC, partial(sign, ALICE))
    made = make_receipt(ISSUER, HUB_KEY, SIGN, seq=1, iscc_id="ISCC:MAIWGQRD43YZQUAA", note=note)
    receipt = read_receipt(made, HUB_KEY)
    assert (receipt.generation, receipt.seq) == ("2025", 1)
    assert receipt.iscc_id == IsccId(1_746_171_541_264_773, 0)
    assert receipt.note.timestamp_us == 1_755_009_000_123_000
    assert isinstance(receipt.inclusion, Inclusion) is False
    del bare["timestamp"]
    timeless = sign_document(bare, ALICE_PUBLIC, partial(sign, ALICE))
    made = make_receipt(ISSUER, HUB_KEY, SIGN, seq=1, iscc_id=FIRST, note=timeless)
    with pytest.raises(InvalidInput) as caught:
        read_receipt(made, HUB_KEY)
    assert caught.value.facts == {"field": "timestamp"}


@pytest.mark.parametrize(
    ("document", "read"),
    [
        (NOTES[0], read_note),
        (NOTES[1], read_note),
        (DELETION, read_deletion),
        (RECEIPT, partial(read_receipt, issuer_key=HUB_PUBLIC)),
    ],
    ids=["note", "note with gateway", "deletion", "receipt"],
)
def test_each_flipped_bit_is_refused_or_changes_nothing(document: JsonValue, read: Any) -> None:  # noqa: ANN401
    canonical = canonicalize(document)
    text = json.dumps(document, indent=1).encode()
    accepted = 0
    for bit in range(8 * len(text)):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            parsed = parse_json(bytes(changed), limit=65535)
            read(parsed)
        except IsccError:
            continue
        assert canonicalize(parsed) == canonical, bit
        accepted += 1
    assert accepted < len(text) / 2  # only white space can differ
