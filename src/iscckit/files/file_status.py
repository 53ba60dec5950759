"""Which file stands at a path, in which state, and with which attributes."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["TIME_STEP", "Attributes", "Identity", "open_regular"]

# Nanoseconds: file systems keep times in steps of up to two seconds; within one, a write may not
# show.
TIME_STEP: Final = 2_000_000_000

# Extended attributes that belong to a file; the system sets those of other name spaces.
_OF_FILES: Final = ("user.", "system.posix_acl_")
# What is said where somebody may not set an attribute, or the file system does not have it.
_REFUSED: Final = (
    errno.EPERM,
    errno.EACCES,
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
)


def open_regular(path: str) -> int:
    """Open a regular file for reading and return its descriptor; a link as last name is refused.

    Raises:
        OSError: There is no such file, it is a link (ELOOP) or not a regular file (EINVAL).
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would block
    number = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return number


@dataclass(frozen=True, slots=True)
class Identity:
    """A file and its state, as far as the file system tells without reading it.

    Attributes:
        device: Number of the file system.
        inode: Number of the file in it.
        size: Bytes.
        mtime: When its bytes were last written, in nanoseconds.
        ctime: When anything of it, its name included, was last changed, in nanoseconds.
        links: How many names it has.
    """

    device: int
    inode: int
    size: int
    mtime: int
    ctime: int
    links: int

    @classmethod
    def of(cls, file: int | str) -> Identity:
        """Return the identity of an open file, or of what a path names itself.

        Raises:
            OSError: There is no such file.
        """
        status = os.stat(file) if isinstance(file, int) else os.lstat(file)
        return cls(
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_nlink,
        )

    def is_same_file(self, other: Identity) -> bool:
        """Tell whether both are one file."""
        return (self.device, self.inode) == (other.device, other.inode)

    def has_same_bytes(self, other: Identity) -> bool:
        """Tell whether both are one file that was not written to in between.

        A rename or a further link changes ``ctime``, so that does not count here.
        """
        same = self.is_same_file(other)
        return same and (self.size, self.mtime) == (other.size, other.mtime)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What belongs to a file beside its bytes and its name.

    Attributes:
        mode: Permission bits.
        owner: Number of the user; None where the system has none.
        group: Number of the group; None where the system has none.
        accessed: Time of the last access, in nanoseconds.
        modified: Time of the last change, in nanoseconds.
        extended: Extended attributes by name, access control lists among them.
    """

    mode: int
    owner: int | None
    group: int | None
    accessed: int
    modified: int
    extended: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, file: int) -> Attributes:
        """Return the attributes of an open file.

        Raises:
            OSError: They cannot be read.
        """
        status = os.fstat(file)
        has_owner = sys.platform != "win32"
        return cls(
            stat.S_IMODE(status.st_mode),
            status.st_uid if has_owner else None,
            status.st_gid if has_owner else None,
            status.st_atime_ns,
            status.st_mtime_ns,
            _read_extended(file),
        )

    def has_same_rights(self, other: Attributes) -> bool:
        """Tell whether owner, group, mode and extended attributes are equal."""
        ours = (self.mode, self.owner, self.group, self.extended)
        return ours == (other.mode, other.owner, other.group, other.extended)

    def to_dict(self) -> dict[str, object]:
        """Return the attributes in JSON types."""
        names = {os.fsencode(name).hex(): value.hex() for name, value in self.extended.items()}
        return {
            "mode": self.mode,
            "owner": self.owner,
            "group": self.group,
            "accessed": self.accessed,
            "modified": self.modified,
            "extended": dict(names),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Attributes:
        """Return the attributes that ``to_dict`` gave.

        Raises:
            KeyError, TypeError, ValueError: It did not give these values.
        """
        extended = {
            os.fsdecode(bytes.fromhex(name)): bytes.fromhex(value)
            for name, value in values["extended"].items()
        }
        return cls(
            values["mode"],
            values["owner"],
            values["group"],
            values["accessed"],
            values["modified"],
            extended,
        )

    def give(self, file: int, *, times: bool = True) -> list[str]:
        """Give an open file these attributes.

        Args:
            file: Its descriptor.
            times: Whether the times are set as well.

        Returns:
            The names of those that could not be set: ``owner``, ``mode``, ``times`` or the name
            of an extended attribute.

        Raises:
            OSError: The disk is full or fails.
        """
        failed = []
        status = os.fstat(file)
        if self.owner is not None and (status.st_uid, status.st_gid) != (self.owner, self.group):
            group = -1 if self.group is None else self.group
            failed += _try("owner", os.fchown, file, self.owner, group)
        failed += self._give_extended(file)
        # The mode comes last, for owner and access control lists change bits of it.
        if stat.S_IMODE(os.fstat(file).st_mode) != self.mode:
            failed += _try("mode", os.fchmod, file, self.mode)
        if times:
            failed += _try("times", _set_times, file, self.accessed, self.modified)
        return failed

    def _give_extended(self, file: int) -> list[str]:
        failed = []
        there = _read_extended(file)
        for name, value in self.extended.items():
            if there.get(name) != value:
                failed += _try(name, os.setxattr, file, name, value)
        for name in there.keys() - self.extended.keys():
            if name.startswith(_OF_FILES):  # such as a list that the folder gives new files
                failed += _try(name, os.removexattr, file, name)
        return failed


def _set_times(file: int, accessed: int, modified: int) -> None:
    os.utime(file, ns=(accessed, modified))


def _try(name: str, set_it: Callable[..., None], *values: object) -> list[str]:
    """Return ``name`` if the system or the file system refuses to set an attribute for good."""
    try:
        set_it(*values)
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        return [name]
    return []


def _read_extended(file: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):  # Linux alone has them in the standard library
        return {}
    found = {}
    try:
        names = os.listxattr(file)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP):
            return {}
        raise
    for name in names:
        with suppress(OSError):  # removed meanwhile, or for the system alone
            found[name] = os.getxattr(file, name)
    return found
