"""Office files, e-books and what else Apache Tika reads.

iscc-tika (Apache Tika as a native library, without Java) is what the reference SDK uses, so it
decides here too wherever its wheel exists. Our own readers take its place where there is no
wheel, and where it lost characters above U+FFFF.
"""

from __future__ import annotations

import io
import re
from importlib import import_module
from importlib.metadata import version
from typing import Final

from iscckit.errors import ExtractionFailed, LimitExceeded, MissingDependency
from iscckit.media.archive import open_zip
from iscckit.media.base import Limits, Profile, Source, TextContent
from iscckit.media.readers.epub import extract_book_text
from iscckit.media.readers.office import OFFICE, extract_office_text
from iscckit.media.readers.text import LOST_CHARACTER

__all__ = ["extract", "extract_natively"]

_BOOKS: Final = frozenset({"application/epub+zip", "application/x-ibooks+zip"})
_BYTES: Final = 1 << 30  # of a file: Tika wants all of it in memory
_MARKUP: Final = re.compile(r"\.(xml|rels|html?|xhtml|opf|ncx|svg)$", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"@[0-9a-f]+\b")  # of a Java object: another one in each run


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of a document.

    Under ``iscckit-1`` and ``iso`` characters above U+FFFF are kept where one of our readers
    knows the format. Under ``sdk-0.9.7`` the text is Tika's as it is.

    Raises:
        ExtractionFailed: The file is damaged, or Tika finds nothing that it can read.
        LimitExceeded: It is larger, or unpacks to more, than the limits allow.
        MissingDependency: iscc-tika is not installed and there is no other reader.
    """
    if source.mediatype == "application/pdf":
        return _make_content(_run_tika(source, limits), limits, _name_tika())
    own = _is_native(source.mediatype)
    if own or source.mediatype.endswith("+zip"):
        _check_archive(source, limits)
    try:
        text = _run_tika(source, limits)
    except ModuleNotFoundError as error:
        if own:
            return _make_content(extract_natively(source, limits), limits, _name_native())
        raise MissingDependency(
            f"{source.mediatype} needs iscc-tika, which has no wheel for every system",
            reason_code="package-missing",
            package="iscc-tika",
        ) from error
    if LOST_CHARACTER in text and profile != "sdk-0.9.7" and own:
        source.stream.seek(0)
        return _make_content(extract_natively(source, limits), limits, _name_native())
    return _make_content(text, limits, _name_tika(), lost=LOST_CHARACTER in text)


def extract_natively(source: Source, limits: Limits) -> str:
    """Return the text as our own reader of the format finds it.

    Raises:
        ExtractionFailed: The file is damaged.
        LimitExceeded: It unpacks to more than the limits allow.
    """
    if source.mediatype in _BOOKS:
        return extract_book_text(source, limits)
    return extract_office_text(source, limits)


def _is_native(mediatype: str) -> bool:
    return mediatype in OFFICE or mediatype in _BOOKS


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
    """Refuse an archive that unpacks to more than the limits, before Tika unpacks it.

    Tika needs some six bytes of memory for each byte of markup; pictures cost it nothing.
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
    # One character more than is kept, so that a cut is noticed.
    extractor = extractor.set_extract_string_max_length(limits.characters + 1)
    try:
        text: str = extractor.extract_bytes_to_string(data)[0]
    except TypeError as error:  # so it reports what Tika could not parse
        reason = str(error).removeprefix('ParseError("').removesuffix('")')
        reason = _ADDRESS.sub("", reason)
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return text
