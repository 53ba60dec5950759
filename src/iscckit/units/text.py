"""Text-Code: similar wordings have similar codes; and simprints of the parts of a text."""

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
        text: Text without markup; it may be empty. Case, accents, whitespace and punctuation do
            not count.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/TEXT unit. The share of equal bits of two bodies grows with the share of common
        sequences of 13 characters.

    Raises:
        InvalidInput: The length is not allowed.

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
        text: A text that ``text_clean`` has cleaned.
        average: The average length of a chunk in characters, 4 to 2**20 - 1.
        byte_offsets: Whether offsets and sizes count bytes of UTF-8 instead of characters.

    Returns:
        One simprint for each chunk, in order and without gaps. The last of several chunks is
        dropped if it has less than a quarter of ``average``.

    Raises:
        InvalidInput: ``average`` is out of range.

    Source:
        iscc-sdk 0.9.7, granular text features. Chunking as in ISO 24138:2024, Data-Code, of
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
