"""A hub as a taker of notes: the proof of what it gave verifies without it."""

from __future__ import annotations

import pytest
from tests.trust.golden import ALICE_PUBLIC
from tests.trust.log.material import declare
from tests.trust.remote.memory_hub import MemoryHub
from tests.trust.second import passes_second

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.declarations.hub_notes import HubNotes, find_hub
from iscckit.trust.keys.trusted import PinnedHub, Trusted
from iscckit.trust.proof.check_values import Facts, Trust
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.proof_file import MEDIA_TYPE, encode_proof, read_proof


@pytest.mark.parametrize("evidence", [True, False])
def test_what_a_hub_gives_is_a_proof(evidence: bool) -> None:
    source = MemoryHub()
    source.evidence = evidence
    with source.serve() as hub:
        notes = HubNotes(find_hub(hub.url, 1, Trusted()))
        assert notes.hub == 1
        logged = notes.add([declare(1), declare(2)])
    for each in logged:
        data = encode_proof({"mediaType": MEDIA_TYPE, **each.members})
        trust = Trust(hubs={hub.origin: source.key})
        verdict = check_proof(read_proof(data), Facts(), trust, require=frozenset({"log", "time"}))
        assert verdict.state == "valid"
        assert verdict.check("log").facts["private"] is False
        assert passes_second(data)


def test_another_key_than_the_pinned_one_stops_it() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        pinned = PinnedHub(ALICE_PUBLIC, hub.origin, source.domain, 1)
        with pytest.raises(VerificationFailed) as caught:
            find_hub(hub.url, None, Trusted(hubs={hub.origin: pinned}))
        assert caught.value.reason_code == "key-changed"
        known = PinnedHub(source.key, hub.origin, source.domain, 1)
        assert find_hub(hub.url, None, Trusted(hubs={hub.origin: known})).number == 1
        with pytest.raises(InvalidInput, match="number of the hub"):
            find_hub(hub.url, None, Trusted())
