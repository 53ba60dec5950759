"""What the library knows of one file, without its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iscckit.codec.unit import Unit
from iscckit.units.quality import Flag

__all__ = ["Item", "Stat", "State"]

State = Literal["present", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class Stat:
    """What tells, without reading a file, whether it is still the same."""

    size: int
    mtime: int
    inode: int
    device: int


@dataclass(frozen=True, slots=True)
class Item:
    """One file in the library.

    Attributes:
        id: Its number; another one when the content changes.
        path: Absolute, as the file system has it.
        stat: As of the last scan.
        state: ``present``; ``missing`` since a later scan; ``failed``: no code could be made.
        mode: As in its record.
        mediatype: Likewise.
        name: Likewise.
        iscc: Its ISCC-CODE.
        datahash: 34 bytes.
        units: Of 256 bits.
        flags: Of quality, as in its record.
        error: Why it failed, or what its record lacks.
    """

    id: int
    path: str
    stat: Stat
    state: State
    mode: str | None = None
    mediatype: str | None = None
    name: str | None = None
    iscc: str | None = None
    datahash: bytes | None = None
    units: tuple[Unit, ...] = ()
    flags: tuple[Flag, ...] = ()
    error: str | None = None

    @property
    def file_key(self) -> object:
        """Equal for all paths of one file, and different for different files."""
        return (self.stat.device, self.stat.inode) if self.stat.inode else self.path
