"""Mixed-Code: one code for content of several modalities."""

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
        codes: Two or more Content-Codes of any SubType, each of at least ``bits`` bits. Their
            order does not matter, duplicates count.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/MIXED unit: the bitwise majority of first header bytes and bodies, so that it
        resembles each of its parts.

    Raises:
        InvalidInput: There are fewer than two codes, a code has another MainType or fewer than
            ``bits`` bits, or the length is not allowed.
        InvalidCode: A string is not a unit.

    Source:
        ISO 24138:2024, Content-Code Mixed. Vectors: ``gen_mixed_code_v0``.
        Readable twin: ``iscckit.algorithms.twin.hashes.mixed_digest``.
    """
    body = _kernel.codec_mixed(codes, bits) if bits > 0 else None
    if body is None:
        raise _make_error(codes, bits)
    return tuple.__new__(Unit, (_CONTENT, _MIXED, body, 0))


def _make_error(codes: Sequence[str | Unit], bits: int) -> InvalidInput:
    """Return the error for arguments that the kernel refused; a malformed code raises one."""
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
