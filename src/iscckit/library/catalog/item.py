"""Values that describe a file of the library, without its record."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from iscckit.codec.unit import Unit
from iscckit.json_types import JsonValue
from iscckit.records.rules import RULES, equal_rules
from iscckit.records.safe_text import readable
from iscckit.units.quality import Flag

__all__ = ["FingerprintKind", "Fingerprints", "Item", "KnownFile", "Stat", "State"]

State = Literal["present", "missing", "failed"]
FingerprintKind = Literal["picture", "spot", "grid", "text", "sound", "frame"]


@dataclass(frozen=True, slots=True)
class Stat:
    """File status that changes when somebody writes to the file.

    Attributes:
        size: Size in bytes.
        mtime: Time of the last change in nanoseconds since 1970.
        inode: Inode number; 0 where the file system has none.
        device: Number of the device that holds the file.
        ctime: Time of the last change of the file, its name, owner and mode included, in
            nanoseconds since 1970; 0 where an older version did not note it. Programs can set
            ``mtime``, but not ``ctime``.
    """

    size: int
    mtime: int
    inode: int
    device: int
    ctime: int = 0

    @classmethod
    def of(cls, file: str | int) -> Stat | None:
        """Return the status of a file; None if it cannot be told.

        Args:
            file: Path, or descriptor of an open file.
        """
        try:
            found = os.stat(file)
        except OSError:
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev, found.st_ctime_ns)

    def is_unchanged(self, now: Stat | None, *, ignore_ctime: bool = False) -> bool:
        """Tell whether a file of this status at the last scan was not written to since.

        Args:
            now: Status of the file now; None if there is none.
            ignore_ctime: Whether ``ctime`` may differ; it counts only where both are known.
        """
        if now is None or self.without_ctime() != now.without_ctime():
            return False
        return ignore_ctime or not self.ctime or not now.ctime or self.ctime == now.ctime

    def without_ctime(self) -> Stat:
        """Return the status without ``ctime``, which a rename may change."""
        return replace(self, ctime=0)


class KnownFile(NamedTuple):
    """State of a file at the last scan.

    Attributes:
        id: Number of the item.
        stat: File status at the last scan.
        state: State of the item.
    """

    id: int
    stat: Stat
    state: State


@dataclass(frozen=True, slots=True)
class Item:
    """One file in the library.

    Attributes:
        id: Number of the item; a file whose content changes gets a new number.
        path: Absolute path, as the file system spells it.
        stat: File status at the last scan.
        state: ``present``; ``missing`` since a later scan; ``failed``: no code could be made.
        mode: Mode of the record: ``text``, ``image``, ``audio``, ``video``; None for other content.
        mediatype: Media type of the record.
        name: Title of the record, or the file name.
        iscc: ISCC-CODE.
        datahash: Multihash of the bytes, 34 bytes.
        units: Units of 256 bits.
        flags: Quality flags of the record.
        error: Reason why no code could be made, or why the record lacks a unit.
        rules: Version of the rules by which the file was read; see ``records.rules``.
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
    rules: int = RULES

    @property
    def file_key(self) -> object:
        """Key that is equal for all paths of one file, and different for different files."""
        return (self.stat.device, self.stat.inode) if self.stat.inode else self.path

    @property
    def rank_key(self) -> tuple[bytes, bytes]:
        """Datahash and path: they break ties, as the number depends on the order of the scan."""
        return self.datahash or b"", os.fsencode(self.path)

    @property
    def equal_rules(self) -> int:
        """The newest version of the rules that reads such a file as ``rules`` does."""
        return equal_rules(self.rules, self.mode, self.mediatype)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the item in JSON types."""
        return {
            "id": self.id,
            "path": readable(self.path),
            "state": self.state,
            "mode": self.mode,
            "mediatype": self.mediatype,
            "name": self.name,
            "iscc": self.iscc,
            "size": self.stat.size,
            "changed": self.stat.mtime / 1e9,
            "flags": [*self.flags],
            "error": self.error,
            "rules": self.rules,
        }


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints of one kind of one content; ``library.fingerprints`` has a table of the kinds.

    Attributes:
        kind: Kind of the fingerprints.
        codes: Bodies of the codes, one after the other; of ``grid`` the compressed picture.
        places: Place of each code in the content; 32-bit unsigned integers, little-endian.
        labels: Names of the places where these have names (pictures in documents).
    """

    kind: FingerprintKind
    codes: bytes
    places: bytes
    labels: tuple[str, ...] = ()
