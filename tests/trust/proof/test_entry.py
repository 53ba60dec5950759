"""Entries: the golden chain, byte for byte, and what is not an entry."""

import json
from typing import Any

import pytest
from tests.trust.golden import DELETION, NOTES, VECTORS

from iscckit.errors import InvalidInput
from iscckit.trust.proof.entry import ENTRY_SCHEMA, MAX_ENTRY, make_entry, read_entry
from iscckit.trust.proof.strict_json import canonicalize

FIRST, SECOND = VECTORS["iscc_ids"]


@pytest.mark.parametrize(
    ("number", "iscc_id", "note", "kind"),
    [(0, FIRST, NOTES[0], "note"), (1, SECOND, NOTES[1], "note"), (2, FIRST, DELETION, "deletion")],
)
def test_the_golden_chain(number: int, iscc_id: str, note: dict[str, Any], kind: str) -> None:
    record = make_entry(iscc_id, note)
    assert record.decode() == VECTORS["log_entries"][number]
    entry = read_entry(record)
    assert (str(entry.iscc_id), entry.kind, entry.note) == (iscc_id, kind, note)
    assert entry.record == record


@pytest.mark.parametrize("note", [{}, {"$schema": "https://example.com/x"}, {"$schema": [1]}])
def test_unknown_kinds_are_entries(note: dict[str, Any]) -> None:
    assert read_entry(make_entry(FIRST, note)).kind == "other"


def test_long_entries_and_other_ids_are_refused() -> None:
    with pytest.raises(InvalidInput, match="more than 65535"):
        make_entry(FIRST, {"x": MAX_ENTRY * "a"})
    for iscc_id in (FIRST.lower(), "ISCC:MAIWGQRD43YZQUAA", "x"):
        with pytest.raises(InvalidInput):
            make_entry(iscc_id, NOTES[0])


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b"{}",
        VECTORS["log_entries"][0].encode() + b"\n",
        json.dumps(json.loads(VECTORS["log_entries"][0])).encode(),
        canonicalize({"$schema": ENTRY_SCHEMA, "iscc_id": FIRST, "note": []}),
        canonicalize({"$schema": ENTRY_SCHEMA, "iscc_id": FIRST, "note": {}, "v": 1}),
        canonicalize({"$schema": ENTRY_SCHEMA, "iscc_id": FIRST[5:], "note": {}}),
        canonicalize({"$schema": ENTRY_SCHEMA, "iscc_id": 1, "note": {}}),
        canonicalize({"$schema": "x", "iscc_id": FIRST, "note": {}}),
        canonicalize({"$schema": ENTRY_SCHEMA, "note": {}}),
    ],
)
def test_other_bytes_are_not_entries(record: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_entry(record)
