"""ISCC-UNITs: the kinds of code, and one unit as a value."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.faults import OPEN, to_invalid_code
from iscckit.errors import InvalidInput

__all__ = ["NO_SUBTYPE", "PRIVATE_VERSION", "MainType", "SubType", "Unit", "unit_of"]

NO_SUBTYPE: Final = 0  # SubType of META, DATA, INSTANCE and FLAKE


class MainType(IntEnum):
    """The kind of a code; the first field of its header."""

    META = 0
    SEMANTIC = 1
    CONTENT = 2
    DATA = 3
    INSTANCE = 4
    ISCC = 5
    ID = 6
    FLAKE = 7


class SubType(IntEnum):
    """The modality of CONTENT, SEMANTIC and ISCC codes; SUM, NONE and WIDE belong to ISCC only."""

    TEXT = 0
    IMAGE = 1
    AUDIO = 2
    VIDEO = 3
    MIXED = 4
    SUM = 5
    NONE = 6
    WIDE = 7


_MODAL: Final = (MainType.SEMANTIC, MainType.CONTENT)
# Members by number, for each parsed unit: a call of an enumeration, or even an access to one of its
# members, takes longer than making the unit.
_NAMED: Final = tuple((kind, tuple(SubType) if kind in _MODAL else ()) for kind in MainType)
_BLOCK_BYTES: Final = range(4, 33, 4)  # body lengths of all units but ISCC-IDs
_ID_BYTES: Final = range(8, 13)  # 64 bits and up to four bytes of counter
_LENGTHS: Final = {MainType.ID: _ID_BYTES, MainType.ISCC: range(0)}
_SIZES: Final = tuple(frozenset(_LENGTHS.get(kind, _BLOCK_BYTES)) for kind in MainType)
_FIELD_MAX: Final = 4679  # the largest value that a header field can hold

# The first of the Versions that custom semantic models use; see docs/semantic.md.
PRIVATE_VERSION: Final = 584


class _Fields(NamedTuple):
    maintype: MainType
    subtype: int
    body: bytes
    version: int


class Unit(_Fields):
    """One unit of an ISCC: a kind of code, and the bits that were computed from the content.

    A unit is a tuple, since one is made for every parsed code: a frozen dataclass takes several
    times as long to make, and the kernel could not take it as it is. Tuples also sort in the order
    of the units of an ISCC-CODE.

    Attributes:
        maintype: The kind of the unit. Composites (``MainType.ISCC``) are not units.
        subtype: A ``SubType`` for CONTENT and SEMANTIC, the realm or chain of an ISCC-ID,
            ``NO_SUBTYPE`` otherwise. Values without a name are kept as numbers.
        body: The bits, as 4 to 32 bytes in steps of 4; for an ISCC-ID 8 to 12 bytes.
        version: The Version: 0, but 1 for an ISCC-ID with timestamp.
    """

    __slots__ = ()

    def __new__(cls, maintype: MainType, subtype: int, body: bytes, version: int = 0) -> Unit:
        """Check the fields and make the unit.

        Raises:
            InvalidInput: The MainType is ISCC, a field is out of range, or the length of the
                body is not allowed.
        """
        if len(body) not in _SIZES[maintype]:
            raise InvalidInput(_wrong_body(maintype, body))
        if not (0 <= subtype <= _FIELD_MAX and 0 <= version <= _FIELD_MAX):
            raise InvalidInput(f"subtype and version must be 0..{_FIELD_MAX}")
        kind, named = _NAMED[maintype]
        if subtype < len(named):
            subtype = named[subtype]
        return tuple.__new__(cls, (kind, subtype, body, version))

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Parse one unit in any spelling.

        Args:
            text: Base32 in either case, with or without the prefix ``ISCC:``, or a multiformat.
                SubTypes and Versions without a name are accepted, since Mixed-Codes and sequences
                may hold them; ``codec.code.validate`` is strict.

        Returns:
            The unit; it is equal for all spellings of one code.

        Raises:
            InvalidCode: The text is not a unit; the error has the place and a possible repair.
        """
        try:
            return unit_of(_kernel.codec_unit(text, OPEN))
        except ValueError as error:
            raise to_invalid_code(text, error) from None

    @property
    def bits(self) -> int:
        """The length of the body in bits."""
        return len(self.body) * 8

    @property
    def data(self) -> bytes:
        """The header and body, as in an ISCC-SEQ."""
        return _kernel.unit_bytes(self)

    @property
    def code(self) -> str:
        """The header and body in base32, without prefix."""
        return _kernel.unit_code(self)

    @property
    def type_id(self) -> str:
        """The kind, version and length in words, for example ``CONTENT-IMAGE-V0-64``."""
        return _kernel.unit_type_id(self)

    def shorten(self, bits: int) -> Unit:
        """Return the unit with the first ``bits`` bits of the body.

        Raises:
            InvalidInput: ``bits`` is not an allowed length, or more than the unit has.
        """
        if not 0 < bits <= self.bits or bits % 8:
            raise InvalidInput(f"cannot shorten a unit of {self.bits} bits to {bits}")
        return Unit(self.maintype, self.subtype, self.body[: bits // 8], self.version)

    def __str__(self) -> str:
        """Return the canonical form, ``ISCC:`` and base32."""
        return _kernel.unit_canonical(self)


def unit_of(fields: tuple[int, int, bytes, int]) -> Unit:
    """Return a unit of fields that the kernel has checked."""
    maintype, subtype, body, version = fields
    kind, named = _NAMED[maintype]
    if subtype < len(named):
        subtype = named[subtype]
    return _new(Unit, (kind, subtype, body, version))


_new: Final = tuple.__new__


def _wrong_body(maintype: MainType, body: bytes) -> str:
    if maintype == MainType.ISCC:
        return "an ISCC-CODE is not a unit: make it with codec.code.compose"
    allowed = _LENGTHS.get(maintype, _BLOCK_BYTES)
    return (
        f"the body of a unit has {allowed.start * 8} to {(allowed.stop - 1) * 8} bits in steps "
        f"of {allowed.step * 8}, got {len(body) * 8}"
    )
