"""Confinement of a worker: what it may use, see and do, given up before its first task.

Layers, each of which holds by itself: limits of the system (``limits``), no way to more rights
(``no-new-privs``), none of the rights of root (``no-capabilities``), no file but those needed and
no TCP (``landlock``), no system call that no decoder needs (``seccomp``). Where the system lacks a
layer, the others stay.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from typing import Final

from iscckit import _kernel
from iscckit.workers import landlock, seccomp
from iscckit.workers.confinement import Confinement

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["OPEN_FILES", "active_layers", "confine", "lead_group", "limit_memory"]


# Operations of prctl.
_DIE_WITH_PARENT: Final = 1
_NO_NEW_PRIVS: Final = 38
_DROP_CAPABILITY: Final = 24
_AMBIENT: Final = 47
_CLEAR_ALL: Final = 4  # of _AMBIENT

_CAPABILITIES: Final = 64  # bits of three sets; those that the kernel does not know are refused
_CAPABILITY_VERSION: Final = 0x20080522
_READ_RIGHTS: Final = (2, 1)  # CAP_DAC_READ_SEARCH; where root has been left without: _OVERRIDE

OPEN_FILES: Final = 256
_PRIVATE: Final = 0o077  # bits that files of a worker never have: it may not change them later
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
_PACKAGES: Final = {"site-packages", "dist-packages"}


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
    if is_confined and sys.platform == "linux":
        layers.append("no-capabilities")
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
    os.umask(_PRIVATE)
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not limits.is_confined:
        return
    both = bool(landlock.version()) and seccomp.is_available()
    _drop_capabilities(_READ_RIGHTS if limits.reads_as_root and both else ())
    if landlock.version():
        readable = (*_installation(), *_SYSTEM, *limits.readable)
        writable = (*_SINKS, *filter(None, (limits.writable,)), *limits.shared)
        landlock.restrict([os.path.expanduser(path) for path in readable], writable)
    if seccomp.is_available():
        seccomp.apply_filter()


def _drop_capabilities(kept: tuple[int, ...]) -> None:
    """Give up the rights of root, and those that a program or a later call could bring back.

    Args:
        kept: Rights of which the first one that this process has is kept.

    Raises:
        OSError: The system keeps them.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    had = bytearray(24)  # effective, permitted, inheritable: twice, for each 32 rights
    if kept:
        libc.capget(header, (ctypes.c_char * 24).from_buffer(had))
    (permitted,) = struct.unpack_from("=I", had, 4)
    left = next((1 << number for number in kept if permitted >> number & 1), 0)
    for number in range(_CAPABILITIES):
        libc.prctl(_DROP_CAPABILITY, number, 0, 0, 0)  # refused to all but root, who needs it
    libc.prctl(_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    if libc.capset(header, struct.pack("=6I", left, left, 0, 0, 0, 0)):
        number = ctypes.get_errno()
        raise OSError(number, f"capabilities: {os.strerror(number)}")


def limit_memory(memory: int) -> None:
    """Let this process hold no more than ``memory`` bytes of data, until the next call.

    It is a limit that the process itself can lift, for decoders that take what they get; whoever
    waits for the process watches it as well. Only on Linux such a limit counts all memory.
    """
    if sys.platform != "linux":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _limit(limits: Confinement) -> None:
    wanted = [
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ]
    if limits.memory is not None:
        wanted.append((resource.RLIMIT_DATA, limits.memory))
    if limits.seconds is not None:
        processor = int((limits.seconds + _SLACK) * (os.cpu_count() or 1))
        wanted.append((resource.RLIMIT_CPU, processor))
    for kind, value in wanted:
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
    folders |= {os.path.dirname(each) for each in (os.__file__, _kernel.__file__)}
    folders.add(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return folders | {path for path in sys.path if os.path.basename(path) in _PACKAGES}
