"""Audio-Code: a perceptual hash of a Chromaprint fingerprint."""

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

__all__ = ["audio_code"]

_CONTENT: Final = MainType.CONTENT
_AUDIO: Final = SubType.AUDIO


def audio_code(fingerprint: Sequence[int] | Buffer | NDArray[integer], *, bits: int = 64) -> Unit:
    """Make the Audio-Code of a fingerprint.

    Args:
        fingerprint: The words of Chromaprint as *signed* 32-bit integers, in order of time: a
            sequence of ints or a one-dimensional integer array. It may be empty.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/AUDIO unit of 32-bit parts: the bitwise majority of all words, of the four
        quarters of the sequence, and of the three thirds of the sorted words. A part without words
        is zero.

    Raises:
        InvalidInput: A word is not a signed 32-bit integer, or the length is not allowed.

    Source:
        ISO 24138:2024, Content-Code Audio. Vectors: ``gen_audio_code_v0``.
        Readable twin: ``iscckit.algorithms.twin.hashes.audio_digest``.
    """
    try:
        body = _kernel.audio_digest(fingerprint, bits)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"an Audio-Code needs signed 32-bit integers: {error}") from None
    return tuple.__new__(Unit, (_CONTENT, _AUDIO, body, 0))
