"""ISCC-SEQ: the joined bytes of several units, as C2PA soft bindings carry them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from iscckit import _kernel
from iscckit.codec.faults import to_invalid_input
from iscckit.codec.unit import MainType, Unit, unit_of
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["decode_sequence", "encode_sequence"]


def encode_sequence(units: Sequence[str | Unit]) -> bytes:
    """Join the headers and bodies of units without separators.

    Args:
        units: At least one Meta, Semantic, Content, Data or Instance unit of any SubType and
            Version. Order and duplicates are kept. The C2PA binding ``io.iscc.v0`` also demands
            Version 0 and 256 bits of each unit, which its writer has to check.

    Returns:
        The ISCC-SEQ; ``decode_sequence`` returns the units.

    Raises:
        InvalidCode: A string is not a unit.
        InvalidInput: There are no units, or a unit has another MainType.

    Source:
        IEP-0020.
    """
    if isinstance(units, str) or not units:
        raise InvalidInput("an ISCC-SEQ is made of a list of at least one unit")
    parsed = [Unit.parse(unit) if isinstance(unit, str) else unit for unit in units]
    for unit in parsed:
        if unit.maintype > MainType.INSTANCE:
            raise InvalidInput(f"{unit}: an ISCC-SEQ holds no {unit.maintype.name}")
    return b"".join(unit.data for unit in parsed)


def decode_sequence(data: Buffer) -> list[Unit]:
    """Parse an ISCC-SEQ to its last byte.

    Args:
        data: The joined units. Headers must be canonical and of MainType META to INSTANCE;
            SubTypes and Versions without a name are kept.

    Returns:
        At least one unit, in the order of the bytes.

    Raises:
        InvalidInput: The data is empty or truncated, has surplus bytes, or another MainType.

    Source:
        IEP-0020; its vectors are in tests/codec/test_sequence.py.
    """
    try:
        return [unit_of(fields) for fields in _kernel.codec_sequence(data)]
    except ValueError as error:
        at = "" if error.args[1] is None else f" (byte {error.args[1] // 8})"
        raise to_invalid_input(
            f"an ISCC-SEQ of {memoryview(data).nbytes} bytes{at}", error
        ) from None
