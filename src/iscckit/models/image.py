"""Pictures to vectors. Values and order of operations as iscc-sci 0.4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.models.device import Device
from iscckit.models.runtime import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from iscckit.models.known import Model

__all__ = ["image_vectors", "tensor"]

_ROWS: Final = 16  # of a batch on a GPU


def image_vectors(
    pictures: Sequence[bytes], folder: str, model: Model, device: Device = "auto"
) -> list[NDArray[np.float32]]:
    """Return the vector of each of several pictures; each is what it would be alone.

    Args:
        pictures: ``model.side`` squared pixels of RGB each, row by row.
        folder: Of models.
        model: One of that folder, for pictures.
        device: Where it runs.

    Raises:
        InvalidInput: Pictures of another size, or a model that does not take them.
        MissingDependency: The runtime or the device is not there; likewise VerificationFailed.
    """
    import numpy as np  # noqa: PLC0415 (slow to import)

    session = opened(folder, model, device)
    step = 1 if session.device == "cpu" else _ROWS
    found: list[NDArray[np.float32]] = []
    for first in range(0, len(pictures), step):
        some = [tensor(picture, model.side) for picture in pictures[first : first + step]]
        batch = np.zeros((step, 3, model.side, model.side), np.float32)
        batch[: len(some)] = np.concatenate(some)
        vectors = session.run({session.inputs[0]: batch})
        if vectors.ndim != 2 or len(vectors) != step:
            raise InvalidInput(f"the model gives an array of shape {vectors.shape}, not vectors")
        found.extend(vectors[: len(some)])
    return found


def tensor(picture: bytes, side: int) -> NDArray[np.float32]:
    """Return pixels as values from -1 to 1, of shape (1, 3, side, side).

    Raises:
        InvalidInput: It has another size.
    """
    import numpy as np  # noqa: PLC0415

    if len(picture) != 3 * side * side:
        raise InvalidInput(f"{len(picture)} bytes are no picture of {side} x {side} RGB pixels")
    values = np.frombuffer(picture, np.uint8).reshape(side, side, 3).astype(np.float32)
    values /= 255.0
    values -= np.float32(0.5)
    values /= np.float32(0.5)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])
