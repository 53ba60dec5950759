"""MPEG-7 frame signatures: the features of pictures from which Video-Codes are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["BLANK", "SIDE_MIN", "SIGNATURE_BYTES", "frame_signature"]

SIDE_MIN: Final = 32  # pixels; the picture is divided into 32 cells a side
SIDE_MAX: Final = 2**16
SIGNATURE_BYTES: Final = 380  # one ternary value in each byte
BLANK: Final = b"\1" * SIGNATURE_BYTES  # the signature of a picture of one brightness


def frame_signature(plane: Buffer, width: int, height: int, *, stride: int | None = None) -> bytes:
    """Return the signature of one picture.

    Args:
        plane: The luma plane, one byte a pixel, as a contiguous buffer of complete lines; the
            last line may end with its last pixel.
        width: The number of pixels in a line, 32..65536.
        height: The number of lines, 32..65536.
        stride: The number of bytes from a line to the line below, by default ``width``. If it is
            negative, the buffer starts with the lowest line.

    Returns:
        The signature: 380 bytes of value 0, 1 or 2.

    Raises:
        InvalidInput: A side or the stride is out of range, or the buffer is too small.

    Source:
        ISO/IEC 15938-3, video signature; equal to FFmpeg's filter ``signature``.
        Readable twin: ``iscckit.algorithms.twin.av.frame_signature``.
    """
    step = width if stride is None else stride
    if not (SIDE_MIN <= width <= SIDE_MAX and SIDE_MIN <= height <= SIDE_MAX):
        raise InvalidInput(
            f"a frame has {SIDE_MIN}..{SIDE_MAX} pixels a side, got {width} x {height}"
        )
    if abs(step) < width:
        raise InvalidInput(f"stride must be at least the width of {width}, got {step}")
    if memoryview(plane).nbytes < abs(step) * (height - 1) + width:
        raise InvalidInput(
            f"{width} x {height} pixels at a stride of {step} do not fit in "
            f"{memoryview(plane).nbytes} bytes"
        )
    return _kernel.frame_signature(plane, width, height, step)
