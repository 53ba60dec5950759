"""A filter of system calls: a worker has those that decoders make, and no others.

No sockets of any kind, no other programs, no processes (threads are fine), no looking into other
processes, no signals, limits or priorities for them, no memory or messages that are shared with
them, no watching of files, no change of the permissions, owners, times and attributes of files
(which Landlock leaves open). What is not known is answered as by a kernel that does not have it, so
that libraries take another way; no call ends the worker.

Source:
    https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import Final

from iscckit.workers.system_calls import (
    ALLOWED,
    ARCHITECTURES,
    OWN,
    PRCTL,
    REFUSED,
    Architecture,
)

__all__ = ["apply_filter", "is_available"]

_SET_SECCOMP: Final = 22  # operation of prctl
_FILTER: Final = 2

# Instructions of the classic packet filter.
_LOAD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_BITS: Final = 0x45
_RETURN: Final = 0x06

_ERROR: Final = 0x00050000
_ALLOW: Final = 0x7FFF0000

_NUMBER_AT: Final = 0  # offsets in struct seccomp_data
_ARCHITECTURE_AT: Final = 4
_ARGUMENT_AT: Final = 16  # low half of the first
_THREAD: Final = 0x00010000  # CLONE_THREAD
_X32: Final = 0x40000000  # numbers of the other interface of x86


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_available() -> bool:
    """Tell whether this kernel filters, and the numbers of its system calls are known."""
    if sys.platform != "linux" or os.uname().machine not in ARCHITECTURES:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_SECCOMP, _FILTER, None, 0, 0)  # changes nothing without a program
    return ctypes.get_errno() == errno.EFAULT


def apply_filter() -> None:
    """Refuse the system calls for the calling thread and all that it starts, for good.

    The process must not fork afterwards, which the filter sees to: it knows the process by number.

    The caller has set no-new-privs.

    Raises:
        OSError: The kernel does not have it.
    """
    code = _program(ARCHITECTURES[os.uname().machine], os.getpid())
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(known: Architecture, process: int) -> bytes:
    """Return the filter: 8 bytes an instruction; jumps count the instructions to pass over."""
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    absent = (_RETURN, 0, 0, _ERROR | errno.ENOSYS)
    allow = (_RETURN, 0, 0, _ALLOW)
    numbers = known.numbers
    rows = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, known.audit),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),  # calls of 32 bits
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, 0, 1, _X32),
        absent,
        (_IF_EQUAL, 0, 4, numbers["clone"]),  # of clone3 nothing is known; the C library asks both
        (_LOAD, 0, 0, _ARGUMENT_AT),
        (_IF_BITS, 1, 0, _THREAD),
        refuse,
        allow,
        (_IF_EQUAL, 0, 3 + len(PRCTL), numbers["prctl"]),
        (_LOAD, 0, 0, _ARGUMENT_AT),
        *((_IF_EQUAL, len(PRCTL) - i, 0, each) for i, each in enumerate(PRCTL)),
        refuse,
        allow,
    ]
    for name in OWN:
        rows += [
            (_IF_EQUAL, 0, 5, numbers[name]),
            (_LOAD, 0, 0, _ARGUMENT_AT),
            (_IF_EQUAL, 2, 0, process),
            (_IF_EQUAL, 1, 0, 0),  # itself as well
            refuse,
            allow,
        ]
    for names, answer in ((ALLOWED, allow), (REFUSED, refuse)):
        for number in sorted(numbers[name] for name in names if name in numbers):
            rows += [(_IF_EQUAL, 0, 1, number), answer]
    rows.append(absent)
    return b"".join(struct.pack("=HBBI", *row) for row in rows)
