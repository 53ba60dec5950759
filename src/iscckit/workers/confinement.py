"""What a worker may use beside what is handed to it, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iscckit.errors import InvalidInput

__all__ = ["Confinement", "Sandbox", "is_wanted"]

Sandbox = Literal["auto", "require", "off"]


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a worker may use.

    Attributes:
        readable: Files and folders that it reads beside those that are handed to it.
        writable: Folder in which it writes; temporary files go there. Empty if it has none.
        shared: Further folders in which it may write, for libraries that insist on them.
        seconds: Of work; processor time may be that much for each processor. None: no limit here.
        memory: Bytes of data that it may hold. None: no limit here, but one for each task.
        file_bytes: Of one file that it writes.
        is_confined: Whether the layers ``landlock`` and ``seccomp`` are wanted.
    """

    readable: tuple[str, ...] = ()
    writable: str = ""
    shared: tuple[str, ...] = ()
    seconds: float | None = None
    memory: int | None = None
    file_bytes: int = 8 << 30
    is_confined: bool = True


def is_wanted(sandbox: Sandbox) -> bool:
    """Return whether workers are to be confined.

    Args:
        sandbox: ``auto``: by each layer that the system has; ``require``: likewise, and the system
            must have Landlock; ``off``: by limits only.

    Raises:
        InvalidInput: ``require`` where the system has no Landlock.
    """
    if sandbox == "require":
        from iscckit.workers.sandbox import active_layers  # noqa: PLC0415 (slow to import)

        layers = active_layers()
        if not any(name.startswith("landlock") for name in layers):
            has = ", ".join(layers)
            raise InvalidInput(
                f"this system has no Landlock (Linux 5.13 or newer); it can do: {has}"
            )
    return sandbox != "off"
