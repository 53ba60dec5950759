"""What a hub tells of its log: tiles, receipts, declarations and where they lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iscckit.codec.code import decode
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import SubType
from iscckit.errors import InvalidInput
from iscckit.trust.log.refusals import Refused
from iscckit.trust.proof.checkpoint import read_checkpoint
from iscckit.trust.proof.did import ControlledKey, make_did_document
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.gateway import expand_gateway
from iscckit.trust.proof.merkle import inclusion_path
from iscckit.trust.proof.note_fields import check_code
from iscckit.trust.proof.receipt import Inclusion, make_receipt
from iscckit.trust.proof.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    pack_entries,
    parse_tile_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iscckit.json_types import JsonValue
    from iscckit.trust.log.identity import LogIdentity
    from iscckit.trust.log.store import LogStore

__all__ = [
    "find_declarations",
    "make_hub_did",
    "make_hub_document",
    "make_stored_receipt",
    "read_tile",
    "resolve",
]

_FOUND_MAX: Final = 100
_CONTENT_BYTES: Final = 8
_DATAHASH: Final = re.compile(r"1e20[0-9a-f]{64}")


def make_hub_did(identity: LogIdentity) -> str:
    """Return the DID of a hub."""
    return f"did:web:{identity.domain.replace(':', '%3A')}"


def make_hub_document(identity: LogIdentity) -> dict[str, JsonValue]:
    """Return the DID document of a hub, with the key of its log."""
    return make_did_document(make_hub_did(identity), [ControlledKey(identity.public_key)])


def read_tile(store: LogStore, path: str) -> bytes:
    """Return a tile or a bundle of entries.

    Args:
        store: The log.
        path: Its path, beginning with ``tile/``.

    Raises:
        Refused: The path names none, or the log is not as far yet.
    """
    try:
        tile = parse_tile_path(path)
    except InvalidInput as error:
        raise Refused("NOT_FOUND", str(error)) from None
    start = tile.index * TILE_WIDTH
    level = 0 if tile.level == "entries" else tile.level * TILE_HEIGHT
    if start + tile.width > store.head().size >> level:
        raise Refused("NOT_FOUND", f"the log has no {path} yet")
    if tile.level == "entries":
        return pack_entries(store.records(start, tile.width))
    return b"".join(store.nodes(level, start, tile.width))


def make_stored_receipt(
    store: LogStore, iscc_id: str, sign: Callable[[bytes], bytes]
) -> dict[str, JsonValue]:
    """Return the receipt of a declaration, with its place in the tree of the last checkpoint.

    Raises:
        Refused: It is not declared here.
    """
    seq, _ = _find(store, iscc_id)
    checkpoint = read_checkpoint(store.head().checkpoint).checkpoint
    identity = store.identity
    path = tuple(inclusion_path(seq, checkpoint.size, store.node))
    return make_receipt(
        make_hub_did(identity),
        identity.public_key,
        sign,
        seq=seq,
        iscc_id=iscc_id,
        note=read_entry(store.record(seq)).note,
        inclusion=Inclusion(checkpoint.text, checkpoint.size, seq, path),
    )


def find_declarations(store: LogStore, query: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return the declarations of a datahash or an ISCC-CODE that are not deleted.

    Args:
        store: The log.
        query: ``datahash`` or ``iscc_code``, and not both.

    Raises:
        Refused: The query is malformed.
    """
    if query.keys() not in ({"datahash"}, {"iscc_code"}):
        raise Refused("INVALID_QUERY", "ask for datahash or for iscc_code")
    ((name, value),) = query.items()
    if name == "datahash" and not _DATAHASH.fullmatch(value):
        raise Refused("INVALID_QUERY", "a datahash is 1e20 and 64 digits in hex", name)
    content = bytes.fromhex(value)[2:10] if name == "datahash" else _read_content(value)
    found: list[JsonValue] = []
    for seq, _ in store.find_content(content, _FOUND_MAX):
        entry = read_entry(store.record(seq))
        if entry.note.get(name) == value:
            found.append({"iscc_id": str(entry.iscc_id), "seq": seq, "iscc_note": entry.note})
    return {"declarations": found}


def resolve(store: LogStore, iscc_id: str) -> tuple[dict[str, JsonValue], str | None]:
    """Return a declaration, and the address to which its gateway leads.

    Raises:
        Refused: It is not declared here, or deleted.
    """
    seq, time_us = _find(store, iscc_id)
    if store.find_deletion(time_us) is not None:
        raise Refused("DECLARATION_DELETED", f"{iscc_id} is deleted", "iscc_id")
    note = read_entry(store.record(seq)).note
    declared: dict[str, JsonValue] = {"iscc_id": iscc_id, "seq": seq, "iscc_note": note}
    gateway = note.get("gateway")
    if gateway is None:
        return declared, None
    code, datahash = str(note["iscc_code"]), str(note["datahash"])
    return declared, expand_gateway(str(gateway), iscc_id, code, datahash)


def _find(store: LogStore, text: str) -> tuple[int, int]:
    """Return the number of the entry of a declaration, and the time in its ISCC-ID."""
    try:
        iscc_id = IsccId.parse(text)
    except InvalidInput:
        raise Refused("DECLARATION_NOT_FOUND", "that is not an ISCC-ID", "iscc_id") from None
    seq = None
    if str(iscc_id) == text and iscc_id[1:] == (store.identity.hub, store.identity.realm):
        seq = store.find_declaration(iscc_id.timestamp)
    if seq is None:
        raise Refused("DECLARATION_NOT_FOUND", f"{iscc_id} is not declared here", "iscc_id")
    return seq, iscc_id.timestamp


def _read_content(code: str) -> bytes:
    """Return the bytes of a datahash that an ISCC-CODE has."""
    try:
        check_code({"iscc_code": code})
        decoded = decode(code)
    except InvalidInput as error:
        raise Refused("INVALID_QUERY", str(error), "iscc_code") from None
    width = _CONTENT_BYTES * 2 if decoded.subtype == SubType.WIDE else _CONTENT_BYTES
    return decoded.body[-width:][:_CONTENT_BYTES]
