"""Semantic-Codes: similar meaning, similar code. From the vectors of a model, whichever it is."""

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
        embedding: One vector of finite numbers, of at least ``bits`` components. What scale it
            has is of no account: only signs become bits.
        bits: Length of the body: 32 to 256 in steps of 32.
        version: 0 for the model of iscc-sct 0.2.x, at least 584 for a model of one's own.

    Returns:
        A SEMANTIC/TEXT unit. Bit k is set where component k is not negative, so that the share
        of equal bits grows with the cosine of two vectors.

    Raises:
        InvalidInput: No such vector, or a length or version that is not offered.

    Source:
        iscc-sct 0.2.2. Not part of ISO 24138:2024.
    """
    return Unit(MainType.SEMANTIC, SubType.TEXT, _body(embedding, bits), _checked(version))


def semantic_image_code(embedding: ArrayLike, *, bits: int = 64, version: int = 0) -> Unit:
    """Make the Semantic Image-Code of the vector of a picture.

    Args:
        embedding: As for ``semantic_text_code``.
        bits: Likewise.
        version: 0 for the model of iscc-sci 0.2 to 0.4, at least 584 for one of one's own.

    Returns:
        A SEMANTIC/IMAGE unit.

    Raises:
        InvalidInput: As for ``semantic_text_code``.

    Source:
        iscc-sci 0.4.1. Not part of ISO 24138:2024.
    """
    return Unit(MainType.SEMANTIC, SubType.IMAGE, _body(embedding, bits), _checked(version))


def semantic_simprints(
    vectors: ArrayLike, places: Sequence[tuple[int, int]], *, bits: int = 64
) -> list[Simprint]:
    """Make the simprints of the chunks of a text.

    Args:
        vectors: One row for each chunk.
        places: Offset and size of each chunk, in characters or bytes.
        bits: Length of each simprint: 32 to 256 in steps of 32.

    Raises:
        InvalidInput: As for ``semantic_text_code``, or not one place for each vector.

    Source:
        iscc-sct 0.2.2, ``simprints``.
    """
    rows = _array(vectors, 2)
    if len(rows) != len(places):
        raise InvalidInput(f"{len(rows)} vectors and {len(places)} places do not fit together")
    return [
        Simprint(_body(row, bits), offset, size)
        for row, (offset, size) in zip(rows, places, strict=True)
    ]


def document_vector(vectors: ArrayLike) -> NDArray[np.float32]:
    """Return the vector of a text from those of its chunks: their mean, of length 1.

    Args:
        vectors: One row for each chunk; at least one.

    Raises:
        InvalidInput: No vectors, numbers that are not finite, or vectors that cancel out.

    Source:
        iscc-sct 0.2.2.
    """
    import numpy as np  # noqa: PLC0415

    rows = _array(vectors, 2)
    if len(rows) == 0:
        raise InvalidInput("a text has at least one chunk")
    mean = rows.mean(axis=0)
    length = np.linalg.norm(mean)
    if not length > 0:
        raise InvalidInput("the vectors of the chunks cancel out")
    return np.asarray(mean / length, np.float32)


def _body(embedding: ArrayLike, bits: int) -> bytes:
    import numpy as np  # noqa: PLC0415 (slow to import)

    if bits not in _BITS:
        raise InvalidInput(f"bits must be 32 to 256 in steps of 32, got {bits}")
    vector = _array(embedding, 1)
    if len(vector) < bits:
        raise InvalidInput(f"a vector of {len(vector)} components has no {bits} bits")
    return np.packbits(vector[:bits] >= 0).tobytes()


def _array(values: ArrayLike, dimensions: int) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415

    try:
        array = np.asarray(values, np.float32)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"not an array of numbers: {error}") from None
    if array.ndim != dimensions:
        raise InvalidInput(f"expected {dimensions} dimensions, got an array of {array.ndim}")
    if not np.isfinite(array).all():
        raise InvalidInput("the model gave numbers that are not finite")
    return array


def _checked(version: int) -> int:
    if version != 0 and version < PRIVATE_VERSION:
        raise InvalidInput(f"version must be 0 or at least {PRIVATE_VERSION}, got {version}")
    return version
