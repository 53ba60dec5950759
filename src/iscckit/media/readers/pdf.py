"""PDF, read with PDFium: the text of each page, pictures in pages, and rendered pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.readers import documents
from iscckit.media.readers.pdf_repair import repair, skip_junk

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

    from iscckit.errors import IsccError

__all__ = ["extract", "extract_pictures", "open_pdf", "render_page"]

_PASSWORD: Final = "it needs a password"
_MISSING: Final = 1000  # pages in a row that cannot be loaded, after which no more are tried
_DEPTH: Final = 15  # levels of forms within forms that are searched for pictures

# Only one thread of a process may use PDFium at a time, even for different documents.
_PDFIUM: Final = RLock()


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of all pages, joined by line feeds.

    The text of a page that cannot be loaded is empty, and ``damaged`` of the content says so.
    A PDF without text, such as scanned pages, has the Text-Code of the empty text, as in the
    reference SDK; a quality flag of the record marks it.

    Raises:
        ExtractionFailed: The file is damaged, so that no page can be read; or it needs a password.
            Under ``sdk-0.9.7`` one damaged page is enough.
    """
    from pypdfium2.version import PYPDFIUM_INFO  # slow to import

    if profile == "sdk-0.9.7" and not source.path.lower().endswith(".pdf"):
        # The SDK decides by the name: it reads a PDF with another extension with Tika.
        return documents.extract(source, profile=profile, limits=limits)
    with open_pdf(source, mend=profile != "sdk-0.9.7") as (document, mended):
        pages, missing = _extract_pages(source, document, profile, limits)
    text = "\n".join(pages)
    cut = len(text) > limits.characters
    return TextContent(
        text[: limits.characters],
        extractor={"pypdfium2": str(PYPDFIUM_INFO)},
        cut=cut,
        pages=tuple(pages),
        code_if_empty=True,
        damaged=mended or missing,
    )


def _extract_pages(
    source: Source, document: PdfDocument, profile: Profile, limits: Limits
) -> tuple[list[str], bool]:
    """Return the text of each page, and whether pages are missing; their text is empty."""
    pages: list[str] = []
    characters = missing = in_a_row = 0
    first: ExtractionFailed | None = None
    for index in range(len(document)):
        try:
            pages.append(_extract_page(source, document, index))
            in_a_row = 0
        except ExtractionFailed as error:
            if profile == "sdk-0.9.7":
                raise
            first = first or error
            pages.append("")
            missing, in_a_row = missing + 1, in_a_row + 1
        characters += len(pages[-1]) + 1
        if characters > limits.characters or in_a_row >= _MISSING:
            break
    if first is not None and missing == len(pages):
        raise first
    return pages, missing > 0


@contextmanager
def open_pdf(source: Source, *, mend: bool = True) -> Iterator[tuple[PdfDocument, bool]]:
    """Open the document in ``source``, and keep other threads from PDFium until it is closed.

    Args:
        source: The file.
        mend: Whether other bytes in front are skipped, and a file without its end is repaired.

    Yields:
        The document, and whether it was repaired, so that pages may be missing.

    Raises:
        ExtractionFailed: See ``extract``.
    """
    with _PDFIUM:
        document, mended = _open_or_mend(source, mend)
        try:
            yield document, mended
        finally:
            document.close()


def _open_or_mend(source: Source, mend: bool) -> tuple[PdfDocument, bool]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(source.stream, autoclose=False), False
    except PdfiumError as error:
        if "password" in str(error):
            raise ExtractionFailed(source.path, source.mediatype, _PASSWORD) from error
        for change, mended in ((skip_junk, False), (repair, True)) if mend else ():
            data = change(source.stream)
            if data is not None:
                try:
                    document = PdfDocument(data)
                    if len(document):
                        return document, mended
                    document.close()
                except PdfiumError as other:
                    if "password" in str(other):
                        raise ExtractionFailed(source.path, source.mediatype, _PASSWORD) from other
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error


def _extract_page(source: Source, document: PdfDocument, index: int) -> str:
    from pypdfium2 import PdfiumError

    try:
        page = document[index]
        try:
            textpage = page.get_textpage()
            try:
                text: str = textpage.get_text_bounded()
            finally:
                textpage.close()
        finally:
            page.close()
    except PdfiumError as error:
        reason = f"page {index + 1}: {error}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return text


def render_page(source: Source, index: int, side: int) -> Image:
    """Render a page, or the next one that is not damaged, with ``side`` pixels on its longer side.

    Raises:
        ExtractionFailed: The file is damaged, needs a password, or lacks the page.
    """
    from pypdfium2 import PdfiumError

    with open_pdf(source) as (document, _):
        try:
            page = _load_page(document, index)
            try:
                bitmap = page.render(scale=side / max(page.get_size()))
                try:
                    picture: Image = bitmap.to_pil().copy()
                finally:
                    bitmap.close()
            finally:
                page.close()
        except (PdfiumError, IndexError, ValueError, ZeroDivisionError) as error:
            reason = f"page {index + 1}: {error}"
            raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return picture


def _load_page(document: PdfDocument, index: int) -> PdfPage:
    """Return a page, or the next one that is not damaged."""
    from pypdfium2 import PdfiumError

    for number in range(index, min(len(document), index + _MISSING)):
        try:
            return document[number]
        except PdfiumError:
            continue
    return document[index]


def extract_pictures(
    source: Source, least: int, limits: Limits
) -> Iterator[tuple[int, int, bytes | IsccError]]:
    """Yield the pictures on pages whose sides both have at least ``least`` pixels.

    Yields:
        The page and the number of the picture on it, both from 1, and the file of the picture:
        JPEG and JPEG 2000 as the document holds them, other kinds as TIFF; or the error.

    Raises:
        ExtractionFailed: The file is damaged or needs a password.
        LimitExceeded: All pictures together have more bytes than ``limits.archive_bytes``.
    """
    left = limits.archive_bytes
    with open_pdf(source) as (document, _):
        for index in range(len(document)):
            for number, data in _extract_from_page(source, document, index, least, limits):
                left -= len(data) if isinstance(data, bytes) else 0
                if left < 0:
                    raise LimitExceeded(source.path, "bytes of pictures", limits.archive_bytes)
                yield index + 1, number, data


def _extract_from_page(
    source: Source, document: PdfDocument, index: int, least: int, limits: Limits
) -> Iterator[tuple[int, bytes | IsccError]]:
    from pypdfium2 import PdfiumError, raw

    try:
        page = document[index]
    except PdfiumError:  # reading the text of the page reports it
        return
    try:
        found = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH)
        for number, picture in enumerate(found, 1):
            width, height = picture.get_px_size()
            if min(width, height) < least:
                continue
            if width * height > limits.pixels:
                yield number, LimitExceeded(source.path, "pixels", limits.pixels)
                continue
            file = io.BytesIO()
            try:
                picture.extract(file, fb_format="tiff")
            except (PdfiumError, ValueError, OSError, NotImplementedError, KeyError) as error:
                yield number, ExtractionFailed(source.path, source.mediatype, str(error))
                continue
            yield number, file.getvalue()
    except PdfiumError as error:
        reason = f"page {index + 1}: {error}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    finally:
        page.close()
