"""Landlock: a process gives up all files and connections but those it names, for good.

Linux has it from 5.13 on; what a kernel can restrict grows with the version of the interface.

Source:
    https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from functools import cache
from typing import Final

__all__ = ["restrict", "version"]

# System calls, the same on all architectures.
_CREATE: Final = 444
_ADD: Final = 445
_RESTRICT: Final = 446
_ASK_VERSION: Final = 1  # flag of _CREATE
_PATH_BENEATH: Final = 1  # kind of rule of _ADD

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_MAKE_CHAR: Final = 1 << 6
_MAKE_SOCK: Final = 1 << 9
_MAKE_FIFO: Final = 1 << 10
_MAKE_BLOCK: Final = 1 << 11
_MAKE_SYM: Final = 1 << 12
_NO_FILES: Final = _MAKE_CHAR | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _MAKE_SYM
_REFER: Final = 1 << 13
_TRUNCATE: Final = 1 << 14
_IOCTL: Final = 1 << 15
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READ: Final = _READ_FILE | _READ_DIR | _EXECUTE
_FIRST: Final = (1 << 13) - 1  # what version 1 restricts
_TCP: Final = 0b11  # bind and connect
_SCOPES: Final = 0b11  # abstract sockets and signals to processes outside


def version() -> int:
    """Return the version of the interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    level: int = _libc().syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION)
    return max(0, level)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Give up everything but reading and running what lies in or below some paths.

    It holds for the calling thread and all that it starts. The caller has set no-new-privs.

    Args:
        readable: Files and folders; those that do not exist are passed over.
        writable: Files and folders that may be read and, below folders, changed. There, too, no
            device, socket, pipe or symbolic link can be made.

    Raises:
        OSError: The kernel does not have it.
    """
    level = version()
    handled = _FIRST
    for least, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL)):
        handled |= right if level >= least else 0
    fields = [handled]
    if level >= 4:
        fields.append(_TCP)
    if level >= 6:
        fields.append(_SCOPES)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _call(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for paths, rights in ((readable, _READ), (writable, handled & ~(_EXECUTE | _NO_FILES))):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, place)
        _call(_ADD, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    result: int = _libc().syscall(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


@cache  # to load it takes longer than to call it
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
