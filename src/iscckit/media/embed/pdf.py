"""Write metadata into a PDF: document information, appended to the unchanged file.

An XMP packet gets the same values, so that both agree. What is reserved stands in the packet only;
a file without a packet gets one for it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded, UnsupportedMedia
from iscckit.media.embed.xmp import update_packet
from iscckit.media.metadata.fields import RIGHTS_FIELDS
from iscckit.media.metadata.pdf import silence_pypdf

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject

    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_MOST_OBJECTS: Final = 1 << 23
_LONGEST: Final = 1 << 30  # bytes of a file, which is held in memory
# Field: the entries of the document information that hold it.
_ENTRIES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("/iscc_name", "/Title"),
    "description": ("/iscc_description", "/Subject"),
    "meta": ("/iscc_meta",),
    "creator": ("/Author",),
    "license": ("/iscc_license",),
    "acquire": ("/iscc_acquire",),
    "rights": ("/iscc_rights",),
    "credit": ("/iscc_credit",),
    "keywords": ("/Keywords",),
    "identifier": ("/iscc_identifier",),
    "language": ("/iscc_language",),
    "iscc": ("/iscc",),
}


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` and append ``changes``; the bytes of the old file do not change.

    Raises:
        ExtractionFailed: The file is damaged.
        LimitExceeded: The file is larger than 1 GiB.
        UnsupportedMedia: The file is encrypted or signed, or its XMP packet cannot be changed.
    """
    from pypdf import PdfReader, PdfWriter  # slow to import

    data = io.BytesIO(source.stream.read(_LONGEST + 1))
    if data.getbuffer().nbytes > _LONGEST:
        raise LimitExceeded(source.path, "bytes of a PDF", _LONGEST)
    try:
        with silence_pypdf():
            reader = PdfReader(data)
            if reader.is_encrypted:
                raise UnsupportedMedia(f"{source.path}: an encrypted PDF cannot be changed")
            data.seek(0)
            writer = PdfWriter(data, incremental=True)
            _reserve_numbers(writer, int(reader.trailer.get("/Size", 0)))
            _change(source, writer, changes)
            writer.write(target)
    except UnsupportedMedia:
        raise
    except Exception as error:  # pypdf raises many kinds of errors on damaged files
        reason = str(error) or type(error).__name__
        raise ExtractionFailed(source.path, source.mediatype, reason) from error


def _change(source: Source, writer: PdfWriter, changes: Metadata) -> None:
    if _is_signed(writer.root_object):
        raise UnsupportedMedia(f"{source.path}: a change would break the signature of this PDF")
    entries = {
        entry: value
        for field, value in changes.as_dict().items()
        for entry in _ENTRIES.get(field, ())
    }
    if entries:
        writer.add_metadata(entries)
    _change_packet(source, writer, changes)


def _change_packet(source: Source, writer: PdfWriter, changes: Metadata) -> None:
    from pypdf.generic import NameObject, StreamObject

    reference = (
        writer.root_object.raw_get("/Metadata") if "/Metadata" in writer.root_object else None
    )
    old = reference.get_object() if reference is not None else None
    has_packet = isinstance(old, StreamObject)
    if not has_packet and not any(field in RIGHTS_FIELDS for field in changes.as_dict()):
        return
    try:
        packet = update_packet(old.get_data() if isinstance(old, StreamObject) else b"", changes)
    except ValueError as error:
        raise UnsupportedMedia(
            f"{source.path}: its XMP packet cannot be changed: {error}"
        ) from error
    new = StreamObject()  # uncompressed, so that programs that do not parse PDF find it
    new.set_data(packet)
    new[NameObject("/Type")] = NameObject("/Metadata")
    new[NameObject("/Subtype")] = NameObject("/XML")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(new)


def _reserve_numbers(writer: PdfWriter, size: int) -> None:
    """Let new objects have numbers that no object of the old file has.

    The number of a cross-reference stream is in no table, and pypdf would give it away.
    """
    missing = min(size, _MOST_OBJECTS) - 1 - len(writer._objects)
    writer._objects.extend([None] * missing)


def _is_signed(root: DictionaryObject) -> bool:
    form = root.get("/AcroForm")
    fields = form.get_object() if form is not None else None
    return isinstance(fields, dict) and bool(int(fields.get("/SigFlags", 0)) & 1)
