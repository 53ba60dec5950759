"""Office files, e-books and other documents that Apache Tika reads.

The reference SDK uses iscc-tika (Apache Tika as a native library, without Java), so iscckit uses it
too. Native readers replace it on systems without a wheel of iscc-tika, and for texts in which it
loses characters above U+FFFF.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from typing import Final

from iscckit.errors import ExtractionFailed, LimitExceeded, MissingDependency
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.readers.epub import extract_book_text
from iscckit.media.readers.locked import PASSWORD, refuse_locked
from iscckit.media.readers.markup import declares_falsely, is_guessed
from iscckit.media.readers.office import OFFICE, extract_office_text, holds_deleted_text
from iscckit.media.readers.text import LOST_CHARACTER

__all__ = ["extract", "extract_natively"]

_BOOKS: Final = frozenset({"application/epub+zip", "application/x-ibooks+zip"})
_ZIP: Final = b"PK"
_BYTES: Final = 1 << 30  # of a file; Tika needs the whole file in memory
_MARKUP: Final = re.compile(r"\.(xml|rels|html?|xhtml|opf|ncx|svg)$", re.IGNORECASE)
# Parts that hold text: Tika leaves those out that it cannot read, and says nothing.
_TEXTS: Final = re.compile(
    r"(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)|ppt/slides/slide\d+"
    r"|xl/(workbook|sharedStrings|worksheets/[^/]+)|content)\.xml$|.*\.(html?|xhtml)$",
    re.IGNORECASE,
)
_LOCKED: Final = re.compile(r"encrypted|password", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"@[0-9a-f]+\b")  # address of a Java object; it differs in each run


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of a document.

    Under ``iscckit-1`` and ``iso`` a native reader keeps characters above U+FFFF if it knows the
    format, and leaves deleted text of tracked changes out; encrypted text is an error. Under
    ``sdk-0.9.7`` the text is that of Tika, unchanged.

    Raises:
        ExtractionFailed: The file is damaged or encrypted, or Tika cannot read it.
        LimitExceeded: The file is larger, or unpacks to more, than the limits allow.
        MissingDependency: iscc-tika is not installed, and no native reader knows the format.
    """
    if source.mediatype == "application/pdf":
        return _make_content(_run_tika(source, limits), limits, _name_tika())
    own, faithful = _is_native(source.mediatype), profile == "sdk-0.9.7"
    if own and not faithful and _must_be_read_natively(source, limits):
        source.stream.seek(0)
        return _make_content(extract_natively(source, limits), limits, _name_native())
    source.stream.seek(0)
    if own or source.mediatype.endswith("+zip"):
        _check_archive(source, limits)
    try:
        text = _run_tika_on_parts(source, limits, strict=faithful or not own)
    except ModuleNotFoundError as error:
        if own:
            return _make_content(extract_natively(source, limits), limits, _name_native())
        raise MissingDependency(
            f"{source.mediatype} needs iscc-tika, which has no wheel for every system",
            reason_code="package-missing",
            package="iscc-tika",
        ) from error
    if isinstance(text, TextContent):
        return text
    if LOST_CHARACTER in text and not faithful and own:
        source.stream.seek(0)
        return _make_content(extract_natively(source, limits), limits, _name_native())
    return _make_content(text, limits, _name_tika(), lost=LOST_CHARACTER in text)


def extract_natively(source: Source, limits: Limits) -> str:
    """Return the text that the native reader of the format extracts.

    Raises:
        ExtractionFailed: The file is damaged.
        LimitExceeded: The file unpacks to more than the limits allow.
    """
    if source.mediatype in _BOOKS:
        return extract_book_text(source, limits)
    return extract_office_text(source, limits)


def _is_native(mediatype: str) -> bool:
    return mediatype in OFFICE or mediatype in _BOOKS


def _must_be_read_natively(source: Source, limits: Limits) -> bool:
    """Tell whether Tika would find no text, or text that was deleted.

    Raises:
        ExtractionFailed: The text is encrypted.
    """
    begins = source.stream.read(len(_ZIP)) == _ZIP
    source.stream.seek(0)
    with open_zip(source, limits) as archive:
        refuse_locked(archive, source)
        # Tika finds no text in an archive with other bytes in front.
        return not begins or holds_deleted_text(archive, source.mediatype)


def _run_tika_on_parts(source: Source, limits: Limits, *, strict: bool) -> str | TextContent:
    """Return the text that Tika finds, or the content of a document with false declarations."""
    if strict:
        return _run_tika(source, limits)
    content = _read_false_parts(source, limits, _TEXTS)
    if content is not None:
        return content
    source.stream.seek(0)
    try:
        text = _run_tika(source, limits)
    except ExtractionFailed:
        content = _read_false_parts(source, limits, _MARKUP)
        if content is None:
            raise
        return content
    return text if text.strip() else _read_false_parts(source, limits, _MARKUP) or text


def _read_false_parts(source: Source, limits: Limits, kind: re.Pattern[str]) -> TextContent | None:
    """Return the text of a document that has parts in another encoding than they declare.

    Tika does not read them. None is returned for a document without such parts.

    Args:
        source: The document.
        limits: Limits for unpacking the archive.
        kind: Names of the parts that are looked at.

    Raises:
        ExtractionFailed: The document is damaged besides.
        LimitExceeded: It unpacks to more than the limits allow.
    """
    source.stream.seek(0)
    try:
        with open_zip(source, limits) as archive:
            names = [name for name in archive.names() if kind.search(name)]
            parts = [part for name in names if declares_falsely(part := archive.read(name))]
    except ExtractionFailed:
        return None  # it is damaged, as Tika says
    if not parts:
        return None
    source.stream.seek(0)
    content = _make_content(extract_natively(source, limits), limits, _name_native())
    return replace(content, guessed=any(map(is_guessed, parts)))


def _name_tika() -> dict[str, str]:
    return {"iscc-tika": version("iscc-tika")}


def _name_native() -> dict[str, str]:
    return {"lxml": version("lxml")}


def _make_content(
    text: str, limits: Limits, extractor: dict[str, str], *, lost: bool = False
) -> TextContent:
    cut = len(text) > limits.characters
    return TextContent(text[: limits.characters], extractor=extractor, cut=cut, lost=lost)


def _check_archive(source: Source, limits: Limits) -> None:
    """Refuse an archive that unpacks to more than the limits allow, before Tika unpacks it.

    Tika needs about six bytes of memory for each byte of markup, and none for pictures.
    """
    with open_zip(source, limits) as archive:
        if sum(map(archive.size, archive.names())) > limits.archive_bytes:
            raise LimitExceeded(source.path, "bytes unpacked", limits.archive_bytes)
        markup = [name for name in archive.names() if _MARKUP.search(name)]
        if not archive.unpacks_within(markup, limits.markup_bytes):
            raise LimitExceeded(source.path, "bytes of markup unpacked", limits.markup_bytes)
    source.stream.seek(0)


def _run_tika(source: Source, limits: Limits) -> str:
    extractor = import_module("iscc_tika").Extractor()
    if source.stream.seek(0, io.SEEK_END) > _BYTES:
        raise LimitExceeded(source.path, "bytes of a document", _BYTES)
    source.stream.seek(0)
    data = bytearray(source.stream.read())
    # One character more than is kept shows that text was cut.
    extractor = extractor.set_extract_string_max_length(limits.characters + 1)
    try:
        text: str = extractor.extract_bytes_to_string(data)[0]
    except TypeError as error:  # iscc-tika reports an error of the parser so
        reason = str(error).removeprefix('ParseError("').removesuffix('")')
        reason = PASSWORD if _LOCKED.search(reason) else _ADDRESS.sub("", reason)
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return text
