"""``Code``: one code and its representations, as in iscc_core."""

from __future__ import annotations

import builtins
import random
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from iscckit.codec import bases
from iscckit.compat import headers as raw
from iscckit.compat.code_functions import (
    iscc_clean,
    iscc_distance_bytes,
    iscc_explain,
    iscc_type_id,
)
from iscckit.compat.enumerations import LN, MT, ST, ST_CC, ST_ID, ST_ID_REALM, ST_ISCC, VS
from iscckit.errors import InvalidInput

__all__ = ["Code"]

_SUBTYPES: Final[dict[MT, type[IntEnum]]] = {
    MT.SEMANTIC: ST_CC,
    MT.CONTENT: ST_CC,
    MT.ISCC: ST_ISCC,
    MT.ID: ST_ID,
}

Fields = tuple[int, int, int, int, bytes]  # MainType, SubType, Version, length field, body


_DRAWN: Final[dict[MT, list[IntEnum]]] = {MT.CONTENT: list(ST_CC), MT.ID: list(ST_ID)}


def _draw_composite(rgen: random.Random, st: int | None, bits: int) -> tuple[int, int, int]:
    """Return SubType, length field and bits of a random ISCC-CODE."""
    if st == ST_ISCC.WIDE:
        return st, 0, 256
    if st is not None:
        raise InvalidInput("of the SubTypes of a random ISCC-CODE only WIDE can be chosen")
    if bits not in (128, 192, 256, 320):
        raise InvalidInput(f"a random ISCC-CODE has 128, 192, 256 or 320 bits, not {bits}")
    if bits == 128:
        return ST_ISCC.SUM, 0, bits
    units: tuple[MT, ...] = (MT.META, MT.SEMANTIC, MT.CONTENT)
    if bits == 256:
        units = (MT.META, rgen.choice((MT.CONTENT, MT.SEMANTIC)))
    elif bits == 192:
        units = (rgen.choice(units),)
    return rgen.choice((0, 1, 2, 3, 4)), raw.encode_units(units), bits


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

    # --- random codes

    rgen = random.Random(0)

    @classmethod
    def rnd(
        cls,
        mt: int | None = None,
        st: int | None = None,
        bits: int = 64,
        data: builtins.bytes | None = None,
    ) -> Code:
        """Return a code of random bits, for tests.

        Args:
            mt: The MainType; by default a random one.
            st: The SubType; by default a random one. Of an ISCC-CODE only ``ST_ISCC.WIDE`` can be
                asked for.
            bits: The length of the body; of an ISCC-CODE 128 to 320 in steps of 64.
            data: The body in place of random bits.

        The draws from ``rgen`` are those of iscc_core: one seed gives the codes of both packages.
        """
        if mt is None:
            mt = cls.rgen.choice(list(MT))
        if mt == MT.ISCC:
            st, length, bits = _draw_composite(cls.rgen, st, bits)
        else:
            if st is None:
                st = cls.rgen.choice(_DRAWN.get(MT(mt), [ST.NONE]))
            length = raw.encode_length(mt, bits)
        if data is None:
            data = cls.rgen.getrandbits(bits).to_bytes(bits // 8, "big")
        return cls((mt, st, VS.V0, length, data))

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
