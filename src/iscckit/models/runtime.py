"""ONNX sessions: loaded once for each file and device, run in batches of one fixed shape.

On the CPU a batch has one row, on a GPU always the same number of rows, so that the vector of a
text or picture does not depend on what happens to be computed beside it.
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

    from iscckit.models.known import Model

    class _Named(Protocol):
        name: str

    class _Runner(Protocol):
        """What is used of a session of the runtime, which has no types of its own."""

        def run(self, outputs: None, inputs: Mapping[str, object]) -> Sequence[object]: ...
        def get_inputs(self) -> Sequence[_Named]: ...


__all__ = ["Session", "files_of", "opened", "rows"]

_FILES: Final = 32  # of one call on a GPU
_INSTALL: Final = "pip install 'iscckit[semantic]'"


class Session:
    """A loaded model.

    Attributes:
        device: Where it runs: ``cpu`` or ``cuda``.
        inputs: Names of what it takes.
    """

    def __init__(self, session: _Runner, device: Literal["cpu", "cuda"]) -> None:
        self._session = session
        self.device = device
        self.inputs = tuple(each.name for each in session.get_inputs())

    def run(self, values: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Return the first output.

        Raises:
            InvalidInput: The model does not take such values.
        """
        import numpy as np  # noqa: PLC0415

        try:
            output = self._session.run(None, values)[0]
        except Exception as error:  # the runtime has no classes of errors of its own
            raise InvalidInput(f"the model does not take this input: {_line(error)}") from error
        return np.asarray(output, np.float32)


def opened(folder: str, model: Model, device: Device = "auto") -> Session:
    """Return the session of a model of a folder; its files are checked when it is loaded.

    Raises:
        MissingDependency: The runtime, or the device, is not there.
        VerificationFailed: The model's files are not what they were.
        InvalidInput: The weights are no model that the runtime can load.
    """
    return _loaded(folder, model, _chosen(device), files_of(folder, model))


def rows(device: Device) -> int:
    """Return how many files are worth one call: one on the CPU, a few on a GPU."""
    try:
        return 1 if _chosen(device) == "cpu" else _FILES
    except MissingDependency:
        return 1  # each file's record will say so


def files_of(folder: str, model: Model) -> tuple[tuple[str, int, int], ...]:
    """Return path, size and time of change of each file: what a loaded model depends on."""
    found = []
    for file in model.files:
        path = os.path.join(folder, model.name, file.name)
        state = os.stat(path) if os.path.exists(path) else None
        found.append((path, state.st_size if state else 0, state.st_mtime_ns if state else 0))
    return tuple(found)


def _runtime() -> ModuleType:
    try:
        import onnxruntime  # noqa: PLC0415 (optional, and slow to import)
    except ModuleNotFoundError as error:
        raise MissingDependency(f"semantic codes need onnxruntime: {_INSTALL}") from error
    return cast("ModuleType", onnxruntime)


def _chosen(device: Device) -> Literal["cpu", "cuda"]:
    has_gpu = "CUDAExecutionProvider" in _runtime().get_available_providers()
    if device == "cuda" and not has_gpu:
        raise MissingDependency(
            "there is no runtime for CUDA: pip uninstall onnxruntime, then "
            "pip install onnxruntime-gpu"
        )
    return "cuda" if has_gpu and device != "cpu" else "cpu"


@lru_cache(maxsize=4)
def _loaded(
    folder: str,
    model: Model,
    device: Literal["cpu", "cuda"],
    files: tuple[tuple[str, int, int], ...],
) -> Session:
    check(folder, model)
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.log_severity_level = 3  # errors only: they come back as exceptions
    providers = ["CPUExecutionProvider"]
    if device == "cuda":
        runtime.preload_dlls()
        providers.insert(0, "CUDAExecutionProvider")
    path = files[0][0]
    try:
        session = runtime.InferenceSession(path, options, providers=providers)
    except Exception as error:  # likewise
        raise InvalidInput(f"{path}: is no model that can be loaded: {_line(error)}") from error
    if device == "cuda" and "CUDAExecutionProvider" not in session.get_providers():
        raise MissingDependency("the runtime for CUDA cannot use the device of this computer")
    return Session(session, device)


def _line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]
