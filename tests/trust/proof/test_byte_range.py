"""Byte ranges: what a proof proves, and that nothing else passes as one."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.golden import ALICE, ALICE_PUBLIC

from iscckit import _kernel
from iscckit.algorithms.twin import bao
from iscckit.codec.code import compose
from iscckit.errors import InvalidInput, IsccError, LimitExceeded, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof.byte_range import (
    RANGE_LIMIT,
    ByteRange,
    Declaration,
    Proven,
    make_range,
    make_slice,
    verify_range,
)
from iscckit.trust.proof.ed25519 import sign
from iscckit.trust.proof.note import make_note
from iscckit.trust.proof.range_document import read_range, write_range
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import parse_json
from iscckit.units.data import data_code
from iscckit.units.instance import instance_code

DATA = random.Random(7).randbytes(100_001)
HASH = "1e20" + blake3(DATA).hexdigest()


def cut(data: bytes, start: int, count: int) -> bytes:
    """Return a slice, made with the outboard of the data."""
    hasher = _kernel.OutboardHasher()
    parents = hasher.update(data) + hasher.finish()[1]
    return make_slice(
        len(data),
        start,
        count,
        parent=lambda number: parents[64 * number : 64 * number + 64],
        read=lambda at, size: data[at : at + size],
    )


def byte_range(start: int, count: int, *, data: bytes = DATA, proof: bool = True) -> ByteRange:
    last = (start + count - 1) // 1024 == (len(data) - 1) // 1024
    length_proof = cut(data, len(data) - 1, 1) if proof and not last else None
    datahash = "1e20" + blake3(data).hexdigest()
    return make_range(datahash, start, count, cut(data, start, count), length_proof=length_proof)


def slices_of(whole: ByteRange, **changes: Any) -> Proven:  # noqa: ANN401 (fields of a range)
    """Return what the slices of a range prove, whatever its checksum."""
    other = replace(whole, **changes)
    made = make_range(
        other.datahash, other.start, other.count, other.slice, length_proof=other.length_proof
    )
    return verify_range(made)


def round_trip(text: bytes) -> ByteRange:
    return read_range(parse_json(text, limit=1 << 23))


@pytest.mark.parametrize(
    ("start", "count"),
    [(50_000, 3000), (0, 1), (0, 100_001), (100_000, 1), (99_327, 1), (99_328, 5), (1023, 2)],
)
def test_a_range_proves_its_bytes_and_the_length(start: int, count: int) -> None:
    proven = verify_range(byte_range(start, count))
    assert proven.content == DATA[start : start + count]
    assert (proven.length, proven.authenticated) == (100_001, True)


def test_without_the_last_chunk_the_length_is_not_proven() -> None:
    short = byte_range(50_000, 3000, proof=False)
    assert not verify_range(short).authenticated
    claim = bytearray(short.slice)
    claim[1] ^= 1
    false = slices_of(short, slice=bytes(claim))
    assert (false.length, false.authenticated) == (100_001 ^ 256, False)
    assert false.content == DATA[50_000:53_000]
    # The same claim against the proof of the length.
    with pytest.raises(VerificationFailed, match=r"do not|differ"):
        verify_range(replace(byte_range(50_000, 3000), slice=bytes(claim)))


@given(size=st.integers(1, 70_000), seed=st.integers(0, 2**32))
def test_slices_by_the_outboard_are_those_of_the_readable_twin(size: int, seed: int) -> None:
    chosen = random.Random(seed)
    data = chosen.randbytes(size)
    start = chosen.randrange(size)
    count = chosen.randrange(1, min(size - start, 3000) + 1)
    assert cut(data, start, count) == bao.slice_of(data, start, count)
    assert verify_range(byte_range(start, count, data=data)).content == data[start : start + count]


def test_each_changed_bit_of_a_small_proof_is_rejected_or_means_the_same() -> None:
    small = byte_range(1000, 100, data=DATA[:2500])
    text = json.dumps(write_range(small)).encode()
    assert round_trip(text) == small
    accepted = 0
    for bit in range(8 * len(text)):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = round_trip(bytes(changed))
            verify_range(found)
        except IsccError:
            continue
        accepted += 1
        assert found == small, f"bit {bit}"
    assert accepted < 100  # of white space


def declared(data: bytes) -> ByteRange:
    """Return a range of a file that was declared."""
    composite = compose([data_code(data), instance_code(data)])
    note = make_note(
        iscc_code=composite,
        datahash="1e20" + blake3(data).hexdigest(),
        nonce="001" + 29 * "a",
    )
    signed = sign_document(note, ALICE_PUBLIC, lambda message: sign(ALICE, message))
    whole = byte_range(1000, 100, data=data)
    return make_range(
        whole.datahash,
        1000,
        100,
        whole.slice,
        length_proof=whole.length_proof,
        declaration=Declaration(signed, "ISCC:MAIGG6O2AW3AAAAB"),
    )


def test_a_declaration_travels_with_the_range() -> None:
    small = declared(DATA[:2500])
    assert verify_range(small).signer == ALICE_PUBLIC
    text = json.dumps(write_range(small)).encode()
    assert round_trip(text) == small
    for bit in range(text.index(b"declaration") * 8, 8 * len(text)):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = round_trip(bytes(changed))
            verify_range(found)
        except IsccError:
            continue
        assert found == small, f"bit {bit}"


def test_the_declaration_of_another_file_is_rejected() -> None:
    with pytest.raises(VerificationFailed, match="the declaration is of another file"):
        verify_range(
            replace(byte_range(50_000, 3000), declaration=declared(DATA[:2500]).declaration)
        )
    with pytest.raises(VerificationFailed, match="checksum"):
        verify_range(replace(declared(DATA[:2500]), declaration=None))


@pytest.mark.parametrize("member", ["slice", "length_proof"])
@given(cut_at=st.integers(0, 3000), extra=st.binary(min_size=1, max_size=70))
def test_missing_and_trailing_bytes_are_rejected(member: str, cut_at: int, extra: bytes) -> None:
    whole = byte_range(1000, 100, data=DATA[:2500])
    piece = getattr(whole, member)
    for other in (piece[: cut_at % len(piece)], piece + extra):
        with pytest.raises(VerificationFailed) as caught:
            verify_range(replace(whole, **{member: other}))
        assert caught.value.reason_code == "range-wrong"


def test_another_range_of_the_same_file_is_rejected() -> None:
    whole = byte_range(50_000, 3000)
    for start, count in ((49_151, 3000), (50_000, 5000), (53_248, 9), (2**53 - 1, 1)):
        with pytest.raises(VerificationFailed):
            slices_of(whole, start=start, count=count)
    # Within the same chunks it is true, but not what was proven.
    assert slices_of(whole, start=50_001, count=2998).content == DATA[50_001:52_999]
    for start, count in ((50_001, 2998), (49_999, 3000), (50_000, 2500)):
        with pytest.raises(VerificationFailed, match="checksum is that of another range"):
            verify_range(replace(whole, start=start, count=count))


def test_a_range_behind_the_end_is_rejected() -> None:
    for start, count in ((100_001, 1), (100_000, 2), (2**53 - 1, 5), (2**64 - 1, 1)):
        piece = bao.slice_of(DATA[:3000], start, count)
        datahash = "1e20" + blake3(DATA[:3000]).hexdigest()
        with pytest.raises(VerificationFailed, match="behind the end of the file"):
            make_range(datahash, start, count, piece, length_proof=None)


def test_no_bytes_too_many_bytes_and_other_hashes_are_refused() -> None:
    whole = byte_range(50_000, 3000)
    for count in (0, -1):
        with pytest.raises(InvalidInput, match="at least one byte"):
            verify_range(replace(whole, count=count))
    with pytest.raises(LimitExceeded):
        verify_range(replace(whole, count=RANGE_LIMIT + 1))
    for datahash in ("", HASH[4:], HASH.upper(), "1220" + HASH[4:], HASH + "00"):
        with pytest.raises(InvalidInput, match="datahash"):
            verify_range(replace(whole, datahash=datahash))
    with pytest.raises(VerificationFailed):
        verify_range(replace(whole, datahash="1e20" + 64 * "0"))
    with pytest.raises(InvalidInput, match="is not needed"):
        verify_range(replace(byte_range(99_999, 2), length_proof=whole.length_proof))


def _without(name: str) -> dict[str, JsonValue]:
    document = write_range(byte_range(1000, 100, data=DATA[:2500]))
    del document[name]
    return document


@pytest.mark.parametrize("member", list(write_range(byte_range(1000, 100, data=DATA[:2500]))))
def test_a_document_without_a_member_is_refused(member: str) -> None:
    with pytest.raises(InvalidInput, match=f"{member}: is missing") as caught:
        read_range(_without(member))
    assert caught.value.facts == {"field": member}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("mediaType", "application/json"),
        ("mediaType", "application/vnd.iscckit.byte-range.v0.2+json"),
        ("datahash", 5),
        ("datahash", "1e20ff"),
        ("start", -1),
        ("start", "0"),
        ("start", True),
        ("start", 1.0),
        ("start", 2**53),
        ("count", 0),
        ("count", None),
        ("slice", None),
        ("slice", 5),
        ("slice", "AA"),
        ("slice", "AB=="),
        ("slice", "AA==\n"),
        ("slice", "_-=="),
        ("length_proof", "ä"),
        ("checksum", ""),
        ("checksum", None),
        ("note", {}),
        ("declaration", {}),
        ("declaration", []),
        ("declaration", {"iscc_id": 5, "note": {}}),
        ("declaration", {"iscc_id": None, "note": []}),
    ],
)
def test_a_member_of_another_kind_is_refused(
    member: str,
    value: Any,  # noqa: ANN401 (any JSON)
) -> None:
    document = _without("count") | {"count": 100} | {member: value}
    with pytest.raises(InvalidInput) as caught:
        read_range(document)
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize("document", [None, [], "x", 5, {}])
def test_a_document_of_another_kind_is_refused(document: Any) -> None:  # noqa: ANN401 (any JSON)
    with pytest.raises(InvalidInput):
        read_range(document)


def test_a_range_above_the_limit_is_refused_before_its_slice_is_read() -> None:
    with pytest.raises(LimitExceeded):
        read_range(_without("count") | {"count": RANGE_LIMIT + 1, "slice": "?"})


def test_the_longest_range_is_read() -> None:
    data = DATA * 43
    longest = byte_range(100, RANGE_LIMIT, data=data)
    assert verify_range(longest).content == data[100 : 100 + RANGE_LIMIT]
    assert round_trip(json.dumps(write_range(longest)).encode()) == longest
