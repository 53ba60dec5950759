"""Confinement of a worker: what one task may use, see and do, given up before it starts.

Layers, each of which holds by itself: limits of the system (``limits``), no way to more rights
(``no-new-privs``), no file but those needed and no TCP (``landlock``), no system call that no
decoder needs (``seccomp``). Where the system lacks a layer, the others stay.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iscckit import _kernel
from iscckit.workers import landlock, seccomp

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["Confinement", "active_layers", "confine", "lead_group"]

# Operations of prctl.
_DIE_WITH_PARENT: Final = 1
_NO_NEW_PRIVS: Final = 38

_OPEN_FILES: Final = 256
_SLACK: Final = 30.0  # seconds of processor time beyond those of the clock

# What libraries need beside Python's own folders: code, fonts, the time zone, noise.
_SYSTEM: Final = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/usr/share/zoneinfo",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/proc/self/maps",
    "/sys/devices/system/cpu",
    "~/.fonts",
    "~/.local/share/fonts",
)
_SINKS: Final = ("/dev/null",)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What one task may use.

    Attributes:
        readable: Files that it reads.
        writable: Folder in which it writes; temporary files go there.
        shared: Further folders in which it may write, for libraries that insist on them.
        seconds: Of work; processor time may be that much for each processor.
        memory: Bytes of data that it may hold.
        file_bytes: Of one file that it writes.
        is_confined: Whether the layers ``landlock`` and ``seccomp`` are wanted.
    """

    readable: tuple[str, ...]
    writable: str
    shared: tuple[str, ...] = ()
    seconds: float = 600.0
    memory: int = 2 << 30
    file_bytes: int = 8 << 30
    is_confined: bool = True


def active_layers(*, is_confined: bool = True) -> tuple[str, ...]:
    """Return the names of the layers that this system can put around a worker.

    Args:
        is_confined: False where the caller has switched off ``landlock`` and ``seccomp``.
    """
    layers = ["process"]
    if resource is not None:
        layers.append("limits")
    if sys.platform == "linux":
        layers.append("no-new-privs")
    if is_confined and (version := landlock.version()):
        layers.append(f"landlock-{version}")
    if is_confined and seccomp.is_available():
        layers.append("seccomp")
    return tuple(layers)


def lead_group() -> None:
    """Make this process the head of a group, so that all of it can be killed at once.

    On Linux it also dies with the process that started it.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL), 0, 0, 0)


def confine(limits: Confinement) -> None:
    """Give up everything that ``limits`` does not name. There is no way back.

    Raises:
        OSError: A layer that the system has could not be put on.
    """
    if resource is not None:
        _limit(limits)
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not limits.is_confined:
        return
    if landlock.version():
        readable = (*_installation(), *_SYSTEM, *limits.readable)
        writable = (*_SINKS, limits.writable, *limits.shared)
        landlock.restrict([os.path.expanduser(path) for path in readable], writable)
    if seccomp.is_available():
        seccomp.apply_filter()


def _limit(limits: Confinement) -> None:
    processor = int((limits.seconds + _SLACK) * (os.cpu_count() or 1))
    for kind, value in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))


def _installation() -> set[str]:
    """Return the folders of Python, its packages and this one; never the user's own folder."""
    folders = {
        os.path.join(prefix, name)
        for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix)
        for name in ("lib", "lib64", "pyvenv.cfg")
    }
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}}
    folders |= {str(Path(__file__).parents[1]), str(Path(_kernel.__file__).parent)}
    return folders
