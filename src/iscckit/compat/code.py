"""``Code``: one code and its representations, as in iscc_core."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from iscckit.codec import bases
from iscckit.compat import bytes as raw
from iscckit.compat.codes import iscc_clean, iscc_distance_bytes, iscc_explain, iscc_type_id
from iscckit.compat.types import LN, MT, ST, ST_CC, ST_ID, ST_ID_REALM, ST_ISCC, VS
from iscckit.errors import InvalidInput

__all__ = ["Code"]

_SUBTYPES: Final[dict[MT, type[IntEnum]]] = {
    MT.SEMANTIC: ST_CC,
    MT.CONTENT: ST_CC,
    MT.ISCC: ST_ISCC,
    MT.ID: ST_ID,
}

Fields = tuple[int, int, int, int, bytes]  # MainType, SubType, Version, length field, body


class Code:
    """A unit or an ISCC-CODE; two are equal if header and body are.

    Args:
        code: Base32 with or without ``ISCC:``, the bytes of header and body, the five fields of
            ``decode_header``, or another ``Code``.
    """

    def __init__(self, code: str | builtins.bytes | Fields | Code) -> None:
        if isinstance(code, Code):
            self._fields: Fields = code._fields
        elif isinstance(code, str):
            self._fields = raw.decode_header(raw.decode_base32(iscc_clean(code)))
        elif isinstance(code, builtins.bytes):
            self._fields = raw.decode_header(code)
        elif isinstance(code, tuple):
            self._fields = code
        else:
            raise InvalidInput(f"code must be str, bytes, tuple or Code, got {type(code).__name__}")

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f'Code("{self.code}")'

    def __bytes__(self) -> builtins.bytes:
        return self.header_bytes + self.hash_bytes

    def __iter__(self) -> Iterator[int | builtins.bytes]:
        return iter(self._fields)

    def __xor__(self, other: Code) -> int:
        return iscc_distance_bytes(self.hash_bytes, other.hash_bytes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Code) and self.bytes == other.bytes

    def __hash__(self) -> int:
        return hash(self.bytes)

    # --- header

    @property
    def header_bytes(self) -> builtins.bytes:
        """The header."""
        return raw.encode_header(*self._fields[:4])

    @property
    def maintype(self) -> MT:
        """The kind of code."""
        return MT(self._fields[0])

    @property
    def subtype(self) -> IntEnum:
        """The SubType in the enumeration of its MainType."""
        if self.maintype == MT.ID and self.version == VS.V1:
            return ST_ID_REALM(self._fields[1])
        return _SUBTYPES.get(self.maintype, ST)(self._fields[1])

    @property
    def version(self) -> VS:
        """The version."""
        return VS(self._fields[2])

    @property
    def length(self) -> LN:
        """The bits of the body according to the header."""
        main, sub, _, length, _ = self._fields
        return raw.decode_length(main, length, sub)

    # --- the whole code

    @property
    def bytes(self) -> builtins.bytes:
        """The header and body."""
        return self.__bytes__()

    @property
    def code(self) -> str:
        """The code in base32 without ``ISCC:``."""
        return raw.encode_base32(self.bytes)

    @property
    def uri(self) -> str:
        """The canonical form."""
        return f"ISCC:{self.code}"

    @property
    def hex(self) -> str:
        """The header and body in hexadecimal."""
        return self.bytes.hex()

    @property
    def base32hex(self) -> str:
        """The header and body in base32hex."""
        return raw.encode_base32hex(self.bytes)

    @property
    def uint(self) -> int:
        """The header and body as a number."""
        return int.from_bytes(self.bytes, "big")

    @property
    def type_id(self) -> str:
        """The kind, version and length in words."""
        return iscc_type_id(self.code)

    @property
    def explain(self) -> str:
        """The ``type_id`` and the body in readable form."""
        return iscc_explain(self.code)

    # --- the body

    @property
    def hash_bytes(self) -> builtins.bytes:
        """The body."""
        return self._fields[4]

    @property
    def hash_hex(self) -> str:
        """The body in hexadecimal."""
        return self.hash_bytes.hex()

    @property
    def hash_base32(self) -> str:
        """The body in base32."""
        return raw.encode_base32(self.hash_bytes)

    @property
    def hash_base32hex(self) -> str:
        """The body in base32hex."""
        return raw.encode_base32hex(self.hash_bytes)

    @property
    def hash_uint(self) -> int:
        """The body as a number."""
        return int.from_bytes(self.hash_bytes, "big")

    @property
    def hash_bits(self) -> str:
        """The body as ``0`` and ``1``."""
        return f"{self.hash_uint:0{8 * len(self.hash_bytes)}b}"

    @property
    def hash_ints(self) -> list[int]:
        """The body as zeros and ones."""
        return [int(bit) for bit in self.hash_bits]

    # --- multiformats

    @property
    def mc_bytes(self) -> builtins.bytes:
        """The multicodec prefix, header and body."""
        return bases.MULTICODEC + self.bytes

    @property
    def mf_base16(self) -> str:
        """The multiformat in base16."""
        return bases.encode_multiformat(self.bytes, bases.Base.BASE16)

    @property
    def mf_base32(self) -> str:
        """The multiformat in base32."""
        return bases.encode_multiformat(self.bytes, bases.Base.BASE32)

    @property
    def mf_base32hex(self) -> str:
        """The multiformat in base32hex."""
        return bases.encode_multiformat(self.bytes, bases.Base.BASE32HEX)

    @property
    def mf_base58btc(self) -> str:
        """The multiformat in base58btc."""
        return bases.encode_multiformat(self.bytes, bases.Base.BASE58BTC)

    @property
    def mf_base64url(self) -> str:
        """The multiformat in base64url."""
        return bases.encode_multiformat(self.bytes, bases.Base.BASE64URL)
