"""Image-Code: a perceptual hash of a grey picture of 32 x 32 pixels."""

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

__all__ = ["FEATURES_NEEDED", "SIDE", "image_code", "is_featureless"]

SIDE: Final = 32  # pixels per edge of the normalized picture
FEATURES_NEEDED: Final = 8  # one-bits of each 64-bit word of a body that is evidence

_CONTENT: Final = MainType.CONTENT
_IMAGE: Final = SubType.IMAGE


def image_code(pixels: Sequence[int] | Buffer | NDArray[integer], *, bits: int = 64) -> Unit:
    """Make the Image-Code of a normalized picture.

    Args:
        pixels: 1024 grey values 0..255, row by row: a sequence of ints, bytes, or an integer
            array of shape (32, 32) or (1024,). ``iscckit.algorithms.pixels`` rotates, flattens,
            trims and scales pictures to this form.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A CONTENT/IMAGE unit. Bit k is set if the k-th low-frequency coefficient exceeds the
        median of its 8 x 8 block, so that the Hamming distance of two bodies grows with the
        visible difference of the pictures.

    Raises:
        InvalidInput: The number of values is wrong, a value is out of range, or the length is not
            allowed.

    Source:
        ISO 24138:2024, Content-Code Image. Above 64 bits the rule of iscc-core 1.5.0 applies, see
        docs/decisions/0005-image-rules.md. Vectors: ``gen_image_code_v0``.
    """
    try:
        body = _kernel.image_digest(pixels, bits)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"an Image-Code needs 32 x 32 grey values 0..255: {error}") from None
    return tuple.__new__(Unit, (_CONTENT, _IMAGE, body, 0))


def is_featureless(unit: Unit) -> bool:
    """Return whether a picture is too plain for its code to be evidence.

    Args:
        unit: An Image-Code.

    Returns:
        True if a complete 64-bit word of the body has fewer than eight one-bits. So have pictures
        of one colour and smooth gradients: their codes agree although the pictures differ.

    Raises:
        InvalidInput: The unit is of another kind.

    Source:
        ISCC software kit 0.9.7; IEP-0020 excludes such codes from soft bindings.
    """
    if (unit.maintype, unit.subtype) != (_CONTENT, _IMAGE):
        raise InvalidInput(f"only an Image-Code can be featureless, got {unit.type_id}")
    words = (unit.body[i : i + 8] for i in range(0, len(unit.body) - 7, 8))
    return any(int.from_bytes(word, "big").bit_count() < FEATURES_NEEDED for word in words)
