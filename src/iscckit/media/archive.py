"""ZIP archives (most documents are ZIP archives), read within limits.

Sizes, counts and names in an archive may be false. The limits apply to the bytes that come out.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded

if TYPE_CHECKING:
    from iscckit.media.content_values import Limits, Source

__all__ = ["ENCRYPTED", "Archive", "open_zip"]

ENCRYPTED: Final = "is encrypted"  # end of the reason why an entry cannot be read

# Exceptions of zipfile for damaged, encrypted and unusual archives.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
_RATIO: Final = 1032  # maximum of bytes that one byte of Deflate unpacks to
_PIECE: Final = 1 << 20  # bytes unpacked at a time while they are counted
_ENTRY: Final = b"PK\3\4"  # signature of the first entry
_CUT: Final = "the end of the archive is missing or damaged, and with it the list of its files"
_ENCRYPTED: Final = 0x1  # flag bit of an entry


class Archive:
    """An open archive. ``open_zip`` makes it."""

    def __init__(self, archive: zipfile.ZipFile, source: Source, limits: Limits) -> None:
        self._zip = archive
        self._source = source
        self._limit = limits.archive_bytes
        self._left = limits.archive_bytes

    def names(self) -> tuple[str, ...]:
        """Return the names of all files in the order of the archive, without repetition."""
        found = dict.fromkeys(each.filename for each in self._zip.infolist())
        return tuple(name for name in found if name and not name.endswith("/"))

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def size(self, name: str) -> int:
        """Return the number of bytes that the archive states for ``name``."""
        return self._zip.NameToInfo[name].file_size

    def unpacks_within(self, names: Collection[str], most: int) -> bool:
        """Tell whether these entries really unpack to at most ``most`` bytes.

        The stated sizes do not count: a reader may ignore the directory of the archive.

        Raises:
            ExtractionFailed: An entry is damaged.
        """
        infos = [self._zip.NameToInfo[name] for name in names]
        if sum(info.file_size for info in infos) > most:
            return False
        if sum(info.compress_size for info in infos) * _RATIO <= most:
            return True
        for info in infos:
            whole = copy(info)
            whole.file_size, whole.CRC = most + 1, None  # type: ignore[assignment]
            try:
                with self._zip.open(whole) as entry:
                    while block := entry.read(_PIECE):
                        most -= len(block)
                        if most < 0:
                            return False
            except _DAMAGE as error:
                reason = f"{info.filename}: {error}"
                raise ExtractionFailed(self._source.path, self._source.mediatype, reason) from error
        return True

    def read(self, name: str) -> bytes:
        """Return the content of ``name``.

        Raises:
            ExtractionFailed: The entry is missing, damaged or encrypted.
            LimitExceeded: All entries read so far would exceed the limit.
        """
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & _ENCRYPTED:
                raise ExtractionFailed(
                    self._source.path, self._source.mediatype, f"{name} {ENCRYPTED}"
                )
            if info.file_size > self._left:  # no more than the stated size is read
                raise LimitExceeded(self._source.path, "bytes unpacked", self._limit)
            with self._zip.open(info) as entry:
                data = entry.read(info.file_size + 1)  # without a number, read would unpack all
        except _DAMAGE as error:
            reason = f"{name}: {error}"
            raise ExtractionFailed(self._source.path, self._source.mediatype, reason) from error
        self._left -= len(data)
        return data


@contextmanager
def open_zip(source: Source, limits: Limits) -> Iterator[Archive]:
    """Open the archive in ``source``.

    Raises:
        ExtractionFailed: The file is not a ZIP archive, or is damaged.
        LimitExceeded: The archive has more entries than ``limits.archive_entries``.
    """
    try:
        archive = zipfile.ZipFile(source.stream)
    except _DAMAGE as error:
        reason = _CUT if _begins_like_zip(source) else str(error)
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    with archive:
        if len(archive.filelist) > limits.archive_entries:
            raise LimitExceeded(source.path, "files in an archive", limits.archive_entries)
        yield Archive(archive, source, limits)


def _begins_like_zip(source: Source) -> bool:
    """Tell whether the file begins with an entry, so that its end is what is damaged."""
    source.stream.seek(0)
    return source.stream.read(len(_ENTRY)) == _ENTRY
