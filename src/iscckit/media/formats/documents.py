"""Formats of documents and e-books, and of the containers OLE and ZIP, which most of them are."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Container, Division, Format, Magic, Structure

__all__ = ["LEAST_SIDE", "ODF", "OOXML", "ROWS"]

LEAST_SIDE: Final = 256  # pixels of both sides of a picture in a document, as in the reference SDK

_TEXTS: Final = "iscckit.media.detect.text_structures"
_TIKA: Final = "iscckit.media.readers.documents"
_TIKA_METADATA: Final = "iscckit.media.metadata.tika"
_ZIP_METADATA: Final = "iscckit.media.metadata.archive"
_ZIP_WRITER: Final = "iscckit.media.embed.archive"
OOXML: Final = "application/vnd.openxmlformats-officedocument"
ODF: Final = "application/vnd.oasis.opendocument"
_NO_DOCUMENT: Final = "ZIP archive without parts of a document"

_PDF: Final = Division(
    "PDF document",
    f"the text of all pages; each picture on a page with both sides of {LEAST_SIDE} pixels",
    "iscckit.media.readers.parts:divide_pdf",
    whole="text",
)
_DOCUMENT: Final = Division(
    "e-book and office document",
    f"the text; each picture file with both sides of {LEAST_SIDE} pixels, but no preview; "
    "each sound; each video",
    "iscckit.media.readers.parts:divide_document",
    whole="text",
)
_ARCHIVE: Final = Division(
    "archive",
    "each file that has a Content-Code of its own, but no hidden one",
    "iscckit.media.readers.parts:divide_archive",
)

ROWS: Final = (
    Format(
        "application/rtf",
        "text",
        ("rtf",),
        (Structure("inside", f"{_TEXTS}:is_rtf", "RTF signature"),),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/pdf",
        "text",
        ("pdf",),
        (Structure("inside", f"{_TEXTS}:is_pdf", "PDF signature"),),
        content="iscckit.media.readers.pdf",
        metadata="iscckit.media.metadata.pdf",
        writer="iscckit.media.embed.pdf",
        division=_PDF,
    ),
    Format(
        "application/epub+zip",
        "text",
        ("epub",),
        (
            Container(
                "ZIP", (b"META-INF/container.xml",), "EPUB container in the ZIP archive", "book"
            ),
        ),
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
    # An OLE file of an unknown kind, or an encrypted Office Open XML file.
    Format(
        "application/x-ole-storage",
        None,
        signatures=(
            Magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE", family="ole"),
            Container("OLE", (b"EncryptedPackage",)),
        ),
    ),
    Format(
        "application/msword",
        "text",
        ("doc", "dot"),
        (Container("OLE", (b"WordDocument",)),),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/vnd.ms-powerpoint",
        "text",
        ("ppt", "pps", "pot"),
        (Container("OLE", (b"PowerPoint Document",)),),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/vnd.ms-excel",
        "text",
        ("xls", "xlt"),
        (Container("OLE", (b"Workbook", b"Book")),),
        families=("ole",),
        content=_TIKA,
        metadata=_TIKA_METADATA,
    ),
    Format(
        "application/vnd.ms-outlook",
        None,
        ("msg",),
        (Container("OLE", (b"__properties_version1.0",)),),
    ),
    Format("application/vnd.visio", None, ("vsd", "vst"), (Container("OLE", (b"VisioDocument",)),)),
    Format(
        f"{OOXML}.wordprocessingml.document",
        "text",
        ("docx",),
        (Container("Office", (b"word/",), "Office part 'word/'"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{OOXML}.presentationml.presentation",
        "text",
        ("pptx",),
        (Container("Office", (b"ppt/",), "Office part 'ppt/'"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{OOXML}.spreadsheetml.sheet",
        "text",
        ("xlsx",),
        (Container("Office", (b"xl/",), "Office part 'xl/'"),),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{ODF}.text",
        "text",
        ("odt",),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{ODF}.spreadsheet",
        "text",
        ("ods",),
        families=("zip",),
        content=_TIKA,
        metadata=_ZIP_METADATA,
        writer=_ZIP_WRITER,
        division=_DOCUMENT,
    ),
    Format(
        f"{ODF}.presentation",
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
        (Container("archive", (b"META-INF/MANIFEST.MF",), _NO_DOCUMENT, "archive"),),
        families=("archive", "zip"),
    ),
    Format(
        "application/zip",
        None,
        ("zip", "cbz"),
        (Container("archive", (b"",), _NO_DOCUMENT, "archive"),),
        families=("archive", "zip"),
        division=_ARCHIVE,
    ),
)
