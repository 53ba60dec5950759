"""A filter of system calls: what no decoder needs is refused with "not permitted".

No sockets of any kind, no other programs, no processes (threads are fine), no looking into other
processes, no signals or limits for them, no change of the permissions, owners, times and attributes
of files (which Landlock leaves open), nothing that makes the kernel's attack surface larger.

Source:
    https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import Final, NamedTuple

__all__ = ["apply_filter", "is_available"]

_SET_SECCOMP: Final = 22  # operation of prctl
_FILTER: Final = 2

# Instructions of the classic packet filter.
_LOAD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_BITS: Final = 0x45
_RETURN: Final = 0x06

_KILL: Final = 0x80000000
_ERROR: Final = 0x00050000
_ALLOW: Final = 0x7FFF0000

_NUMBER_AT: Final = 0  # offsets in struct seccomp_data
_ARCHITECTURE_AT: Final = 4
_ARGUMENT_AT: Final = 16  # low half of the first
_THREAD: Final = 0x00010000  # CLONE_THREAD
_X32: Final = 0x40000000  # numbers of the other interface of x86


class _Numbers(NamedTuple):
    """System calls of an architecture."""

    architecture: int
    clone: int
    clone3: int
    own: tuple[int, ...]  # allowed if the first argument is the process itself
    refused: tuple[int, ...]


# socket, connect, bind, execve, execveat, ptrace, process_vm_readv, process_vm_writev,
# io_uring_setup, bpf, userfaultfd, perf_event_open, keyctl, add_key, request_key, mount, unshare,
# setns, pidfd_open, pidfd_getfd, pivot_root, chroot; fork and vfork where they exist; tkill,
# rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal; fchmod, fchmodat, fchmodat2, fchown,
# fchownat, utimensat, setxattr, lsetxattr, fsetxattr, setxattrat, removexattr, lremovexattr,
# fremovexattr, removexattrat; chmod, chown, lchown, utime, utimes and futimesat where they exist.
# Own: kill, tgkill, prlimit64.
_NUMBERS: Final = {
    "x86_64": _Numbers(
        architecture=0xC000003E,
        clone=56,
        clone3=435,
        own=(62, 234, 302),
        refused=(
            *(41, 42, 49, 59, 322, 101, 310, 311, 425, 321, 323, 298),
            *(250, 248, 249, 165, 272, 308, 434, 438, 155, 161, 57, 58),
            *(200, 129, 297, 424, 91, 268, 452, 93, 260, 280),
            *(188, 189, 190, 463, 197, 198, 199, 466, 90, 92, 94, 132, 235, 261),
        ),
    ),
    "aarch64": _Numbers(
        architecture=0xC00000B7,
        clone=220,
        clone3=435,
        own=(129, 131, 261),
        refused=(
            *(198, 203, 200, 221, 281, 117, 270, 271, 425, 280, 282, 241),
            *(219, 217, 218, 40, 97, 268, 434, 438, 41, 51),
            *(130, 138, 240, 424, 52, 53, 452, 55, 54, 88),
            *(5, 6, 7, 463, 14, 15, 16, 466),
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_available() -> bool:
    """Tell whether this kernel filters, and the numbers of its system calls are known."""
    if sys.platform != "linux" or os.uname().machine not in _NUMBERS:
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
    code = _program(_NUMBERS[os.uname().machine], os.getpid())
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(numbers: _Numbers, process: int) -> bytes:
    """Return the filter: 8 bytes an instruction; jumps count the instructions to pass over."""
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    absent = (_RETURN, 0, 0, _ERROR | errno.ENOSYS)  # the C library then takes clone
    allow = (_RETURN, 0, 0, _ALLOW)
    rows = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, numbers.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, 0, 1, _X32),
        refuse,
        (_IF_EQUAL, 0, 1, numbers.clone3),
        absent,
        (_IF_EQUAL, 0, 4, numbers.clone),
        (_LOAD, 0, 0, _ARGUMENT_AT),
        (_IF_BITS, 1, 0, _THREAD),
        refuse,
        allow,
    ]
    for number in numbers.own:
        rows += [
            (_IF_EQUAL, 0, 5, number),
            (_LOAD, 0, 0, _ARGUMENT_AT),
            (_IF_EQUAL, 2, 0, process),
            (_IF_EQUAL, 1, 0, 0),  # itself as well
            refuse,
            allow,
        ]
    for number in numbers.refused:
        rows += [(_IF_EQUAL, 0, 1, number), refuse]
    rows.append(allow)
    return b"".join(struct.pack("=HBBI", *row) for row in rows)
