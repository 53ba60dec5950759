"""ISCC-CODEs as text: clean, normalize, validate, take apart and put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.problems import STRICT, Reason, invalid, refused
from iscckit.codec.unit import MainType, Unit, unit_of

__all__ = [
    "Decoded",
    "clean",
    "compose",
    "composite",
    "decode",
    "decompose",
    "decompose_codes",
    "is_valid",
    "normalize",
    "readable",
    "type_id",
    "uri",
    "validate",
]


_MAINTYPES: Final = tuple(MainType)  # faster by number than a call of the enumeration


class Decoded(NamedTuple):
    """Header fields and body of one code.

    Attributes:
        maintype: The kind of code, composites included.
        subtype: As in the header; its meaning depends on the MainType.
        version: As in the header.
        length: The raw field: 32-bit blocks less one, of a composite the pattern of its optional
            units (META 4, SEMANTIC 2, CONTENT 1), of an ISCC-ID the bytes of its counter.
        body: What follows the header.
    """

    maintype: MainType
    subtype: int
    version: int
    length: int
    body: bytes


def clean(code: str) -> str:
    """Remove the scheme, outer whitespace and grouping hyphens; look at nothing else.

    Args:
        code: Any spelling. Hyphens of a base64url multiformat are symbols and stay.

    Returns:
        The bare code in the case it was given.

    Raises:
        InvalidCode: Empty, a scheme other than ``ISCC``, or more than one colon.
    """
    try:
        return _kernel.codec_clean(code, STRICT)
    except ValueError as error:
        raise invalid(code, error) from None


def normalize(code: str) -> str:
    """Return the canonical form of any spelling.

    Args:
        code: A unit, ISCC-CODE, ISCC-ID or sequence of units, bare or with scheme, in either
            case, with hyphens, or as a multiformat.

    Returns:
        ``ISCC:`` and base32 in upper case. A sequence of units becomes the ISCC-CODE composed
        of them, which keeps 64 bits of each.

    Raises:
        InvalidCode: Not well-formed, with place, reason and where possible the repair.
        InvalidInput: A sequence from which no ISCC-CODE can be composed.
    """
    try:
        return _kernel.codec_normalize(code, STRICT)
    except ValueError as error:
        raise _malformed(code, error) from None


def uri(code: str) -> str:
    """Return the URI form of any spelling: scheme and base32 in lower case.

    Raises:
        InvalidCode: As for ``normalize``.

    Source:
        IEP-0001.
    """
    return normalize(code).lower()


def decode(code: str) -> Decoded:
    """Return header fields and body of any spelling, normalized first.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        maintype, subtype, version, length, body = _kernel.codec_decode(code, STRICT)
    except ValueError as error:
        raise _malformed(code, error) from None
    return Decoded(_MAINTYPES[maintype], subtype, version, length, body)


def decompose(code: str) -> list[Unit]:
    """Take a code apart into its units.

    Args:
        code: Any spelling of a unit, an ISCC-CODE, an ISCC-ID or the base32 form of an ISCC-SEQ.

    Returns:
        The units in the order META, SEMANTIC, CONTENT, DATA, INSTANCE of an ISCC-CODE (64 bits
        each, 128 of a WIDE one), in their own order of a sequence, and one of anything else.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return list(map(unit_of, _kernel.codec_units(code, STRICT)))
    except ValueError as error:
        raise invalid(code, error) from None


def decompose_codes(code: str) -> list[str]:
    """Like ``decompose``, but return base32 without prefix, in one call of the kernel."""
    try:
        return _kernel.codec_decompose(code, STRICT)
    except ValueError as error:
        raise invalid(code, error) from None


def compose(units: Sequence[str | Unit], *, wide: bool = False) -> str:
    """Put units together to an ISCC-CODE.

    Args:
        units: A Data-Code and an Instance-Code and at most one each of Meta, Semantic and
            Content, in any order, each of at least 64 bits.
        wide: Make a WIDE ISCC-CODE, which keeps 128 bits of Data and Instance.

    Returns:
        The canonical form. Without ``wide`` it keeps the first 64 bits of each unit.

    Raises:
        InvalidCode: A unit is not well-formed.
        InvalidInput: Units that do not go together, or ``wide`` with other units than Data and
            Instance of 128 bits. iscc-core and iscc-lib then fall back to the standard form
            without a word; IEP-0016 demands an error.

    Source:
        ISO 24138:2024, ISCC-CODE; IEP-0016. Vectors: ``gen_iscc_code_v0`` of iscc-core 1.5.0.
    """
    try:
        return _kernel.codec_compose(units, int(wide), STRICT)
    except ValueError as error:
        reason, _, which = error.args
        culprit = units[which] if which < len(units) else ""
        if isinstance(culprit, str) and reason < Reason.NOT_A_UNIT:
            raise invalid(culprit, error) from None
        whole = reason in (Reason.TOO_FEW_UNITS, Reason.DATA_INSTANCE_MISSING, Reason.NOT_WIDE)
        raise refused("units" if whole else str(culprit), error) from None


def composite(units: Sequence[Unit]) -> str:
    """Put together those of a file's units that the standard has a place for.

    Units of private models are left out: a composite has one Version for all of its units.

    Raises:
        InvalidInput: As for ``compose``.
    """
    return compose([unit for unit in units if unit.version == 0])


def validate(code: str) -> None:
    """Demand that ``code`` is one well-formed code in canonical form.

    Stricter than iscc-core: unused bits must be zero, SubType and Length of an ISCC-CODE must
    agree, and an ISCC-ID V1 has realm 0 or 1.

    Raises:
        InvalidCode: It is not, with place, reason and where possible the repair.
    """
    try:
        _kernel.codec_check(code, STRICT)
    except ValueError as error:
        raise invalid(code, error) from None


def is_valid(code: str) -> bool:
    """Tell whether ``validate`` would accept ``code``."""
    return _kernel.codec_valid(code, STRICT)


def type_id(code: str) -> str:
    """Return kind, version and length in words, for example ``ISCC-IMAGE-V0-MCDI``.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return _kernel.codec_type_id(code, STRICT)
    except ValueError as error:
        raise _malformed(code, error) from None


def readable(code: str) -> str:
    """Return ``type_id`` and the body: in hex, of an ISCC-ID its time and hub or its counter.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return _kernel.codec_explain(code, STRICT)
    except ValueError as error:
        raise _malformed(code, error) from None


def _malformed(code: str, error: ValueError) -> Exception:
    """Return the error for a code, or for a sequence whose units do not go together."""
    if error.args[0] > Reason.NOT_A_UNIT:
        return refused(repr(code), error)
    return invalid(code, error)
