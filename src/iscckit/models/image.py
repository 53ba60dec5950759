"""Vectors of pictures; values and order of operations are those of iscc-sci 0.4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.models.device import Device
from iscckit.models.runtime import open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from iscckit.models.model_card import Model

__all__ = ["image_vectors", "to_tensor"]

_ROWS: Final = 16  # pictures of a batch on a GPU


def image_vectors(
    pictures: Sequence[bytes], folder: str, model: Model, device: Device = "auto"
) -> list[NDArray[np.float32]]:
    """Return the vector of each picture; it does not depend on the other pictures.

    Args:
        pictures: RGB pixels of squares of ``model.side`` pixels a side, row by row.
        folder: The folder of models.
        model: A model of that folder, for pictures.
        device: The device that runs the model.

    Raises:
        InvalidInput: A picture has another size, or the model does not take pictures.
        MissingDependency: The runtime or the device is missing.
        VerificationFailed: A file of the model is missing or has other bytes.
    """
    import numpy as np  # slow to import

    session = open_session(folder, model, device)
    step = 1 if session.device == "cpu" else _ROWS
    found: list[NDArray[np.float32]] = []
    for first in range(0, len(pictures), step):
        some = [to_tensor(picture, model.side) for picture in pictures[first : first + step]]
        batch = np.zeros((step, 3, model.side, model.side), np.float32)
        batch[: len(some)] = np.concatenate(some)
        vectors = session.run({session.inputs[0]: batch})
        if vectors.ndim != 2 or len(vectors) != step:
            raise InvalidInput(f"the model gives an array of shape {vectors.shape}, not vectors")
        found.extend(vectors[: len(some)])
    return found


def to_tensor(picture: bytes, side: int) -> NDArray[np.float32]:
    """Return RGB pixels as values from -1 to 1, of shape (1, 3, side, side).

    Raises:
        InvalidInput: The picture has another size.
    """
    import numpy as np

    if len(picture) != 3 * side * side:
        raise InvalidInput(f"{len(picture)} bytes are no picture of {side} x {side} RGB pixels")
    values = np.frombuffer(picture, np.uint8).reshape(side, side, 3).astype(np.float32)
    values /= 255.0
    values -= np.float32(0.5)
    values /= np.float32(0.5)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])
