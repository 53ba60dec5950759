"""Which modules a call enters, and in which order."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import iscckit

ROOT = str(Path(iscckit.__file__).parent) + "/"


def module_of(frame: FrameType) -> str:
    """Return the module of the code below ``iscckit``; empty for code of others."""
    name = frame.f_code.co_filename
    return name[len(ROOT) : -3].replace("/", ".") if name.startswith(ROOT) else ""


def caller_of(frame: FrameType) -> str:
    """Return the module of iscckit that called, perhaps through code of others."""
    back = frame.f_back
    while back is not None and not module_of(back):
        back = back.f_back
    return "" if back is None else module_of(back)


def trace(function: Callable[[list[str]], object]) -> list[str]:
    """Return the modules that ``function`` enters from another module, in all threads, in order.

    A module stands once for each run of calls into it; returns don't count. The function gets the
    list while it grows, and may clear it after its preparations.
    """
    entered: list[str] = []
    lock = threading.Lock()

    def see(frame: FrameType, event: str, arg: object) -> None:
        if event != "call" or frame.f_code.co_name == "<module>":
            return
        module = module_of(frame)
        if module and module != caller_of(frame):
            with lock:
                if entered[-1:] != [module]:
                    entered.append(module)

    threading.setprofile(see)
    sys.setprofile(see)
    try:
        function(entered)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return entered


def walk(entered: list[str], road: tuple[str, ...]) -> list[str]:
    """Return the entries into modules of a road, each run of them once."""
    found: list[str] = []
    for module in entered:
        if module in road and found[-1:] != [module]:
            found.append(module)
    return found
