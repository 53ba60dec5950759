"""Functions of iscc_core that parse and compare codes, with its leniency.

``iscckit.codec`` is strict. These functions accept what iscc_core 1.5.0 accepts: slack bits,
undefined SubTypes and Versions, composites with contradictory headers.
"""

from __future__ import annotations

from typing import Any, Final

from iscckit import _kernel
from iscckit.algorithms.hamming import equal_bits
from iscckit.codec.faults import LENIENT, to_invalid_code
from iscckit.compat.enumerations import MT, ST, ST_CC, VS
from iscckit.compat.failures import AssertedInput
from iscckit.errors import InvalidCode, InvalidInput

__all__ = [
    "iscc_clean",
    "iscc_compare",
    "iscc_decode",
    "iscc_decompose",
    "iscc_distance",
    "iscc_distance_bytes",
    "iscc_explain",
    "iscc_normalize",
    "iscc_nph_compare",
    "iscc_nph_distance_bytes",
    "iscc_nph_similarity_bytes",
    "iscc_similarity",
    "iscc_type_id",
    "iscc_validate",
    "iscc_validate_mf",
    "normalize_multiformat",
]

# Indexed tables and module-level names of members are several times faster than an enumeration.
_ID: Final = MT.ID
_INSTANCE: Final = MT.INSTANCE
_MAINTYPES: Final = tuple(MT)
_SUBTYPES: Final = tuple(ST(value) for value in range(8))
_VERSIONS: Final = tuple(VS)


# --- one code -------------------------------------------------------------------------------


def iscc_clean(iscc: str) -> str:
    """Remove scheme, outer whitespace and hyphens; a scheme alone leaves an empty text."""
    try:
        return _kernel.codec_clean(iscc, LENIENT)
    except ValueError as error:
        scheme, colon, rest = iscc.partition(":")
        if colon and scheme.strip().lower() == "iscc" and not rest.replace("-", "").strip():
            return ""
        raise to_invalid_code(iscc, error) from None


def normalize_multiformat(iscc_code: str) -> str:
    """Return a multiformat as base32; clean any other spelling."""
    code = iscc_clean(iscc_code)
    if code and code[0] not in "fbvzu":
        return code
    try:
        return _kernel.base_encode(_kernel.codec_bytes(iscc_code, LENIENT), "b")
    except ValueError as error:
        raise to_invalid_code(iscc_code, error) from None


def iscc_normalize(iscc_code: str) -> str:
    """Return the canonical form; a sequence of units becomes an ISCC-CODE."""
    try:
        return _kernel.codec_normalize(iscc_code, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc_code, error) from None


def iscc_decompose(iscc_code: str) -> list[str]:
    """Decompose a code or a sequence into base32 units without ``ISCC:``."""
    try:
        return _kernel.codec_decompose(iscc_code, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc_code, error) from None


def iscc_decode(iscc: str) -> tuple[MT, int, int, int, bytes]:
    """Return MainType, SubType, Version, the raw length field and the body."""
    try:
        main, sub, version, length, body = _kernel.codec_decode(iscc, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc, error) from None
    return (
        _MAINTYPES[main],
        _SUBTYPES[sub] if sub < len(_SUBTYPES) else sub,
        _VERSIONS[version] if version < len(_VERSIONS) else version,
        length,
        body,
    )


def iscc_type_id(iscc: str) -> str:
    """Return the kind, version and length in words."""
    try:
        return _kernel.codec_type_id(iscc, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc, error) from None


def iscc_explain(iscc: str) -> str:
    """Return ``iscc_type_id`` and the body in readable form."""
    try:
        return _kernel.codec_explain(iscc, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc, error) from None


def iscc_validate(iscc: str, strict: bool = True) -> bool:
    """Return whether a code is canonical; with ``strict`` raise an error if it is not."""
    if not strict:
        return _kernel.codec_valid(iscc, LENIENT)
    try:
        _kernel.codec_check(iscc, LENIENT)
    except ValueError as error:
        raise to_invalid_code(iscc, error) from None
    return True


def iscc_validate_mf(iscc: str, strict: bool = True) -> bool:
    """Return whether a code in any spelling is valid, as ``iscc_validate`` does."""
    try:
        return iscc_validate(f"ISCC:{normalize_multiformat(iscc)}", strict)
    except InvalidCode:
        if strict:
            raise
        return False


# --- two codes ------------------------------------------------------------------------------


def _distance(a: str, b: str) -> tuple[int, int]:
    """Return the numbers of differing and of all bits of two codes of one kind and length."""
    try:
        return _kernel.codec_distance(a, b, LENIENT)
    except ValueError as error:
        raise to_invalid_code((a, b)[error.args[2]], error) from None


def iscc_distance(a: str, b: str) -> int:
    """Return the number of differing bits of two codes with equal headers."""
    return _distance(a, b)[0]


def iscc_similarity(a: str, b: str) -> int:
    """Return the share of equal bits of two codes with equal headers, in percent, rounded down."""
    differing, bits = _distance(a, b)
    return int((bits - differing) / bits * 100)


def _pairs(a: str, b: str) -> list[tuple[int, int, int, int, int, int]]:
    """Return MainType, SubType, Version, bits, bits and distance of each pair of one kind."""
    try:
        return _kernel.codec_compare(a, b, LENIENT)
    except ValueError as error:
        raise to_invalid_code((a, b)[error.args[2]], error) from None


_DISTANCE_KEYS: Final = tuple(f"{kind.name.lower()}_dist" for kind in MT)


def iscc_compare(a: str, b: str) -> dict[str, int | bool]:
    """Return the distance of each pair of units of one kind; for INSTANCE whether they match.

    Two ISCC-IDs with a timestamp give ``id_match``. It is true only if both are equal, and units of
    different versions are not compared, unlike in iscc_core.

    Raises:
        InvalidInput: Two units of one kind have different lengths.
    """
    result: dict[str, int | bool] = {}
    for main, _, version, bits_a, bits_b, differing in _pairs(a, b):
        if main == _ID and version == 1:
            return {"id_match": not differing}
        if main == _INSTANCE:
            result["instance_match"] = not differing and bits_a == bits_b
        elif bits_a == bits_b:
            result[_DISTANCE_KEYS[main]] = differing
        else:
            raise InvalidInput(f"bodies of unequal length: {bits_a} and {bits_b} bits")
    return result


def iscc_nph_compare(a: str, b: str) -> dict[str, dict[str, float | int]]:
    """Return the similarity of each pair of units of one kind over their common prefix."""
    result: dict[str, dict[str, float | int]] = {}
    for main, sub, version, bits_a, bits_b, differing in _pairs(a, b):
        if main == _ID:
            continue
        kind = ST_CC(sub).name if main in (MT.SEMANTIC, MT.CONTENT) else "NONE"
        common = min(bits_a, bits_b)
        similarity = 1.0 - differing / common
        if main == _INSTANCE:
            similarity, common = float(not differing and bits_a == bits_b), bits_a
        key = f"{_MAINTYPES[main].name}_{kind}_V{version}"
        result[key] = {"similarity": similarity, "common_prefix_bits": common}
    return result


# --- two bodies -----------------------------------------------------------------------------


def iscc_distance_bytes(a: bytes, b: bytes) -> int:
    """Return the Hamming distance of two byte strings of equal length."""
    if len(a) != len(b):
        raise AssertedInput(f"bodies of unequal length: {len(a)} and {len(b)} bytes")
    return 8 * len(a) - equal_bits(a, b)


def _prefix(a: bytes, b: bytes) -> tuple[float, int]:
    """Return the share of differing bits of the common prefix, and its length in bits."""
    size = min(len(a), len(b))
    if size == 0:
        return float(len(a) != len(b)), 0
    return iscc_distance_bytes(a[:size], b[:size]) / (8 * size), 8 * size


def iscc_nph_distance_bytes(a: bytes, b: bytes) -> dict[str, Any]:
    """Return the normalised prefix Hamming distance and the length of the prefix."""
    distance, bits = _prefix(a, b)
    return {"distance": distance, "common_prefix_bits": bits}


def iscc_nph_similarity_bytes(a: bytes, b: bytes) -> dict[str, Any]:
    """Return one minus the normalised prefix Hamming distance and the length of the prefix."""
    distance, bits = _prefix(a, b)
    return {"similarity": 1.0 - distance, "common_prefix_bits": bits}
