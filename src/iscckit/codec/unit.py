"""ISCC-UNITs: the kinds of code, and one unit as a value."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.problems import OPEN, invalid
from iscckit.errors import InvalidInput

__all__ = ["NO_SUBTYPE", "PRIVATE_VERSION", "MainType", "SubType", "Unit", "unit_of"]

NO_SUBTYPE: Final = 0  # SubType of META, DATA, INSTANCE and FLAKE


class MainType(IntEnum):
    """What a code answers; the first field of its header."""

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
# Looked up by number for each unit that is read: calling an enumeration, or even naming one of
# its members, takes longer than making the unit.
_NAMED: Final = tuple((kind, tuple(SubType) if kind in _MODAL else ()) for kind in MainType)
_BLOCK_BYTES: Final = range(4, 33, 4)  # body lengths of all units but ISCC-IDs
_ID_BYTES: Final = range(8, 13)  # 64 bits and up to four bytes of counter
_LENGTHS: Final = {MainType.ID: _ID_BYTES, MainType.ISCC: range(0)}
_SIZES: Final = tuple(frozenset(_LENGTHS.get(kind, _BLOCK_BYTES)) for kind in MainType)
_FIELD_MAX: Final = 4679  # the largest value that a header field can hold

# Versions from here on are left to semantic models of one's own; see docs/semantic.md.
PRIVATE_VERSION: Final = 584


class _Fields(NamedTuple):
    maintype: MainType
    subtype: int
    body: bytes
    version: int


class Unit(_Fields):
    """One unit of an ISCC: a kind of code and the bits that were computed from the content.

    A tuple underneath, because a unit is made for every code that is read: a frozen dataclass
    takes several times as long to make and could not be handed to the kernel as it is. As a
    tuple it is also ordered as an ISCC-CODE orders its units.

    Attributes:
        maintype: What the unit answers. Composites (``MainType.ISCC``) are not units.
        subtype: A ``SubType`` for CONTENT and SEMANTIC, the realm or chain of an ISCC-ID,
            ``NO_SUBTYPE`` otherwise. Values without a name are kept as numbers.
        body: 4 to 32 bytes in steps of 4; of an ISCC-ID 8 to 12 bytes.
        version: 0, and 1 for today's ISCC-IDs.
    """

    __slots__ = ()

    def __new__(cls, maintype: MainType, subtype: int, body: bytes, version: int = 0) -> Unit:
        """Check the fields and make the unit.

        Raises:
            InvalidInput: A composite, a field out of range, or a body of no allowed length.
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
        """Read one unit in any spelling.

        Args:
            text: Base32 in either case, with or without the prefix ``ISCC:``, or a multiformat.
                SubTypes and Versions without a name are accepted, because Mixed-Codes and
                sequences may hold them; ``codec.code.validate`` is strict.

        Returns:
            The unit, equal for all spellings of one code.

        Raises:
            InvalidCode: Not a unit, with the place and where possible the repair.
        """
        try:
            return unit_of(_kernel.codec_unit(text, OPEN))
        except ValueError as error:
            raise invalid(text, error) from None

    @property
    def bits(self) -> int:
        """Length of the body in bits."""
        return len(self.body) * 8

    @property
    def data(self) -> bytes:
        """Header and body, as in an ISCC-SEQ."""
        return _kernel.unit_bytes(self)

    @property
    def code(self) -> str:
        """Base32 of header and body, without prefix."""
        return _kernel.unit_code(self)

    @property
    def type_id(self) -> str:
        """Kind, version and length in words, for example ``CONTENT-IMAGE-V0-64``."""
        return _kernel.unit_type_id(self)

    def shorten(self, bits: int) -> Unit:
        """Return the unit with only the first ``bits`` bits of the body.

        Raises:
            InvalidInput: ``bits`` is no allowed length, or more than the unit has.
        """
        if not 0 < bits <= self.bits or bits % 8:
            raise InvalidInput(f"cannot shorten a unit of {self.bits} bits to {bits}")
        return Unit(self.maintype, self.subtype, self.body[: bits // 8], self.version)

    def __str__(self) -> str:
        """Return the canonical form, ``ISCC:`` and base32."""
        return _kernel.unit_canonical(self)


def unit_of(fields: tuple[int, int, bytes, int]) -> Unit:
    """Return the unit of the kernel's fields, which it has checked."""
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
