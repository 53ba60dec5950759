"""Mixed-Code: one code for content that is made of several kinds."""

from __future__ import annotations

from typing import Final

from iscckit import _kernel
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["mixed_code"]

_LENGTHS: Final = range(32, 257, 32)
_CONTENT: Final = MainType.CONTENT
_MIXED: Final = SubType.MIXED


def mixed_code(codes: Sequence[str | Unit], *, bits: int = 64) -> Unit:
    """Make the Mixed-Code of several Content-Codes.

    Args:
        codes: Two or more Content-Codes of any SubType, each at least ``bits`` long. Their order
            is irrelevant, duplicates count.
        bits: Length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/MIXED unit: the majority of first header bytes and bodies, bit by bit, so that
        it resembles each of its parts.

    Raises:
        InvalidInput: Fewer than two codes, a code of another MainType or shorter than ``bits``, or
            a length that is not offered.
        InvalidCode: A string that is no unit.

    Source:
        ISO 24138:2024, Content-Code Mixed. Vectors: ``gen_mixed_code_v0``.
        Readable twin: ``iscckit.algorithms.reference.hashes.mixed_digest``.
    """
    body = _kernel.codec_mixed(codes, bits) if bits > 0 else None
    if body is None:
        raise _refused(codes, bits)
    return tuple.__new__(Unit, (_CONTENT, _MIXED, body, 0))


def _refused(codes: Sequence[str | Unit], bits: int) -> InvalidInput:
    """Return why the kernel made no code; a malformed code raises on its own."""
    if bits not in _LENGTHS:
        return InvalidInput(f"bits must be a multiple of 32 from 32 to 256, got {bits}")
    units = [code if isinstance(code, Unit) else Unit.parse(code) for code in codes]
    if len(units) < 2:
        return InvalidInput(f"a Mixed-Code needs two Content-Codes or more, got {len(units)}")
    for unit in units:
        if unit.maintype != _CONTENT:
            return InvalidInput(f"a Mixed-Code is made of Content-Codes, got {unit.type_id}")
    shortest = min(units, key=lambda unit: unit.bits)
    return InvalidInput(f"{shortest.type_id} is shorter than the {bits} bits asked for")
