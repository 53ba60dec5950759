"""The golden chain: notes, entries and a receipt with known bytes, and keys for tests."""

import json
from pathlib import Path
from typing import Any, Final

from iscckit.trust.proof.multikey import decode_public_key, decode_secret_key

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "trust-vectors.json").read_text(encoding="utf-8")
)
NOTES: Final[list[dict[str, Any]]] = VECTORS["notes"]
DELETION: Final[dict[str, Any]] = VECTORS["delete"]
RECEIPT: Final[dict[str, Any]] = VECTORS["receipt_seq0"]

# The public test key of IEP-0019.
ALICE_MULTIKEY: Final = "z3u2So9EAtuYVuxGog4F2ksFGws8YT7pBPs4xyRbv3NJgrNA"
ALICE: Final = decode_secret_key(ALICE_MULTIKEY)
ALICE_PUBLIC: Final = decode_public_key(VECTORS["alice_pub"])
HUB_PUBLIC: Final = decode_public_key(VECTORS["hub_pub"])

# Keys of small order, canonical and not; the last six are other spellings.
WEAK_KEYS: Final = tuple(
    bytes.fromhex(text)
    for text in (
        "01" + 31 * "00",
        "ec" + 30 * "ff" + "7f",
        32 * "00",
        31 * "00" + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "01" + 30 * "00" + "80",
        "ec" + 31 * "ff",
        "ed" + 30 * "ff" + "7f",
        "ed" + 31 * "ff",
        "ee" + 30 * "ff" + "7f",
        "ee" + 31 * "ff",
    )
)
