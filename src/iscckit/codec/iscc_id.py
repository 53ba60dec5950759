"""ISCC-IDs: V1 from a timestamp and a hub, V0 (legacy) from a code and a wallet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidInput

__all__ = ["IsccId", "iscc_id_v0", "next_iscc_id_v0"]

_HUB_BITS: Final = 12
_TIMESTAMP_BITS: Final = 52  # microseconds, enough until 2112
_REALMS: Final = (0, 1)  # test network, operational network
_CHAINS: Final = 4  # PRIVATE, BITCOIN, ETHEREUM, POLYGON
_COUNTER_MAX: Final = 2**28 - 1  # four bytes of LEB128
_HASH_BYTES: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Fields(NamedTuple):
    timestamp: int
    hub: int
    realm: int


class IsccId(_Fields):
    """An ISCC-ID V1: the hub that timestamped a declaration, and the time.

    ISCC-IDs can be compared for equality only.

    Attributes:
        timestamp: The time since 1970-01-01 UTC in microseconds, below 2**52.
        hub: The number of the issuing hub, 0..4095.
        realm: 0 for the test network, 1 for the operational one.
    """

    __slots__ = ()

    def __new__(cls, timestamp: int, hub: int = 0, realm: int = 0) -> IsccId:
        """Check the fields and make the ISCC-ID.

        Raises:
            InvalidInput: A field is out of range.
        """
        if not 0 <= timestamp < 1 << _TIMESTAMP_BITS:
            raise InvalidInput(f"timestamp must be 0..2**{_TIMESTAMP_BITS} - 1, got {timestamp}")
        if not 0 <= hub < 1 << _HUB_BITS:
            raise InvalidInput(f"hub must be 0..{(1 << _HUB_BITS) - 1}, got {hub}")
        if realm not in _REALMS:
            raise InvalidInput(f"realm must be 0 (test) or 1 (operational), got {realm}")
        return tuple.__new__(cls, (timestamp, hub, realm))

    @classmethod
    def parse(cls, text: str) -> IsccId:
        """Parse an ISCC-ID V1 in any spelling.

        Raises:
            InvalidCode: The text is malformed.
            InvalidInput: The text is another kind of code.
        """
        unit = decompose(text)[0]
        if unit.maintype != MainType.ID or unit.version != 1:
            raise InvalidInput(f"{text!r} is not an ISCC-ID V1 but {unit.type_id}")
        value = int.from_bytes(unit.body)
        return cls(value >> _HUB_BITS, value & (1 << _HUB_BITS) - 1, unit.subtype)

    @property
    def unit(self) -> Unit:
        """The ISCC-ID as a unit of MainType ID."""
        body = (self.timestamp << _HUB_BITS | self.hub).to_bytes(8)
        return Unit(MainType.ID, self.realm, body, 1)

    @property
    def time(self) -> datetime:
        """The timestamp in UTC."""
        return _EPOCH + timedelta(microseconds=self.timestamp)

    def __str__(self) -> str:
        """Return the canonical form, ``ISCC:`` and base32."""
        return str(self.unit)


def iscc_id_v0(code: str, chain: int, wallet: str, *, counter: int = 0) -> Unit:
    """Make a legacy ISCC-ID, the similarity hash of a code masked by a wallet address.

    Args:
        code: An ISCC-CODE or units; an Instance-Code counts only if it is the only unit.
        chain: 0 PRIVATE, 1 BITCOIN, 2 ETHEREUM, 3 POLYGON.
        wallet: The address in ASCII, in the spelling of its chain.
        counter: The number among equal IDs of one wallet; 0 takes no bytes.

    Returns:
        An ID unit of Version 0.

    Raises:
        InvalidCode: ``code`` is malformed.
        InvalidInput: ``code`` is an ISCC-ID, or another argument is out of range.

    Source:
        ``gen_iscc_id_v0`` of iscc-core 1.5.0.
    """
    if chain not in range(_CHAINS) or not wallet.isascii():
        raise InvalidInput(f"chain must be 0..{_CHAINS - 1} and wallet ASCII")
    units = decompose(code)
    if any(unit.maintype == MainType.ID for unit in units):
        raise InvalidInput("an ISCC-ID cannot be made from an ISCC-ID")
    hashed = [unit for unit in units if unit.maintype != MainType.INSTANCE] or units[:1]
    if any(len(unit.body) < _HASH_BYTES - 1 for unit in hashed):
        raise InvalidInput("an ISCC-ID needs units of at least 64 bits")

    digest = _kernel.simhash(
        b"".join(unit.data[:1] + unit.body[:7] for unit in hashed), _HASH_BYTES
    )
    mask = sha256(wallet.encode("ascii")).digest()
    body = bytes(a ^ b for a, b in zip(digest, mask, strict=False))
    return Unit(MainType.ID, chain, body + _leb128(counter))


def next_iscc_id_v0(iscc_id: Unit) -> Unit:
    """Return the legacy ISCC-ID with the next counter.

    Raises:
        InvalidInput: The unit is of another kind, or its counter is at the maximum.
    """
    if iscc_id.maintype != MainType.ID or iscc_id.version != 0:
        raise InvalidInput(f"only an ISCC-ID V0 has a counter, not {iscc_id.type_id}")
    body = iscc_id.body
    counter = sum((byte & 0x7F) << 7 * i for i, byte in enumerate(body[_HASH_BYTES:]))
    return Unit(MainType.ID, iscc_id.subtype, body[:_HASH_BYTES] + _leb128(counter + 1))


def _leb128(counter: int) -> bytes:
    """Return the counter as unsigned LEB128; empty for 0."""
    if not 0 <= counter <= _COUNTER_MAX:
        raise InvalidInput(f"counter must be 0..{_COUNTER_MAX}, got {counter}")
    out = bytearray()
    while counter:
        out.append(counter & 0x7F | (0x80 if counter > 0x7F else 0))
        counter >>= 7
    return bytes(out)
