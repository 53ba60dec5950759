"""Evidence against a log: what proves, what only claims, and what is too weak."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscckit.errors import InvalidInput, IsccError, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.log_evidence import (
    Conflict,
    EvidenceKind,
    Observed,
    is_evidence,
    make_evidence,
    verify_evidence,
)
from iscckit.trust.proof.merkle import leaf_hash, node_hash, root_of

SECRET = bytes(range(32))
KEY = ed25519.derive_public_key(SECRET)
A, B, C = (leaf_hash(each) for each in (b"a", b"b", b"c"))
TIME = "2026-01-01T00:00:00.000000Z"


def seen(*leaves: bytes, origin: str = "a.example/log") -> Observed:
    def sign(message: bytes) -> bytes:
        return ed25519.sign(SECRET, message)

    return Observed(make_checkpoint(origin, len(leaves), root_of(leaves), sign, KEY), TIME)


def make(
    kind: EvidenceKind, first: Observed, second: Observed, conflict: Conflict | None = None
) -> dict[str, JsonValue]:
    return make_evidence(kind, "a.example/log", KEY, (first, second), conflict)


FORK: Any = make("fork", seen(A, B), seen(A, C, B), Conflict(1, (B, C), ((A,), (A, B))))


def test_an_equivocation_is_proven() -> None:
    found = verify_evidence(make("equivocation", seen(A, B), seen(A, C)))
    assert (found.kind, found.sizes, found.is_proven) == ("equivocation", (2, 2), True)
    assert (found.origin, found.public_key, found.index) == ("a.example/log", KEY, None)


def test_a_fork_is_proven() -> None:
    assert node_hash(node_hash(A, C), B) == root_of([A, C, B])
    found = verify_evidence(FORK)
    assert (found.kind, found.sizes, found.is_proven, found.index) == ("fork", (2, 3), True, 1)


def test_a_shorter_log_is_claimed() -> None:
    found = verify_evidence(make("shrink", seen(A, B), seen(A)))
    assert (found.sizes, found.is_proven) == ((2, 1), False)


@pytest.mark.parametrize(
    "document",
    [
        make("equivocation", seen(A, B), seen(A, B)),
        make("equivocation", seen(A, B), seen(A)),
        make("shrink", seen(A), seen(A, B)),
        make("shrink", seen(A), seen(A)),
        make("fork", seen(A, B), seen(A, B, C), Conflict(1, (B, B), ((A,), (A, C)))),
        make("fork", seen(A, B), seen(A, C, B), Conflict(0, (B, C), ((A,), (A, B)))),
        make("fork", seen(A, B), seen(A, C, B), Conflict(1, (C, B), ((A,), (A, B)))),
        make("equivocation", seen(A, B), seen(A, C, origin="b.example/log")),
    ],
)
def test_what_an_honest_log_can_sign_is_no_evidence(document: dict[str, JsonValue]) -> None:
    with pytest.raises(VerificationFailed):
        verify_evidence(document)


MALFORMED: tuple[Any, ...] = (
    [],
    {},
    {**FORK, "x": 1},
    {**FORK, "kind": "theft"},
    {**FORK, "mediaType": "text/plain"},
    {**FORK, "observed": FORK["observed"][:1]},
    {**FORK, "observed": [FORK["observed"][0], {"checkpoint": "x"}]},
    {**FORK, "observed": [FORK["observed"][0], {**FORK["observed"][1], "time": "today"}]},
    {**FORK, "conflict": None},
    {**FORK, "conflict": {"leafIndex": True, "sides": FORK["conflict"]["sides"]}},
    {**FORK, "conflict": {"leafIndex": 1, "sides": [{"leaf": "", "inclusionProof": []}] * 2}},
    {**FORK, "conflict": {"leafIndex": 1, "sides": [{}, {}]}},
    {**FORK, "key": "z6Mk"},
    {**FORK, "origin": "x" * 70000},
    {name: value for name, value in FORK.items() if name != "conflict"},
)


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_malformed_evidence_is_refused(number: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        verify_evidence(MALFORMED[number])
    assert caught.value.reason_code == "malformed-document"


def test_evidence_names_itself() -> None:
    assert is_evidence(FORK)
    assert not is_evidence({"mediaType": "x"})
    assert not is_evidence([])


def test_no_bit_of_evidence_may_differ() -> None:
    """Whatever bit differs: the evidence is refused, or says the same but the claimed times."""
    data = json.dumps(FORK).encode()
    expected = verify_evidence(FORK)
    changed = 0
    for place in range(len(data)):
        for bit in range(8):
            hurt = bytearray(data)
            hurt[place] ^= 1 << bit
            try:
                found = verify_evidence(json.loads(hurt))
            except (IsccError, ValueError):
                changed += 1
                continue
            assert found == expected
    assert changed > 7 * len(data)
