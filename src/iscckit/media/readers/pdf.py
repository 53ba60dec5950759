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

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

    from iscckit.errors import IsccError

__all__ = ["extract", "extract_pictures", "open_pdf", "render_page"]

_DEPTH: Final = 15  # levels of forms within forms that are searched for pictures

# Only one thread of a process may use PDFium at a time, even for different documents.
_PDFIUM: Final = RLock()


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of all pages, joined by line feeds.

    A PDF without text, such as scanned pages, has the Text-Code of the empty text, as in the
    reference SDK; a quality flag of the record marks it.

    Raises:
        ExtractionFailed: The file is damaged or needs a password.
    """
    from pypdfium2.version import PYPDFIUM_INFO  # slow to import

    if profile == "sdk-0.9.7" and not source.path.lower().endswith(".pdf"):
        # The SDK decides by the name: it reads a PDF with another extension with Tika.
        return documents.extract(source, profile=profile, limits=limits)
    pages: list[str] = []
    characters = 0
    with open_pdf(source) as document:
        for index in range(len(document)):
            pages.append(_extract_page(source, document, index))
            characters += len(pages[-1]) + 1
            if characters > limits.characters:
                break
    text = "\n".join(pages)
    cut = len(text) > limits.characters
    return TextContent(
        text[: limits.characters],
        extractor={"pypdfium2": str(PYPDFIUM_INFO)},
        cut=cut,
        pages=tuple(pages),
        code_if_empty=True,
    )


@contextmanager
def open_pdf(source: Source) -> Iterator[PdfDocument]:
    """Open the document in ``source``, and keep other threads from PDFium until it is closed.

    Raises:
        ExtractionFailed: See ``extract``.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    with _PDFIUM:
        try:
            document = PdfDocument(source.stream, autoclose=False)
        except PdfiumError as error:
            reason = "it needs a password" if "password" in str(error) else str(error)
            raise ExtractionFailed(source.path, source.mediatype, reason) from error
        try:
            yield document
        finally:
            document.close()


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
    """Render page ``index`` to a picture whose longer side has ``side`` pixels.

    Raises:
        ExtractionFailed: The file is damaged, needs a password, or lacks the page.
    """
    from pypdfium2 import PdfiumError

    with open_pdf(source) as document:
        try:
            page = document[index]
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
    with open_pdf(source) as document:
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
