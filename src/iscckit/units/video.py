"""Video-Code: a perceptual hash of MPEG-7 frame signatures."""

from __future__ import annotations

from typing import Final

from iscckit import _kernel
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import integer
    from numpy.typing import NDArray
    from typing_extensions import Buffer

__all__ = ["FRAME_ELEMENTS", "video_code"]

FRAME_ELEMENTS: Final = 380  # ternary elements of one frame signature

_CONTENT: Final = MainType.CONTENT
_VIDEO: Final = SubType.VIDEO


def video_code(
    frames: Sequence[Sequence[int]] | Buffer | NDArray[integer], *, bits: int = 64
) -> Unit:
    """Make the Video-Code of the frame signatures of a video.

    Args:
        frames: At least one signature of 380 integers, five of them a second: a sequence of
            sequences, or an integer array of shape (n, 380). Signatures hold 0, 1 and 2; all
            signed 32-bit integers are accepted.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/VIDEO unit: the winner-takes-all hash of the sum of all distinct signatures.

    Raises:
        InvalidInput: There are no frames, a frame has another length, a value is out of range, or
            the length is not allowed.

    Source:
        ISO 24138:2024, Content-Code Video. Vectors: ``gen_video_code_v0``.
        Readable twin: ``iscckit.algorithms.twin.hashes.video_digest``.
    """
    try:
        body = _kernel.video_digest(frames, bits)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"a Video-Code needs frames of 380 integers: {error}") from None
    return tuple.__new__(Unit, (_CONTENT, _VIDEO, body, 0))
