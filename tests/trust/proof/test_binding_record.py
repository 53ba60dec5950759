"""The binding record: closed, well formed, and bound by its hash."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from blake3 import blake3

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.proof.binding_record import (
    BINDING_BYTES_MAX,
    check_binding,
    find_doi,
    hash_binding,
)

RECORD: dict[str, Any] = {
    "seed": {"doi": "10.5555/abc", "title": "On Forms"},
    "identifiers": [{"scheme": "doi", "code": "10.5555/abc", "primary": True}],
    "license": "CC-BY-4.0",
    "creator": ["0000-0002-1825-0097"],
    "publisher": ["https://ror.org/02xyz"],
    "tdm": {"train": "reserved", "search": "open", "policy": "https://example.com/tdm"},
    "parts": {"size": 3, "root": "ab" * 32, "hash": "rfc6962-sha256"},
    "salt": "8d1f",
}


def test_a_record_with_all_members_is_well_formed() -> None:
    assert check_binding(copy.deepcopy(RECORD)) == RECORD


def test_the_hash_is_a_blake3_multihash_of_canonical_json() -> None:
    record: dict[str, Any] = {"license": "CC0-1.0", "creator": ["Zoë"]}
    canonical = '{"creator":["Zoë"],"license":"CC0-1.0"}'.encode()
    assert hash_binding(record) == "1e20" + blake3(canonical).hexdigest()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("owner", "me"),
        ("seed", {}),
        ("seed", "text"),
        ("identifiers", []),
        ("identifiers", [{"scheme": "DOI", "code": "10.1/x"}]),
        ("identifiers", [{"scheme": "doi"}]),
        ("identifiers", [{"scheme": "doi", "code": "x", "primary": False}]),
        ("identifiers", [{"scheme": "doi", "code": "x", "note": "y"}]),
        ("license", ""),
        ("license", "x" * 2049),
        ("creator", "me"),
        ("creator", [""]),
        ("tdm", {}),
        ("tdm", {"train": "yes"}),
        ("tdm", {"mine": "open"}),
        ("parts", {"size": 0, "root": "ab" * 32, "hash": "rfc6962-sha256"}),
        ("parts", {"size": True, "root": "ab" * 32, "hash": "rfc6962-sha256"}),
        ("parts", {"size": 1, "root": "AB" * 32, "hash": "rfc6962-sha256"}),
        ("parts", {"size": 1, "root": "ab" * 32, "hash": "sha256"}),
    ],
)
def test_what_is_not_of_this_form_is_refused_by_name(member: str, value: JsonValue) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_binding({**RECORD, member: value})
    assert caught.value.reason_code == "malformed-document"
    assert caught.value.facts["field"] == f"binding.{member}"


@pytest.mark.parametrize("value", [{}, [], None, "text"])
def test_only_an_object_with_members_is_a_record(value: JsonValue) -> None:
    with pytest.raises(InvalidInput):
        check_binding(value)


def test_a_record_has_a_largest_size() -> None:
    with pytest.raises(InvalidInput, match="bytes"):
        check_binding({"seed": {"text": "x" * BINDING_BYTES_MAX}})


def test_the_doi_is_among_the_identifiers_or_in_the_seed() -> None:
    assert find_doi(RECORD) == "10.5555/abc"
    assert find_doi({"seed": {"doi": "10.5555/seed"}}) == "10.5555/seed"
    assert find_doi({"license": "CC0-1.0"}) is None
    assert find_doi(None) is None
