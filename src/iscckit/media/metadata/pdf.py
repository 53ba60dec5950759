"""Metadata of PDF: the document information precedes XMP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.exif import BLOCK_BYTES
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.metadata.xmp import read_xmp_signals, read_xmp_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

__all__ = ["PRECEDENCE", "read", "silence_pypdf"]

PRECEDENCE: Final[Precedence] = {
    "name": ("PDF iscc_name", "PDF Title", "XMP dc:title"),
    "description": ("PDF iscc_description", "PDF Subject", "XMP dc:description"),
    "meta": ("PDF iscc_meta",),
    "creator": ("PDF Author", "XMP dc:creator"),
    "license": ("PDF iscc_license", "XMP xmpRights:WebStatement"),
    "acquire": ("PDF iscc_acquire",),
    "rights": ("PDF iscc_rights", "XMP dc:rights"),
    "credit": ("PDF iscc_credit",),
    "keywords": ("PDF Keywords", "XMP dc:subject"),
    "identifier": ("PDF iscc_identifier", "XMP dc:identifier"),
    "language": ("PDF iscc_language", "XMP dc:language"),
    "iscc": ("PDF iscc", "XMP iscc:iscc"),
    "data_mining": ("XMP plus:DataMining",),
    "tdm_reservation": ("XMP tdm:reservation",),
    "tdm_policy": ("XMP tdm:policy",),
}


@contextmanager
def silence_pypdf() -> Iterator[None]:
    """Keep pypdf from logging what it finds in damaged files: it names no file."""
    import logging

    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the document information and in the XMP packet.

    Raises:
        ExtractionFailed: The file is damaged or needs a password.
    """
    from pypdf import PdfReader  # slow to import

    tags: dict[str, str] = {}
    damage: list[str] = []
    signals: list[tuple[str, str]] = []
    try:
        with silence_pypdf():
            reader = PdfReader(source.stream)
            packet = _read_packet(reader)
            for key, value in (reader.metadata or {}).items():
                if isinstance(value, str):
                    tags[f"PDF {key.removeprefix('/')}"] = str(value).strip("\0 \r\n\t")
    except Exception as error:  # pypdf raises many kinds of errors on damaged files
        reason = f"metadata: {str(error) or type(error).__name__}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    if packet:
        try:
            tags |= read_xmp_tags(packet, languages=False)
            signals = read_xmp_signals(packet)
        except ValueError as error:
            damage.append(str(error))
    named = {k: v for k, v in tags.items() if v}
    return choose(named, PRECEDENCE, damage=tuple(damage), signals=signals)


def _read_packet(reader: PdfReader) -> bytes:
    root = reader.trailer["/Root"].get_object()
    stream = root.get("/Metadata") if hasattr(root, "get") else None  # type: ignore[union-attr]
    data = stream.get_object().get_data() if stream is not None else b""
    return bytes(data[:BLOCK_BYTES])
