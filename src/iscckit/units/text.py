"""Text-Code: similar wording, similar code; and simprints of the parts of a text."""

from __future__ import annotations

from typing import Final

from iscckit import _kernel
from iscckit.algorithms.text import text_digest
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidInput
from iscckit.units.simprint import Simprint

__all__ = ["text_code", "text_simprints"]

_AVERAGES: Final = range(4, 1 << 20)  # characters; chunking counts four bytes for each
_BITS: Final = range(32, 257, 32)


def text_code(text: str, *, bits: int = 64) -> Unit:
    """Make the Text-Code of plain text.

    Args:
        text: Text without markup. Case, accents, whitespace and punctuation do not count. An
            empty text has a code too.
        bits: Length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/TEXT unit. The share of equal bits of two bodies grows with the share of
        sequences of 13 characters that the two texts have in common.

    Raises:
        InvalidInput: A length that is not offered.

    Source:
        ISO 24138:2024, Content-Code Text. Vectors: ``gen_text_code_v0`` of iscc-core 1.5.0.
    """
    if bits not in _BITS:
        raise InvalidInput(f"bits must be 32 to 256 in steps of 32, got {bits}")
    body = text_digest(text)[0][: bits // 8]
    return Unit._make((MainType.CONTENT, SubType.TEXT, body, 0))


def text_simprints(text: str, *, average: int = 512, byte_offsets: bool = False) -> list[Simprint]:
    """Make the simprints of the content-defined chunks of a text.

    Args:
        text: Text that ``text_clean`` has cleaned.
        average: Wanted length of a chunk in characters, 4 to 2**20 - 1.
        byte_offsets: Count offsets and sizes in bytes of UTF-8 instead of characters.

    Returns:
        One simprint for each chunk, in order and without gaps. A last chunk, but not an only
        one, of less than a quarter of ``average`` is left out.

    Raises:
        InvalidInput: ``average`` is out of range.

    Source:
        iscc-sdk 0.9.7, granular text features. Chunking as in ISO 24138:2024, Data-Code, over
        UTF-32 in big-endian order with cuts at whole characters.
    """
    if average not in _AVERAGES:
        raise InvalidInput(f"average must be 4 to {_AVERAGES.stop - 1} characters, got {average}")
    simprints = []
    offset = 0
    for body, characters, size in _kernel.text_simprints(text, average):
        length = size if byte_offsets else characters
        simprints.append(Simprint(body, offset, length))
        offset += length
    return simprints
