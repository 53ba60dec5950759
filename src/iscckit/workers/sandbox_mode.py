"""Whether workers are confined: what ``auto``, ``require`` and ``off`` mean."""

from __future__ import annotations

from typing import Final, Literal

from iscckit.errors import InvalidInput

__all__ = ["Sandbox", "is_wanted"]

# What ``require`` asks for, by the first word of a layer's name.
_NEEDED: Final = (
    ("landlock", "Landlock (Linux 5.13 or newer)"),
    ("seccomp", "filter of system calls (seccomp, on x86-64 and 64-bit ARM)"),
)

Sandbox = Literal["auto", "require", "off"]


def is_wanted(sandbox: Sandbox) -> bool:
    """Return whether workers are to be confined.

    Args:
        sandbox: ``auto``: by each layer that the system has; ``require``: the same, and the system
            must have Landlock and a filter of system calls; ``off``: by limits only.

    Raises:
        InvalidInput: ``require`` where the system lacks one of these; the error names it.
    """
    if sandbox == "require":
        from iscckit.workers.sandbox import active_layers  # slow to import

        layers = active_layers()
        missing = [
            words
            for layer, words in _NEEDED
            if not any(name.partition("-")[0] == layer for name in layers)
        ]
        if missing:
            raise InvalidInput(
                f"this system has no {' and no '.join(missing)}; it can do: {', '.join(layers)}"
            )
    return sandbox != "off"
