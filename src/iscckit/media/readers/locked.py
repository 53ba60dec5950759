"""Documents whose content is encrypted: they say so, and are not taken for empty ones.

Source: EPUB Open Container Format 3.3, 4.2.6 (encryption.xml); OpenDocument 1.3 part 2, 4.8
(encryption-data); [MS-OFFCRYPTO], 2.3 (EncryptedPackage).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from iscckit.errors import ExtractionFailed
from iscckit.media.detect.container_types import list_ole_names
from iscckit.media.readers.epub import read_book
from iscckit.media.readers.markup import local_name, parse_xml

if TYPE_CHECKING:
    from iscckit.media.archive import Archive
    from iscckit.media.content_values import Source

__all__ = ["DRM", "PASSWORD", "needs_password", "refuse_locked"]

PASSWORD: Final = "it needs a password"
DRM: Final = "it has DRM: its text is encrypted"

_BOOK: Final = "META-INF/encryption.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_FULL_PATH: Final = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path"
_CONTENTS: Final = frozenset({"content.xml", "encrypted-package"})
_OLE: Final = "application/x-ole-storage"


def needs_password(source: Source) -> bool:
    """Tell whether a file is an Office Open XML document in an encrypted package."""
    return source.mediatype == _OLE and "EncryptedPackage" in list_ole_names(source.stream)


def refuse_locked(archive: Archive, source: Source) -> None:
    """Refuse a book or an OpenDocument file whose text is encrypted; encrypted fonts do not count.

    Raises:
        ExtractionFailed: The text is encrypted.
    """
    if _BOOK in archive and _list_encrypted(archive) & _list_chapters(archive, source):
        raise ExtractionFailed(source.path, source.mediatype, DRM)
    if _MANIFEST in archive and "opendocument" in source.mediatype and _is_encrypted(archive):
        raise ExtractionFailed(source.path, source.mediatype, PASSWORD)


def _list_encrypted(archive: Archive) -> set[str]:
    root = parse_xml(archive.read(_BOOK))
    return {
        unquote(each.get("URI", "")).lstrip("/")
        for each in (() if root is None else root.iter())
        if local_name(each) == "CipherReference"
    }


def _list_chapters(archive: Archive, source: Source) -> set[str]:
    return {item.name for item in read_book(archive, source).spine}


def _is_encrypted(archive: Archive) -> bool:
    root = parse_xml(archive.read(_MANIFEST))
    return any(
        each.get(_FULL_PATH) in _CONTENTS
        and any(local_name(of) == "encryption-data" for of in each)
        for each in (() if root is None else root.iter())
        if local_name(each) == "file-entry"
    )
