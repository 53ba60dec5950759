"""Whether workers are confined: what ``auto``, ``require`` and ``off`` mean."""

from __future__ import annotations

from typing import Literal

from iscckit.errors import InvalidInput

__all__ = ["Sandbox", "is_wanted"]

Sandbox = Literal["auto", "require", "off"]


def is_wanted(sandbox: Sandbox) -> bool:
    """Return whether workers are to be confined.

    Args:
        sandbox: ``auto``: by each layer that the system has; ``require``: the same, and the system
            must have Landlock; ``off``: by limits only.

    Raises:
        InvalidInput: ``require`` where the system has no Landlock.
    """
    if sandbox == "require":
        from iscckit.workers.sandbox import active_layers  # slow to import

        layers = active_layers()
        if not any(name.startswith("landlock") for name in layers):
            has = ", ".join(layers)
            raise InvalidInput(
                f"this system has no Landlock (Linux 5.13 or newer); it can do: {has}"
            )
    return sandbox != "off"
