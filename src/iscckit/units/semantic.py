"""Semantic-Codes: similar meanings have similar codes, made of the vectors of any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import PRIVATE_VERSION, MainType, SubType, Unit
from iscckit.errors import InvalidInput
from iscckit.units.simprint import Simprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "document_vector",
    "semantic_image_code",
    "semantic_simprints",
    "semantic_text_code",
]

_BITS: Final = range(32, 257, 32)


def semantic_text_code(embedding: ArrayLike, *, bits: int = 64, version: int = 0) -> Unit:
    """Make the Semantic Text-Code of the vector of a text.

    Args:
        embedding: A vector of at least ``bits`` finite numbers. Its scale does not matter, since
            only signs become bits.
        bits: The length of the body: 32 to 256 in steps of 32.
        version: 0 for the model of iscc-sct 0.2.x, 584 or more for a custom model.

    Returns:
        A SEMANTIC/TEXT unit. Bit k is set if component k is not negative, so that the share of
        equal bits grows with the cosine of two vectors.

    Raises:
        InvalidInput: The vector is malformed or too short, or length or version are not allowed.

    Source:
        iscc-sct 0.2.2. Not part of ISO 24138:2024.
    """
    return Unit(MainType.SEMANTIC, SubType.TEXT, _body(embedding, bits), _check_version(version))


def semantic_image_code(embedding: ArrayLike, *, bits: int = 64, version: int = 0) -> Unit:
    """Make the Semantic Image-Code of the vector of a picture.

    Args:
        embedding: A vector, as for ``semantic_text_code``.
        bits: The length of the body: 32 to 256 in steps of 32.
        version: 0 for the model of iscc-sci 0.2 to 0.4, 584 or more for a custom model.

    Returns:
        A SEMANTIC/IMAGE unit.

    Raises:
        InvalidInput: The vector is malformed or too short, or length or version are not allowed.

    Source:
        iscc-sci 0.4.1. Not part of ISO 24138:2024.
    """
    return Unit(MainType.SEMANTIC, SubType.IMAGE, _body(embedding, bits), _check_version(version))


def semantic_simprints(
    vectors: ArrayLike, places: Sequence[tuple[int, int]], *, bits: int = 64
) -> list[Simprint]:
    """Make the simprints of the chunks of a text.

    Args:
        vectors: A vector for each chunk, of shape (chunks, components).
        places: The offset and the size of each chunk, in characters or bytes.
        bits: The length of each simprint: 32 to 256 in steps of 32.

    Raises:
        InvalidInput: The vectors are malformed or too short, their number is not that of the
            places, or the length is not allowed.

    Source:
        iscc-sct 0.2.2, ``simprints``.
    """
    rows = _to_array(vectors, 2)
    if len(rows) != len(places):
        raise InvalidInput(f"{len(rows)} vectors and {len(places)} places do not fit together")
    return [
        Simprint(_body(row, bits), offset, size)
        for row, (offset, size) in zip(rows, places, strict=True)
    ]


def document_vector(vectors: ArrayLike) -> NDArray[np.float32]:
    """Return the vector of a text: the mean of the vectors of its chunks, scaled to length 1.

    Args:
        vectors: A vector for each chunk, of shape (chunks, components), with at least one chunk.

    Raises:
        InvalidInput: There are no vectors, a number is not finite, or the vectors cancel out.

    Source:
        iscc-sct 0.2.2.
    """
    import numpy as np

    rows = _to_array(vectors, 2)
    if len(rows) == 0:
        raise InvalidInput("a text has at least one chunk")
    mean = rows.mean(axis=0)
    length = np.linalg.norm(mean)
    if not length > 0:
        raise InvalidInput("the vectors of the chunks cancel out")
    return np.asarray(mean / length, np.float32)


def _body(embedding: ArrayLike, bits: int) -> bytes:
    import numpy as np  # slow to import

    if bits not in _BITS:
        raise InvalidInput(f"bits must be 32 to 256 in steps of 32, got {bits}")
    vector = _to_array(embedding, 1)
    if len(vector) < bits:
        raise InvalidInput(
            f"a {bits}-bit code needs at least {bits} dimensions; the vector has {len(vector)}"
        )
    return np.packbits(vector[:bits] >= 0).tobytes()


def _to_array(values: ArrayLike, dimensions: int) -> NDArray[np.float32]:
    import numpy as np

    try:
        array = np.asarray(values, np.float32)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"not an array of numbers: {error}") from None
    if array.ndim != dimensions:
        raise InvalidInput(f"expected {dimensions} dimensions, got an array of {array.ndim}")
    if not np.isfinite(array).all():
        raise InvalidInput("the model gave numbers that are not finite")
    return array


def _check_version(version: int) -> int:
    if version != 0 and version < PRIVATE_VERSION:
        raise InvalidInput(f"version must be 0 or at least {PRIVATE_VERSION}, got {version}")
    return version
