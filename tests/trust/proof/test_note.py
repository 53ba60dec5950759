"""Notes: the golden ones, the models of iscc-schema, and each rule broken once."""

import json
from functools import partial
from typing import Any

import pytest
from iscc_crypto.nonce import create_nonce, decode_node_id
from iscc_schema import IsccNote
from tests.trust.golden import ALICE, ALICE_PUBLIC, DELETION, NOTES

from iscckit.codec.code import compose
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof.ed25519 import sign
from iscckit.trust.proof.note import (
    DELETE_SCHEMA,
    make_deletion,
    make_nonce,
    make_note,
    read_deletion,
    read_note,
)
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import canonicalize, parse_json

SIGN = partial(sign, ALICE)
DIGEST = bytes(range(100, 132))
DATAHASH = "1e20" + DIGEST.hex()
UNITS = [
    Unit(MainType.META, 0, bytes(range(32))),
    Unit(MainType.CONTENT, 1, bytes(range(1, 33))),
    Unit(MainType.DATA, 0, bytes(range(2, 34))),
]
INSTANCE = Unit(MainType.INSTANCE, 0, DIGEST)
CODE = compose([*UNITS, INSTANCE])
SUM = compose([UNITS[2], INSTANCE], wide=False)
WIDE = compose([UNITS[2].shorten(128), INSTANCE.shorten(128)], wide=True)
TEXTS = [str(unit) for unit in UNITS]
FULL = make_note(
    iscc_code=CODE,
    datahash=DATAHASH,
    nonce=make_nonce(1, bytes(range(16))),
    units=TEXTS,
    metahash="1e20" + 64 * "a",
    gateway="https://example.com/{iscc_id}",
    timestamp_us=1_750_000_000_123_456,
)


def signed(note: dict[str, Any], **options: Any) -> dict[str, Any]:  # noqa: ANN401
    return sign_document(note, ALICE_PUBLIC, SIGN, **options)


@pytest.mark.parametrize("document", NOTES)
def test_golden_notes_are_read(document: dict[str, Any]) -> None:
    note = read_note(document, hub=1)
    assert note.document == document
    assert (note.iscc_code, note.datahash) == (document["iscc_code"], document["datahash"])
    assert (note.public_key, note.hub, note.departures) == (ALICE_PUBLIC, 1, ())
    assert note.gateway == document.get("gateway")
    again = make_note(
        iscc_code=note.iscc_code, datahash=note.datahash, nonce=note.nonce, gateway=note.gateway
    )
    assert signed(again) == document


def test_the_golden_deletion_is_read() -> None:
    deletion = read_deletion(DELETION, hub=1)
    assert deletion.iscc_id == IsccId(1_750_000_000_000_000, 1)
    assert deletion.public_key == ALICE_PUBLIC
    again = make_deletion("ISCC:MAIGG6O2AW3AAAAB", deletion.nonce, 0)
    assert again.pop("timestamp") == "1970-01-01T00:00:00.000Z"
    assert signed(again) == DELETION


def test_a_full_note_is_read_and_is_one_for_iscc_schema() -> None:
    document = signed(FULL, controller="did:web:example.com", keyid="key-1")
    note = read_note(document)
    assert (note.units, note.metahash) == (tuple(TEXTS), "1e20" + 64 * "a")
    assert (note.controller, note.keyid) == ("did:web:example.com", "key-1")
    assert note.timestamp_us == 1_750_000_000_123_000
    assert document["timestamp"] == "2025-06-15T15:06:40.123Z"
    model = IsccNote.model_validate(document)
    back = model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    assert canonicalize(back) == canonicalize(document)


@pytest.mark.parametrize("code", [SUM, WIDE])
def test_short_and_wide_codes(code: str) -> None:
    document = make_note(iscc_code=code, datahash=DATAHASH, nonce=make_nonce(0, bytes(16)))
    assert read_note(signed(document), hub=0).iscc_code == code


def test_the_datahash_of_a_wide_code_has_128_bits_in_common() -> None:
    near = "1e20" + (DIGEST[:8] + bytes(24)).hex()
    nonce = make_nonce(0, bytes(16))
    assert read_note(signed(make_note(iscc_code=SUM, datahash=near, nonce=nonce)))
    with pytest.raises(InvalidInput):
        read_note(signed(make_note(iscc_code=WIDE, datahash=near, nonce=nonce)))


@pytest.mark.parametrize(
    ("change", "departure"),
    [
        ({"gateway": "http://example.com/"}, "gateway-http"),
        ({"gateway": "https://example.com/?id={iscc_id}"}, "gateway-query"),
        ({"units": [str(unit.shorten(64)) for unit in UNITS]}, "units-short"),
        ({"timestamp": "2026-01-01T00:00:00Z"}, "timestamp-precision"),
    ],
)
def test_where_validators_of_hubs_are_lax_the_difference_is_told(
    change: dict[str, Any], departure: str
) -> None:
    assert read_note(signed(FULL | change)).departures == (departure,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("$schema", "http://purl.org/iscc/schema/iscc-note.json"),
        ("$schema", "http://purl.org/iscc/schema/iscc-note-0.9.0.json"),
        ("$schema", DELETE_SCHEMA),
        ("@context", "http://purl.org/iscc/context/0.8.0.jsonld"),
        ("@type", "IsccNote"),
        ("title", "x"),
        ("iscc_code", CODE.lower()),
        ("iscc_code", CODE.removeprefix("ISCC:")),
        ("iscc_code", TEXTS[0]),
        ("iscc_code", "ISCC:MAIGG6O2AW3AAAAB"),
        ("iscc_code", CODE[:-1] + "1"),
        ("iscc_code", 5),
        ("datahash", DATAHASH.upper()),
        ("datahash", DATAHASH + "\n"),
        ("datahash", "1e20" + 32 * "00"),
        ("datahash", DATAHASH[4:]),
        ("nonce", "0010000000000000000000000000000g"),
        ("nonce", "0x100000000000000000000000000001"),
        ("nonce", "001_0000000000000000000000000001"),
        ("nonce", "00100000000000000000000000000001\n"),
        ("nonce", "0010000000000000000000000000000A"),
        ("nonce", "00200000000000000000000000000001"),
        ("timestamp", "2026-02-30T00:00:00.000Z"),
        ("timestamp", "2026-01-01T00:00:00.000+00:00"),
        ("timestamp", "2026-01-01 00:00:00.000Z"),
        ("timestamp", "２026-01-01T00:00:00.000Z"),
        ("timestamp", ""),
        ("timestamp", None),
        ("gateway", "https://example.com/#x"),
        ("gateway", None),
        ("metahash", "1e20"),
        ("metahash", ""),
        ("units", []),
        ("units", None),
        ("units", TEXTS[:2]),
        ("units", [*TEXTS, str(INSTANCE)]),
        ("units", [*TEXTS, 1]),
        ("units", [text.lower() for text in TEXTS]),
        ("units", [*TEXTS[:2], str(Unit(MainType.DATA, 0, bytes(32)))]),
        ("units", [*TEXTS, *TEXTS]),
    ],
)
def test_each_rule_names_the_member(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_note(signed(FULL | {field: value}), hub=1)
    assert caught.value.reason_code == "malformed-document"
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize("name", ["$schema", "iscc_code", "datahash", "nonce", "signature"])
def test_a_missing_member_is_named(name: str) -> None:
    document = {each: value for each, value in NOTES[0].items() if each != name}
    with pytest.raises(InvalidInput) as caught:
        read_note(document)
    assert caught.value.facts == {"field": name}


def test_a_note_must_carry_its_key_and_its_size_is_limited() -> None:
    with pytest.raises(InvalidInput, match="key"):
        read_note(sign_document(FULL, ALICE_PUBLIC, SIGN, embed_key=False))
    others: tuple[JsonValue, ...] = ([], None, "x", 1)
    for document in others:
        with pytest.raises(InvalidInput):
            read_note(document)
    long = FULL | {"gateway": "https://example.com/" + 2029 * "a"}
    with pytest.raises(InvalidInput, match="2048"):
        read_note(signed(long))
    with pytest.raises(InvalidInput, match="8192 bytes"):
        read_note(signed(FULL, controller="did:web:" + 8192 * "a"))


@pytest.mark.parametrize("name", ["iscc_code", "datahash", "nonce", "gateway", "metahash", "units"])
def test_a_changed_member_breaks_form_or_signature(name: str) -> None:
    other = make_note(
        iscc_code=SUM, datahash="1e20" + (DIGEST[:8] + bytes(24)).hex(), nonce=64 * "0",
        units=TEXTS[::-1], metahash="1e20" + 64 * "b", gateway="https://example.org/",
    )  # fmt: skip
    with pytest.raises((VerificationFailed, InvalidInput)):
        read_note(signed(FULL) | {name: other[name]})


def test_a_deletion_is_not_a_note_nor_the_reverse() -> None:
    with pytest.raises(InvalidInput):
        read_note(DELETION)
    with pytest.raises(InvalidInput):
        read_deletion(NOTES[0])
    with pytest.raises((InvalidInput, VerificationFailed)):
        read_deletion(NOTES[0] | {"$schema": DELETE_SCHEMA})


@pytest.mark.parametrize(
    "iscc_id",
    ["ISCC:MAIWGQRD43YZQUAA", "MAIGG6O2AW3AAAAB", "iscc:maigg6o2aw3aaaab", CODE, "", 3, None],
)
def test_a_deletion_names_a_canonical_iscc_id(iscc_id: object) -> None:
    document = {key: value for key, value in DELETION.items() if key != "signature"}
    with pytest.raises(InvalidInput) as caught:
        read_deletion(signed(document | {"iscc_id": iscc_id}))
    assert caught.value.facts == {"field": "iscc_id"}


def test_nonces_have_the_hub_in_front() -> None:
    assert make_nonce(1, bytes(range(16))) == "001102030405060708090a0b0c0d0e0f"
    assert make_nonce(4095, bytes(16)) == "fff" + 29 * "0"
    assert decode_node_id(make_nonce(77, bytes(range(16)))) == 77
    assert read_note(signed(FULL | {"nonce": create_nonce(3)}), hub=3).hub == 3
    for hub, random in ((4096, bytes(16)), (-1, bytes(16)), (0, bytes(15))):
        with pytest.raises(InvalidInput):
            make_nonce(hub, random)


def test_a_name_given_twice_never_reaches_a_note() -> None:
    text = json.dumps(NOTES[0])
    twice = text.replace('{"$schema"', '{"nonce": "00100000000000000000000000000009", "$schema"', 1)
    assert read_note(json.loads(twice))  # a lax parser keeps the last
    with pytest.raises(InvalidInput):
        parse_json(twice, limit=8192)
