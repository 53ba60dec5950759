"""ISCC-SEQ: the bytes of several units in a row, as C2PA soft bindings carry them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from iscckit import _kernel
from iscckit.codec.problems import refused
from iscckit.codec.unit import MainType, Unit, unit_of
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["decode_sequence", "encode_sequence"]


def encode_sequence(units: Sequence[str | Unit]) -> bytes:
    """Write units one after the other, header and body each, without separators.

    Args:
        units: At least one Meta, Semantic, Content, Data or Instance unit of any SubType and
            Version. Order and duplicates are kept. The C2PA binding ``io.iscc.v0`` further
            demands Version 0 and 256 bits of each, which is for its writer to see to.

    Returns:
        The ISCC-SEQ; ``decode_sequence`` gives the units back.

    Raises:
        InvalidCode: A string that is not a unit.
        InvalidInput: No units, or one of another MainType.

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
    """Read an ISCC-SEQ to its last byte.

    Args:
        data: Units one after the other. Headers must be canonical and of MainType META to
            INSTANCE; SubTypes and Versions without a name are kept.

    Returns:
        At least one unit, in the order of the bytes.

    Raises:
        InvalidInput: Empty, truncated, with bytes left over, or with another MainType.

    Source:
        IEP-0020; its vectors are in tests/codec/test_sequence.py.
    """
    try:
        return [unit_of(fields) for fields in _kernel.codec_sequence(data)]
    except ValueError as error:
        at = "" if error.args[1] is None else f" (byte {error.args[1] // 8})"
        raise refused(f"an ISCC-SEQ of {memoryview(data).nbytes} bytes{at}", error) from None
