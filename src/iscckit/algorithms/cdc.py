"""Content-defined chunking: cuts depend on the surrounding bytes, not on their position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["chunks"]

_AVERAGES: Final = range(2, 2**28 + 1)
_UTF32_SMALLEST: Final = 16  # below this a cut lowered to a multiple of four may be 0


def chunks(data: Buffer, *, average: int = 1024, utf32: bool = False) -> list[int]:
    """Return the lengths of the content-defined chunks of ``data``.

    Args:
        data: A contiguous buffer, taken as bytes.
        average: The target length of chunks in bytes, 2..2**28. No chunk is longer than eight
            times the target, and only the last chunk may be shorter than a quarter of it.
        utf32: Whether each cut is lowered to a multiple of four bytes. The length of the data must
            be such a multiple, and the average at least 16.

    Returns:
        The lengths in order; their sum is the size of the data. Empty data is one empty chunk.

    Raises:
        InvalidInput: ``average`` is out of range, or ``utf32`` is set and the data cannot be
            UTF-32.

    Source:
        ISO 24138:2024, Data-Code; Xia et al. 2016, FastCDC.
        Readable twin: ``iscckit.algorithms.twin.hashes.chunks``.
    """
    if average not in _AVERAGES:
        raise InvalidInput(f"average must be 2..{_AVERAGES.stop - 1} bytes, got {average}")
    if utf32 and (average < _UTF32_SMALLEST or memoryview(data).nbytes % 4):
        raise InvalidInput(
            f"utf32 needs an average of at least {_UTF32_SMALLEST} and a multiple of four bytes, "
            f"got an average of {average} and {memoryview(data).nbytes} bytes"
        )
    return _kernel.chunk_lengths(data, average, utf32)
