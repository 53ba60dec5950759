"""ISCC-IDs under the names of both packages."""

from __future__ import annotations

import time
from hashlib import sha256

from iscckit.codec.iscc_id import IsccId, iscc_id_v0, next_iscc_id_v0
from iscckit.codec.unit import Unit
from iscckit.compat.code_functions import iscc_decode
from iscckit.compat.enumerations import IsccResult

__all__ = [
    "alg_simhash_from_iscc_id",
    "gen_iscc_id",
    "gen_iscc_id_v0",
    "gen_iscc_id_v1",
    "iscc_id_incr",
    "iscc_id_incr_v0",
]


def gen_iscc_id_v1(timestamp: int | None = None, hub_id: int = 0, realm_id: int = 0) -> IsccResult:
    """Make an ISCC-ID of the microseconds since 1970 (by default now), the hub and the realm."""
    if timestamp is None:
        timestamp = time.time_ns() // 1000
    return IsccResult(iscc=str(IsccId(timestamp, hub_id, realm_id)))


gen_iscc_id = gen_iscc_id_v1


def gen_iscc_id_v0(iscc_code: str, chain_id: int, wallet: str, uc: int = 0) -> IsccResult:
    """Make a legacy ISCC-ID of a code and a wallet address."""
    return IsccResult(iscc=str(iscc_id_v0(iscc_code, chain_id, wallet, counter=uc)))


def iscc_id_incr_v0(iscc_id: str) -> str:
    """Return a legacy ISCC-ID with the next counter, without ``ISCC:``."""
    return next_iscc_id_v0(Unit.parse(iscc_id)).code


iscc_id_incr = iscc_id_incr_v0


def alg_simhash_from_iscc_id(iscc_id: str, wallet: str) -> str:
    """Return the similarity hash of a legacy ISCC-ID without its wallet, in hexadecimal."""
    mask = sha256(wallet.encode("ascii")).digest()
    body = iscc_decode(iscc_id)[4]
    return bytes(a ^ b for a, b in zip(body[:8], mask, strict=False)).hex()
