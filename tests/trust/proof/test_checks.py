"""The checks of a proof: each by itself, what they come to, and that nothing can be changed."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from tests.trust.golden import ALICE_PUBLIC, HUB_PUBLIC, VECTORS
from tests.trust.proofs import golden_document, golden_proof, signed_document
from tests.trust.second import FILE, passes_second

from iscckit.errors import IsccError
from iscckit.trust.proof.check_values import Content, Facts, Name, State, Status, Trust
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.parts import Parts, bind_parts, cut_part
from iscckit.trust.proof.proof_file import digest_evidence, encode_proof, read_proof

NOBODY = Trust()
ORIGIN = "hub.example/log"
LEAVES: list[dict[str, Any]] = [
    {"selector": {"segment": "passage", "offset": i, "size": 1}, "simprint": str(i)}
    for i in range(5)
]
BINDING: dict[str, Any] = {
    "identifiers": [{"scheme": "doi", "code": "10.5555/abc"}],
    "tdm": {"train": "reserved"},
    "parts": bind_parts(LEAVES),
}
EVIDENCE: dict[str, Any] = {
    "id": "10.5555/abc",
    "fetched": "2026-11-30T12:00:00Z",
    "mediaType": "application/vnd.citationstyles.csl+json",
    "metadata": {"DOI": "10.5555/abc"},
}
EVIDENCE["digest"] = digest_evidence(EVIDENCE)


def results(
    document: dict[str, Any], trust: Trust = NOBODY, facts: Facts | None = None, *require: str
) -> tuple[State, dict[Name, tuple[Status, str]]]:
    verdict = check_proof(
        read_proof(encode_proof(document)), facts or Facts(), trust, require=frozenset(require)
    )
    return verdict.state, {each.name: (each.status, each.result) for each in verdict.checks}


def test_a_proof_by_nobody_known_is_valid_and_no_more() -> None:
    assert results(golden_document()) == (
        "valid",
        {
            "content": ("open", "unread"),
            "signature": ("holds", "valid"),
            "signer": ("open", "unknown"),
            "log": ("holds", "included"),
            "checkpoint": ("open", "unknown"),
            "time": ("open", "claimed"),
            "doi": ("open", "none"),
            "deletion": ("open", "none-known"),
        },
    )


def test_a_pinned_signer_makes_it_trusted() -> None:
    state, found = results(golden_document(), Trust(signers={ALICE_PUBLIC: "Alice"}))
    assert (state, found["signer"]) == ("trusted", ("holds", "trusted"))
    assert results(golden_document(), Trust(signers={HUB_PUBLIC: "Hub"}))[0] == "valid"


def test_an_expected_signer_must_be_the_one() -> None:
    assert results(golden_document(), Trust(expected=ALICE_PUBLIC))[0] == "trusted"
    trust = Trust(expected=HUB_PUBLIC, signers={ALICE_PUBLIC: "Alice"})
    state, found = results(golden_document(), trust)
    assert (state, found["signer"]) == ("invalid", ("fails", "unexpected"))


def test_a_key_in_the_proof_is_evidence_and_a_pinned_one_is_trust() -> None:
    pinned = Trust(hubs={ORIGIN: HUB_PUBLIC})
    _, found = results(golden_document(), pinned, None, "log", "time")
    assert found["checkpoint"] == ("holds", "pinned")
    assert found["time"] == ("holds", "logged")
    assert found["log"] == ("holds", "included")
    given = Trust(hub_keys=frozenset({HUB_PUBLIC}))
    assert results(golden_document(), given)[1]["checkpoint"] == ("holds", "pinned")


def test_another_key_than_the_pinned_one_is_an_alarm() -> None:
    state, found = results(golden_document(), Trust(hubs={ORIGIN: ALICE_PUBLIC}))
    assert (state, found["checkpoint"]) == ("invalid", ("fails", "key-changed"))


@pytest.mark.parametrize("name", ["log", "time", "doi"])
def test_what_is_required_must_hold(name: Name) -> None:
    state, found = results(golden_document(), Trust(signers={ALICE_PUBLIC: "A"}), None, name)
    assert (state, found[name][0]) == ("invalid", "fails")


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("exact", "trusted"), ("part", "trusted"), ("unread", "trusted"),
        ("same-content", "invalid"), ("similar", "invalid"), ("other", "invalid"),
        ("missing", "invalid"),
    ],
)  # fmt: skip
def test_only_the_declared_bytes_are_the_content(content: Content, state: State) -> None:
    trust = Trust(signers={ALICE_PUBLIC: "Alice"})
    assert results(golden_document(), trust, Facts(content=content))[0] == state


def test_record_and_parts_are_those_that_were_signed() -> None:
    whole = signed_document(BINDING, Parts(tuple(LEAVES)).to_dict())
    assert results(whole)[1]["signature"] == ("holds", "valid")
    one = signed_document(BINDING, cut_part(Parts(tuple(LEAVES)), 3).to_dict())
    assert results(one)[1]["signature"] == ("holds", "valid")
    changed = {**whole, "binding": {**BINDING, "tdm": {"train": "open"}}}
    assert results(changed)[1]["signature"] == ("fails", "binding-differs")
    fewer = {**whole, "parts": {"leaves": LEAVES[1:]}}
    assert results(fewer)[1]["signature"] == ("fails", "merkle-proof-wrong")
    unbound = signed_document({"license": "CC0-1.0"}, {"leaves": LEAVES})
    assert results(unbound)[1]["signature"] == ("fails", "merkle-proof-wrong")


def test_a_proof_without_log_is_in_none() -> None:
    state, found = results(signed_document())
    assert state == "valid"
    assert {found[name][1] for name in ("log", "checkpoint", "time")} == {"none"}
    assert results(signed_document(), NOBODY, None, "log")[0] == "invalid"


def test_a_doi_is_claimed_whatever_evidence_travels() -> None:
    document = {**signed_document(BINDING), "doi": EVIDENCE}
    assert results(document)[1]["doi"] == ("open", "claimed")
    assert results(document, NOBODY, Facts(doi="verified"))[1]["doi"] == ("holds", "verified")
    other = {**EVIDENCE, "id": "10.5555/other"}
    document["doi"] = {**other, "digest": digest_evidence(other)}
    assert results(document)[1]["doi"] == ("fails", "binding-differs")


def test_a_controller_without_the_key_fails() -> None:
    document = signed_document(controller="did:web:example.com")
    assert results(document)[1]["signer"] == ("open", "unknown")
    trust = Trust(signers={ALICE_PUBLIC: "Alice"})
    state, found = results(document, trust, Facts(controller="unauthorized"))
    assert (state, found["signer"]) == ("invalid", ("fails", "unauthorized"))
    assert results(document, trust, Facts(controller="verified"))[0] == "trusted"


def test_a_retracted_declaration_is_invalid() -> None:
    trust = Trust(signers={ALICE_PUBLIC: "Alice"})
    state, found = results(golden_document(), trust, Facts(deleted={"seq": 2}))
    assert (state, found["deletion"]) == ("invalid", ("fails", "retracted"))


def test_a_record_of_another_entry_is_not_in_its_place() -> None:
    document = golden_document()
    document["record"] = b64encode(VECTORS["log_entries"][1].encode()).decode()
    assert results(document)[1]["log"][0] == "fails"
    document["iscc_id"] = VECTORS["iscc_ids"][1]
    assert results(document)[1]["log"] == ("fails", "merkle-proof-wrong")
    deletion = {
        **golden_document(),
        "record": b64encode(VECTORS["log_entries"][2].encode()).decode(),
    }
    assert results(deletion)[0] == "invalid"


def test_a_checkpoint_with_other_signatures_is_refused() -> None:
    document = golden_document()
    line = document["checkpoint"].splitlines()[-1]
    document["checkpoint"] += line.replace("hub.example/log ", "witness.example ", 1) + "\n"
    del document["receipt"]
    assert results(document)[1]["checkpoint"] == ("fails", "checkpoint-foreign")


def passes(data: bytes) -> bool:
    try:
        proof = read_proof(data)
    except IsccError:
        return False
    return check_proof(proof, Facts(), NOBODY).state != "invalid"


def changed_bits(data: bytes, step: int) -> list[int]:
    """Return the places of bits whose change passes as another document, or divides verifiers."""
    document = json.loads(data)
    wrong = []
    for place in range(0, 8 * len(data), step):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        accepted = passes(bytes(changed))
        if accepted != passes_second(bytes(changed)):
            wrong.append(place)
        if accepted and json.loads(bytes(changed)) != document:
            wrong.append(place)
    return wrong


def small_proof() -> bytes:
    """Return a proof with record, one part and evidence."""
    part = cut_part(Parts(tuple(LEAVES)), 2).to_dict()
    return encode_proof({**signed_document(BINDING, part), "doi": EVIDENCE})


@pytest.mark.parametrize("data", [golden_proof(), small_proof()], ids=["log", "record and part"])
def test_a_flipped_bit_is_rejected_or_changes_nothing(data: bytes) -> None:
    assert passes(data)
    assert passes_second(data)
    assert changed_bits(data, 11) == []


@pytest.mark.slow
@pytest.mark.parametrize("data", [golden_proof(), small_proof()], ids=["log", "record and part"])
def test_each_flipped_bit_is_rejected_or_changes_nothing(data: bytes) -> None:
    assert changed_bits(data, 1) == []


def test_the_second_verifier_is_short_and_stands_alone() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert "import iscckit" not in text
    assert "from iscckit" not in text
