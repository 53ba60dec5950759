"""A refreshed proof holds as before, with a newer checkpoint and what the registry says."""

from __future__ import annotations

import json

import pytest
from tests.trust.log.material import declare
from tests.trust.proofs import signed_document
from tests.trust.remote.memory_hub import MemoryHub
from tests.trust.remote.test_hub_news import prove
from tests.trust.second import passes_second

from iscckit.errors import InvalidInput
from iscckit.trust.declarations.refresh_proof import add_registration, renew_inclusion
from iscckit.trust.proof.check_values import Facts, Trust
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.proof_file import encode_proof, read_proof
from iscckit.trust.proof.timestamp_list import Token, pack_timestamps
from iscckit.trust.remote.doi import Metadata
from iscckit.trust.remote.hub_news import fetch_news

CSL = "application/vnd.citationstyles.csl+json"


@pytest.mark.parametrize("evidence", [True, False])
def test_a_newer_checkpoint_takes_the_place_of_the_old_one(evidence: bool) -> None:
    source = MemoryHub()
    source.evidence = evidence
    with source.serve() as hub:
        proof = prove(hub)
        assert renew_inclusion(proof, fetch_news(hub, proof).inclusion) == dict(proof.document)
        source.append(declare(9))
        newer = fetch_news(hub, proof).inclusion
    data = encode_proof(renew_inclusion(proof, newer))
    verdict = check_proof(read_proof(data), Facts(), Trust())
    assert verdict.check("log").facts["size"] == 2
    assert verdict.check("log").facts["receipt"] is True
    assert verdict.state == "valid"
    assert passes_second(data)


def test_a_checkpoint_under_a_timestamp_stays() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        proof = prove(hub)
        source.append(declare(9))
        newer = fetch_news(hub, proof).inclusion
    stamps = pack_timestamps([Token(b"0", 0)], [])
    stamped = read_proof(encode_proof({**proof.document, "timestamps": stamps}))
    assert renew_inclusion(stamped, newer) == dict(stamped.document)


def test_what_the_registry_says_is_evidence_and_no_trust() -> None:
    binding = {"identifiers": [{"scheme": "doi", "code": "10.5555/abc"}]}
    found = Metadata(CSL, json.dumps({"DOI": "10.5555/abc"}).encode(), "https://doi.org")
    document = add_registration(
        signed_document(binding), "10.5555/abc", found, "2026-12-01T00:00:00Z"
    )
    data = encode_proof(document)
    check = check_proof(read_proof(data), Facts(), Trust()).check("doi")
    assert (check.result, check.facts["evidence"]) == ("claimed", "2026-12-01T00:00:00Z")
    assert passes_second(data)
    with pytest.raises(InvalidInput):
        add_registration(document, "10.5555/abc", Metadata(CSL, b"{", ""), "2026-12-01T00:00:00Z")
