"""Formats of documents and e-books, and of the containers that most of them are: OLE and ZIP."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Division, Format, Magic, OleEntry, Structure, ZipPart

__all__ = ["LEAST_SIDE", "ROWS"]

LEAST_SIDE: Final = 256  # pixels of both sides of a picture in a document, as in the reference SDK

_TIKA: Final = "iscckit.media.readers.documents"
_TIKA_METADATA: Final = "iscckit.media.metadata.tika"
_ZIP_METADATA: Final = "iscckit.media.metadata.archive"
_ZIP_WRITER: Final = "iscckit.media.embed.archive"
_OOXML: Final = "application/vnd.openxmlformats-officedocument"
_ODF: Final = "application/vnd.oasis.opendocument"
_NO_DOCUMENT: Final = "ZIP archive without parts of a document"

_PDF: Final = Division(
    "PDF document",
    f"the text of all pages; each picture on a page with both sides of {LEAST_SIDE} pixels",
    "iscckit.media.readers.container:divide_pdf",
    whole="text",
)
_DOCUMENT: Final = Division(
    "e-book and office document",
    f"the text; each picture file with both sides of {LEAST_SIDE} pixels, but no preview; "
    "each sound; each video",
    "iscckit.media.readers.container:divide_document",
    whole="text",
)
_ARCHIVE: Final = Division(
    "archive",
    "each file that has a Content-Code of its own, but no hidden one",
    "iscckit.media.readers.container:divide_archive",
)

ROWS: Final = (
    Format(
        "application/rtf",
        "text",
        ("rtf",),
        (Magic(b"{\\rtf", "RTF"),),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/pdf",
        "text",
        ("pdf",),
        (Structure("inside", "iscckit.media.detect.structures:is_pdf", "PDF signature"),),
        content="iscckit.media.readers.pdf",
        metadata="iscckit.media.metadata.pdf",
        writer="iscckit.media.embed.pdf",
        division=_PDF,
    ),
    Format(
        "application/epub+zip",
        "text",
        ("epub",),
        (ZipPart(b"META-INF/container.xml", "EPUB container in the ZIP archive", "own", "book"),),
        families=("book", "zip"),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        "application/x-ibooks+zip",
        "text",
        ("ibooks",),
        families=("book", "zip"),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        division=_DOCUMENT,
    ),
    # An OLE file that nothing below recognises, or an Office Open XML file with a password.
    Format(
        "application/x-ole-storage",
        None,
        signatures=(
            Magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE", family="ole"),
            OleEntry("EncryptedPackage"),
        ),
    ),
    Format(
        "application/msword",
        "text",
        ("doc", "dot"),
        (OleEntry("WordDocument"),),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/vnd.ms-powerpoint",
        "text",
        ("ppt", "pps", "pot"),
        (OleEntry("PowerPoint Document"),),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/vnd.ms-excel",
        "text",
        ("xls", "xlt"),
        (OleEntry("Workbook"), OleEntry("Book")),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format("application/vnd.ms-outlook", None, ("msg",), (OleEntry("__properties_version1.0"),)),
    Format("application/vnd.visio", None, ("vsd", "vst"), (OleEntry("VisioDocument"),)),
    Format(
        f"{_OOXML}.wordprocessingml.document",
        "text",
        ("docx",),
        (ZipPart(b"word/", "Office part 'word/'", "office"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{_OOXML}.presentationml.presentation",
        "text",
        ("pptx",),
        (ZipPart(b"ppt/", "Office part 'ppt/'", "office"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{_OOXML}.spreadsheetml.sheet",
        "text",
        ("xlsx",),
        (ZipPart(b"xl/", "Office part 'xl/'", "office"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{_ODF}.text",
        "text",
        ("odt",),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{_ODF}.spreadsheet",
        "text",
        ("ods",),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{_ODF}.presentation",
        "text",
        ("odp",),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        "application/java-archive",
        None,
        ("jar",),
        (ZipPart(b"META-INF/MANIFEST.MF", _NO_DOCUMENT, "other"),),
        families=("archive", "zip"),
    ),
    Format(
        "application/zip",
        None,
        ("zip", "cbz"),
        (ZipPart(b"", _NO_DOCUMENT, "other"),),
        families=("archive", "zip"),
        division=_ARCHIVE,
    ),
)
