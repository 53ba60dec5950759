"""ISCC-CODEs as text: clean, normalize, validate, decompose and compose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.faults import STRICT, Reason, to_invalid_code, to_invalid_input
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


_MAINTYPES: Final = tuple(MainType)  # an index is faster than a call of the enumeration


class Decoded(NamedTuple):
    """The header fields and the body of one code.

    Attributes:
        maintype: The kind of code, composites included.
        subtype: The SubType of the header; its meaning depends on the MainType.
        version: The Version of the header.
        length: The raw Length of the header: the number of 32-bit blocks less one for a unit, the
            pattern of optional units (META 4, SEMANTIC 2, CONTENT 1) for a composite, the bytes of
            the counter for an ISCC-ID.
        body: The bytes after the header.
    """

    maintype: MainType
    subtype: int
    version: int
    length: int
    body: bytes


def clean(code: str) -> str:
    """Remove the scheme, outer whitespace and grouping hyphens; check nothing else.

    Args:
        code: A code in any spelling. Hyphens of a base64url multiformat are symbols and stay.

    Returns:
        The bare code; its case does not change.

    Raises:
        InvalidCode: The code is empty, has another scheme than ``ISCC``, or two colons.
    """
    try:
        return _kernel.codec_clean(code, STRICT)
    except ValueError as error:
        raise to_invalid_code(code, error) from None


def normalize(code: str) -> str:
    """Return the canonical form of any spelling.

    Args:
        code: A unit, ISCC-CODE, ISCC-ID or sequence of units, bare or with scheme, in either
            case, with hyphens, or as a multiformat.

    Returns:
        ``ISCC:`` and base32 in upper case. A sequence of units becomes the ISCC-CODE composed
        of them, which keeps 64 bits of each.

    Raises:
        InvalidCode: The code is malformed; the error has place, reason and a possible repair.
        InvalidInput: No ISCC-CODE can be composed of the sequence.
    """
    try:
        return _kernel.codec_normalize(code, STRICT)
    except ValueError as error:
        raise _make_error(code, error) from None


def uri(code: str) -> str:
    """Return the URI form of any spelling: scheme and base32 in lower case.

    Raises:
        InvalidCode: As for ``normalize``.

    Source:
        IEP-0001.
    """
    return normalize(code).lower()


def decode(code: str) -> Decoded:
    """Return the header fields and the body of the normalized code.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        maintype, subtype, version, length, body = _kernel.codec_decode(code, STRICT)
    except ValueError as error:
        raise _make_error(code, error) from None
    return Decoded(_MAINTYPES[maintype], subtype, version, length, body)


def decompose(code: str) -> list[Unit]:
    """Decompose a code into its units.

    Args:
        code: Any spelling of a unit, an ISCC-CODE, an ISCC-ID or the base32 form of an ISCC-SEQ.

    Returns:
        The units of an ISCC-CODE in the order META, SEMANTIC, CONTENT, DATA, INSTANCE, with 64
        bits each (128 for a WIDE ISCC-CODE); the units of a sequence in its order; one unit
        otherwise.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return list(map(unit_of, _kernel.codec_units(code, STRICT)))
    except ValueError as error:
        raise to_invalid_code(code, error) from None


def decompose_codes(code: str) -> list[str]:
    """Return the units of ``decompose`` as base32 without prefix, in one call of the kernel."""
    try:
        return _kernel.codec_decompose(code, STRICT)
    except ValueError as error:
        raise to_invalid_code(code, error) from None


def compose(units: Sequence[str | Unit], *, wide: bool = False) -> str:
    """Compose an ISCC-CODE of units.

    Args:
        units: A Data-Code, an Instance-Code and at most one each of Meta, Semantic and Content,
            in any order, each of at least 64 bits.
        wide: Whether to make a WIDE ISCC-CODE, which keeps 128 bits of Data and Instance.

    Returns:
        The canonical form. Without ``wide`` it keeps the first 64 bits of each unit.

    Raises:
        InvalidCode: A unit is malformed.
        InvalidInput: The units cannot be combined, or ``wide`` is set with other units than Data
            and Instance of 128 bits. iscc-core and iscc-lib silently return the standard form in
            this case; IEP-0016 demands an error.

    Source:
        ISO 24138:2024, ISCC-CODE; IEP-0016. Vectors: ``gen_iscc_code_v0`` of iscc-core 1.5.0.
    """
    try:
        return _kernel.codec_compose(units, int(wide), STRICT)
    except ValueError as error:
        reason, _, which = error.args
        culprit = units[which] if which < len(units) else ""
        if isinstance(culprit, str) and reason < Reason.NOT_A_UNIT:
            raise to_invalid_code(culprit, error) from None
        whole = reason in (Reason.TOO_FEW_UNITS, Reason.DATA_INSTANCE_MISSING, Reason.NOT_WIDE)
        raise to_invalid_input("units" if whole else str(culprit), error) from None


def composite(units: Sequence[Unit]) -> str:
    """Compose an ISCC-CODE of the units that the standard defines, and skip all others.

    Units of private models are skipped, since a composite has one Version for all of its units.

    Raises:
        InvalidInput: As for ``compose``.
    """
    return compose([unit for unit in units if unit.version == 0])


def validate(code: str) -> None:
    """Check that ``code`` is one well-formed code in canonical form.

    The check is stricter than that of iscc-core: unused bits must be zero, SubType and Length of
    an ISCC-CODE must agree, and an ISCC-ID V1 has realm 0 or 1.

    Raises:
        InvalidCode: The check fails; the error has place, reason and a possible repair.
    """
    try:
        _kernel.codec_check(code, STRICT)
    except ValueError as error:
        raise to_invalid_code(code, error) from None


def is_valid(code: str) -> bool:
    """Return whether ``validate`` accepts ``code``."""
    return _kernel.codec_valid(code, STRICT)


def type_id(code: str) -> str:
    """Return the kind, version and length in words, for example ``ISCC-IMAGE-V0-MCDI``.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return _kernel.codec_type_id(code, STRICT)
    except ValueError as error:
        raise _make_error(code, error) from None


def readable(code: str) -> str:
    """Return the ``type_id`` and the body in hex; for an ISCC-ID its time and hub, or counter.

    Raises:
        InvalidCode: As for ``normalize``.
    """
    try:
        return _kernel.codec_explain(code, STRICT)
    except ValueError as error:
        raise _make_error(code, error) from None


def _make_error(code: str, error: ValueError) -> Exception:
    """Return the error for a code, or for a sequence whose units cannot be combined."""
    if error.args[0] > Reason.NOT_A_UNIT:
        return to_invalid_input(repr(code), error)
    return to_invalid_code(code, error)
