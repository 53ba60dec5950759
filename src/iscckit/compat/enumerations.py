"""Enumerations and result types under the names of iscc_core and iscc_lib."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple

from iscckit.codec.unit import MainType

__all__ = [
    "LN",
    "MT",
    "MULTIBASE",
    "ST",
    "ST_CC",
    "ST_ID",
    "ST_ID_REALM",
    "ST_ISCC",
    "VS",
    "IsccResult",
    "core_opts",
]

MT = MainType


class ST(IntEnum):
    """The SubTypes with the numbers of iscc_lib; ``ST.NONE`` is also in iscc_core."""

    NONE = 0
    IMAGE = 1
    AUDIO = 2
    VIDEO = 3
    MIXED = 4
    SUM = 5
    ISCC_NONE = 6
    WIDE = 7
    TEXT = 0  # an alias of NONE, as in iscc_lib


class ST_CC(IntEnum):  # noqa: N801
    """The SubTypes of CONTENT and SEMANTIC."""

    TEXT = 0
    IMAGE = 1
    AUDIO = 2
    VIDEO = 3
    MIXED = 4


class ST_ISCC(IntEnum):  # noqa: N801
    """The SubTypes of ISCC-CODEs."""

    TEXT = 0
    IMAGE = 1
    AUDIO = 2
    VIDEO = 3
    MIXED = 4
    SUM = 5
    NONE = 6
    WIDE = 7


class ST_ID(IntEnum):  # noqa: N801
    """The SubTypes of ISCC-IDs of version 0."""

    PRIVATE = 0
    BITCOIN = 1
    ETHEREUM = 2
    POLYGON = 3


class ST_ID_REALM(IntEnum):  # noqa: N801
    """The SubTypes of ISCC-IDs of version 1."""

    REALM_0 = 0
    REALM_1 = 1


class VS(IntEnum):
    """The Versions of headers."""

    V0 = 0
    V1 = 1


class LN(IntEnum):
    """The lengths of bodies in bits."""

    L32 = 32
    L64 = 64
    L72 = 72
    L80 = 80
    L96 = 96
    L128 = 128
    L160 = 160
    L192 = 192
    L224 = 224
    L256 = 256
    L320 = 320


class MULTIBASE(StrEnum):
    """The first characters of multibase spellings."""

    base16 = "f"
    base32 = "b"
    base32hex = "v"
    base58btc = "z"
    base64url = "u"


class IsccResult(dict[str, Any]):
    """A result: a dict as in iscc_core, with attributes as in iscc_lib."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Return the value of the key ``name``."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class _Options(NamedTuple):
    """The options of both packages that programs read; they do not change results."""

    meta_bits: int = 64
    meta_trim_name: int = 128
    meta_trim_description: int = 4096
    meta_trim_meta: int = 128_000
    meta_ngram_size_text: int = 3
    meta_ngram_size_bytes: int = 4
    text_bits: int = 64
    text_ngram_size: int = 13
    image_bits: int = 64
    audio_bits: int = 64
    video_bits: int = 64
    mixed_bits: int = 64
    data_bits: int = 64
    data_avg_chunk_size: int = 1024
    instance_bits: int = 64
    io_read_size: int = 2_097_152


core_opts: Final = _Options()
