"""The faults of malformed codes: the reasons of the kernel in words, with place and repair."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from iscckit.errors import InvalidCode, InvalidInput

__all__ = ["LENIENT", "OPEN", "STRICT", "Reason", "to_invalid_code", "to_invalid_input"]

# The strictness of the kernel; enum Mode of kernel/codec/spelling.hpp.
LENIENT: Final = 0  # all that iscc-core 1.5.0 accepts
OPEN: Final = 1  # well-formed to the last bit, with any SubType and Version
STRICT: Final = 2  # also of a defined kind, with consistent composites


class Reason(IntEnum):
    """The fault that the kernel found; enum Reason of kernel/codec/bases.hpp."""

    EMPTY = 1
    SCHEME = 2
    COLONS = 3
    SYMBOL = 4
    SYMBOL_COUNT = 5
    SLACK = 6
    MULTICODEC = 7
    VARNIBBLE = 8
    HEADER_TRUNCATED = 9
    HEADER_PADDING = 10
    MAINTYPE = 11
    SUBTYPE = 12
    VERSION = 13
    LENGTH_FIELD = 14
    BODY_SHORT = 15
    BODY_LONG = 16
    COMPOSITE_SUBTYPE = 17
    WIDE_LENGTH = 18
    COMPOSITE_IN_SEQUENCE = 19
    NOT_CANONICAL = 20
    NOT_A_UNIT = 21
    TOO_FEW_UNITS = 22
    DATA_INSTANCE_MISSING = 23
    DUPLICATE_UNIT = 24
    UNIT_TOO_SHORT = 25
    SUBTYPE_MISMATCH = 26
    NOT_WIDE = 27
    NOT_COMPARABLE = 28
    SEQUENCE_MAINTYPE = 29
    TOO_LONG = 30


_WORDS: Final = {
    Reason.EMPTY: "it holds no code",
    Reason.SCHEME: "the part before the colon is not ISCC",
    Reason.COLONS: "it has more than one colon",
    Reason.SYMBOL: "a character that the encoding does not have",
    Reason.SYMBOL_COUNT: "no code has this number of symbols; one is missing or too many",
    Reason.SLACK: "the last symbol has bits that belong to no byte, so it was misread or mistyped",
    Reason.MULTICODEC: "a multiformat, but not of an ISCC: it does not begin with the bytes cc01",
    Reason.VARNIBBLE: "a header field that no number is written as",
    Reason.HEADER_TRUNCATED: "it ends inside the header",
    Reason.HEADER_PADDING: "the header is padded with something other than zero",
    Reason.MAINTYPE: "a header with an undefined MainType",
    Reason.SUBTYPE: "a header with a SubType that its MainType does not have",
    Reason.VERSION: "a header with an undefined Version of its MainType",
    Reason.LENGTH_FIELD: "a header with a length that its MainType does not have",
    Reason.BODY_SHORT: "it is shorter than its header says",
    Reason.BODY_LONG: "it is longer than its header says",
    Reason.COMPOSITE_SUBTYPE: "an ISCC-CODE whose SubType contradicts the units in it",
    Reason.WIDE_LENGTH: "a WIDE ISCC-CODE that claims to hold further units",
    Reason.COMPOSITE_IN_SEQUENCE: "an ISCC-CODE after other units; it has to stand alone",
    Reason.NOT_CANONICAL: "not in canonical form, which is ISCC: and base32 in upper case",
    Reason.NOT_A_UNIT: "not a unit of an ISCC-CODE",
    Reason.TOO_FEW_UNITS: "an ISCC-CODE needs at least a Data-Code and an Instance-Code",
    Reason.DATA_INSTANCE_MISSING: "an ISCC-CODE needs a Data-Code and an Instance-Code",
    Reason.DUPLICATE_UNIT: "an ISCC-CODE has at most one unit of each MainType",
    Reason.UNIT_TOO_SHORT: "units of an ISCC-CODE need at least 64 bits",
    Reason.SUBTYPE_MISMATCH: "Semantic-Code and Content-Code must have the same SubType",
    Reason.NOT_WIDE: (
        "a WIDE ISCC-CODE is made of exactly a Data-Code and an Instance-Code, each of 128 bits "
        "or more; leave wide out, or hash to more bits"
    ),
    Reason.NOT_COMPARABLE: "only codes of one kind and length have a distance",
    Reason.SEQUENCE_MAINTYPE: "an ISCC-SEQ holds only Meta, Semantic, Content, Data and Instance",
    Reason.TOO_LONG: "longer than any code",
}


def to_invalid_code(text: str, error: ValueError, *, repair: bool = True) -> InvalidCode:
    """Return the ``InvalidCode`` for an error of the kernel about ``text``.

    Args:
        text: The argument of the kernel.
        error: The ``ValueError(reason, byte position or None, number of the argument)``.
        repair: Whether to search for the one plausible repair.

    Returns:
        The error to raise, with the position counted in characters.
    """
    reason, position, _ = error.args
    index = None if position is None else _character(text, position)
    words = _WORDS[Reason(reason)]
    if reason == Reason.SYMBOL and index is not None and index < len(text):
        words = f"{text[index]!r} is not a symbol of the encoding"

    suggestion = None
    if repair:
        from iscckit.codec.repair import suggest

        suggestion = suggest(text, canonical=reason == Reason.NOT_CANONICAL)
    return InvalidCode(text, words, position=index, suggestion=suggestion)


def to_invalid_input(subject: str, error: ValueError) -> InvalidInput:
    """Return the ``InvalidInput`` for an error of the kernel about a value that is not text.

    Args:
        subject: The name of the value in the message.
        error: The error as for ``to_invalid_code``.
    """
    return InvalidInput(f"{subject}: {_WORDS[Reason(error.args[0])]}")


def _character(text: str, position: int) -> int:
    """Return the index of the character at a position in the UTF-8 of ``text``."""
    if text.isascii():
        return position
    try:
        return len(text.encode()[:position].decode(errors="ignore"))
    except UnicodeEncodeError as error:  # the kernel cannot encode the text either
        return error.start
