"""Claims as JSON, the form in which they are stored."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

from iscckit.trust.claims.claim import Claim

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["claim_json", "pack", "unpack_claim"]


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_EFFORT: Final = 1  # of zlib: claims are short, and hashes do not shrink


def claim_json(claim: Claim) -> dict[str, JsonValue]:
    """Return a claim in JSON types."""
    return {
        "key": claim.key,
        "note": dict(claim.note),
        "signer": claim.signer.hex(),
        "binding": dict(claim.binding),
        "controller": claim.controller,
        "iscc_id": claim.iscc_id,
        "log": claim.log,
        "is_private": claim.is_private,
        "time": claim.time,
        "time_kind": claim.time_kind,
        "known": claim.known,
        "deleted": claim.deleted,
    }


def pack(value: JsonValue) -> bytes:
    """Return JSON as the tables of the claims hold it."""
    return zlib.compress(_ENCODER.encode(value).encode(), _EFFORT)


def unpack_claim(document: bytes) -> Claim:
    """Return the claim that ``pack(claim_json(claim))`` wrote."""
    values = json.loads(zlib.decompress(document))
    values["signer"] = bytes.fromhex(values["signer"])
    return Claim(**values)
