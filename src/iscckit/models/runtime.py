"""ONNX sessions: loaded once for each file and device, run in batches of one fixed shape.

On the CPU a batch has one row, on a GPU a fixed number of rows, so that the vector of a text or
picture does not depend on the other rows of its batch.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

from iscckit.errors import InvalidInput, MissingDependency
from iscckit.models.device import Device
from iscckit.models.registry import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

    from iscckit.models.model_card import Model

    class _Named(Protocol):
        name: str

    class _Runner(Protocol):
        """The methods of a session that are used here; the runtime has no type annotations."""

        def run(self, outputs: None, inputs: Mapping[str, object]) -> Sequence[object]: ...
        def get_inputs(self) -> Sequence[_Named]: ...


__all__ = ["Session", "batch_size", "file_states", "open_session"]

_FILES: Final = 32  # files of one call on a GPU


class Session:
    """A loaded model.

    Attributes:
        device: The device that runs the model: ``cpu`` or ``cuda``.
        inputs: The names of the inputs.
    """

    def __init__(self, session: _Runner, device: Literal["cpu", "cuda"]) -> None:
        self._session = session
        self.device = device
        self.inputs = tuple(each.name for each in session.get_inputs())

    def run(self, values: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Run the model and return its first output.

        Args:
            values: An array for each input, by its name.

        Raises:
            InvalidInput: The model does not take these values.
        """
        import numpy as np

        try:
            output = self._session.run(None, values)[0]
        except Exception as error:  # the runtime raises no class that says more
            raise InvalidInput(
                f"the model does not take this input: {_first_line(error)}"
            ) from error
        return np.asarray(output, np.float32)


def open_session(folder: str, model: Model, device: Device = "auto") -> Session:
    """Return the session of a model; its files are checked when it is loaded.

    Raises:
        MissingDependency: The runtime or the device is missing.
        VerificationFailed: A file of the model is missing or has other bytes.
        InvalidInput: The runtime cannot load the weights.
    """
    return _load_session(folder, model, _choose_device(device), file_states(folder, model))


def batch_size(device: Device) -> int:
    """Return the best number of files for one call: one on the CPU, a few on a GPU."""
    try:
        return 1 if _choose_device(device) == "cpu" else _FILES
    except MissingDependency:
        return 1  # the record of each file has the reason


def file_states(folder: str, model: Model) -> tuple[tuple[str, int, int], ...]:
    """Return the path, size and time of change of each file; a loaded model depends on them."""
    found = []
    for file in model.files:
        path = os.path.join(folder, model.name, file.name)
        state = os.stat(path) if os.path.exists(path) else None
        found.append((path, state.st_size if state else 0, state.st_mtime_ns if state else 0))
    return tuple(found)


def _import_runtime() -> ModuleType:
    try:
        import onnxruntime  # optional, and slow to import
    except ModuleNotFoundError as error:
        raise MissingDependency(
            "Semantic-Codes need onnxruntime, which the extra 'semantic' installs",
            reason_code="extra-missing",
            package="onnxruntime",
            extra="semantic",
        ) from error
    return cast("ModuleType", onnxruntime)


def _choose_device(device: Device) -> Literal["cpu", "cuda"]:
    has_gpu = "CUDAExecutionProvider" in _import_runtime().get_available_providers()
    if device == "cuda" and not has_gpu:
        raise MissingDependency(
            "the installed onnxruntime does not support CUDA", reason_code="cuda-runtime-missing"
        )
    return "cuda" if has_gpu and device != "cpu" else "cpu"


@lru_cache(maxsize=4)
def _load_session(
    folder: str,
    model: Model,
    device: Literal["cpu", "cuda"],
    files: tuple[tuple[str, int, int], ...],
) -> Session:
    check(folder, model)
    runtime = _import_runtime()
    options = runtime.SessionOptions()
    options.log_severity_level = 3  # errors only, which are raised as exceptions too
    providers = ["CPUExecutionProvider"]
    if device == "cuda":
        runtime.preload_dlls()
        providers.insert(0, "CUDAExecutionProvider")
    path = files[0][0]
    try:
        session = runtime.InferenceSession(path, options, providers=providers)
    except Exception as error:  # the runtime raises no class that says more
        raise InvalidInput(f"{path}: cannot be loaded as a model: {_first_line(error)}") from error
    if device == "cuda" and "CUDAExecutionProvider" not in session.get_providers():
        raise MissingDependency("the runtime for CUDA cannot use the device of this computer")
    return Session(session, device)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]
