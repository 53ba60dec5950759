"""Mobipocket and Kindle books (mobi, prc, azw, azw3): records, compression and text.

A book is a Palm database. Record 0 describes it; the next records hold its markup in pieces, plain
or packed with PalmDOC (a simple LZ77) or HUFF/CDIC (Huffman codes of phrases). Books with DRM are
not read.

Source:
    MobileRead Wiki, "MOBI" and "PDB"; tested with the files and digests of libmobi's tests.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.readers.markup import extract_html_text, parse_html
from iscckit.media.readers.mobi_huff import Phrases
from iscckit.media.readers.text import apply_profile

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Book", "extract", "open_book", "unpack_text"]

_FILE: Final = 1 << 29  # bytes of a book; the whole book is held in memory
_TEXT: Final = 1 << 26  # bytes of the unpacked markup
_RECORD: Final = 1 << 16  # bytes of a packed record of text; real ones are shorter
_TAGS: Final = 10_000  # in the extended header; real ones have some dozens
_HEAD: Final = 1024  # characters in which the markup of the oldest books, without a header, starts
_NONE: Final = 0xFFFFFFFF
_PLAIN, _PALMDOC, _HUFFMAN = 1, 2, 0x4448
_ENCODINGS: Final = {1252: "cp1252", 65001: "utf-8"}
_DAMAGE: Final = (struct.error, IndexError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Book:
    """A book without DRM.

    Attributes:
        records: All records of the database.
        title: Title in the header; empty if it has none.
        encoding: Encoding of text and tags.
        tags: Values of the extended header by the numbers of the tags.
        has_header: Whether record 0 has a MOBI header; the oldest books do not.
    """

    records: tuple[bytes, ...]
    title: str = ""
    encoding: str = "cp1252"
    tags: dict[int, list[bytes]] = field(default_factory=dict)
    has_header: bool = True

    def number(self, at: int) -> int:
        """Return the 32-bit number at ``at`` in record 0; all ones if the header is shorter."""
        head = self.records[0]
        size = 16 + int.from_bytes(head[20:24]) if self.has_header else 16
        return int.from_bytes(head[at : at + 4]) if at + 4 <= min(size, len(head)) else _NONE

    def tag(self, number: int) -> str:
        """Return the joined values of a tag as text; empty if the tag is missing."""
        values = (each.decode(self.encoding, "replace") for each in self.tags.get(number, ()))
        return ", ".join(values)

    def cover(self) -> bytes | None:
        """Return the file of the cover picture, or None."""
        first, offset = self.number(108), self.tags.get(201, [b""])[0]
        at = first + int.from_bytes(offset) if offset and first != _NONE else _NONE
        return self.records[at] if at < len(self.records) else None


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of a book.

    Raises:
        ExtractionFailed: The book is damaged, or has DRM.
        LimitExceeded: The file has more than 512 MiB, or its text more than 64 MiB.
    """
    book = open_book(source)
    data = unpack_text(book, source)
    text = data.decode(book.encoding, "replace")
    extractor = {}
    if book.has_header or text[:_HEAD].lstrip().lower().startswith("<html"):
        root = parse_html(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"))
        text = "" if root is None else extract_html_text(root)
        extractor = {"lxml": version("lxml")}
    text = apply_profile(text, profile)
    cut = len(text) > limits.characters
    return TextContent(text[: limits.characters], book.encoding, extractor, cut=cut)


def open_book(source: Source) -> Book:
    """Return the records and the header of a book.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    data = source.stream.read(_FILE + 1)
    if len(data) > _FILE:
        raise LimitExceeded(source.path, "bytes of a book", _FILE)
    try:
        book = _read_header(_split_records(data))
    except _DAMAGE as error:
        reason = f"its header is damaged: {error}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    if int.from_bytes(book.records[0][12:14]):
        reason = "it is encrypted (DRM)"
        raise ExtractionFailed(source.path, source.mediatype, reason)
    return book


def _split_records(data: bytes) -> tuple[bytes, ...]:
    (count,) = struct.unpack_from(">H", data, 76)
    starts = [struct.unpack_from(">I", data, 78 + 8 * i)[0] for i in range(count)]
    if not count or starts[-1] > len(data) or starts != sorted(starts):
        raise ValueError("records are missing")
    return tuple(data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True))


def _read_header(records: tuple[bytes, ...]) -> Book:
    head = records[0]
    if len(head) < 16:
        raise ValueError("the first record is too short")
    if head[16:20] != b"MOBI":
        return Book(records, has_header=False)
    size, _, encoding = struct.unpack_from(">III", head, 20)
    named, length = struct.unpack_from(">II", head, 84)
    name = _ENCODINGS.get(encoding, "cp1252")
    tags = _read_tags(head[16 + size :]) if int.from_bytes(head[128:132]) & 0x40 else {}
    return Book(records, head[named : named + length].decode(name, "replace"), name, tags)


def _read_tags(block: bytes) -> dict[int, list[bytes]]:
    """Return the values of the extended header (EXTH)."""
    tags: dict[int, list[bytes]] = {}
    if not block.startswith(b"EXTH"):
        return tags
    at = 12
    for _ in range(min(int.from_bytes(block[8:12]), _TAGS)):
        number, size = struct.unpack_from(">II", block, at)
        if size < 8:
            break
        tags.setdefault(number, []).append(block[at + 8 : at + size])
        at += size
    return tags


def unpack_text(book: Book, source: Source) -> bytes:
    """Return the unpacked markup of a book.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    head = book.records[0]
    count = int.from_bytes(head[8:10])
    flags = book.number(240) if book.has_header else _NONE
    flags = 0 if flags == _NONE else flags & 0xFFFF
    pieces: list[bytes] = []
    size = 0
    try:
        unpack = _choose_unpacker(book, int.from_bytes(head[:2]))
        for record in book.records[1 : count + 1]:
            if len(record) > _RECORD:
                raise ValueError("a record of text is too long")
            pieces.append(unpack(_strip_trailers(record, flags)))
            size += len(pieces[-1])
            if size > _TEXT:
                raise LimitExceeded(source.path, "bytes of a book's text", _TEXT)
    except _DAMAGE as error:
        reason = f"its text is damaged: {error}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return b"".join(pieces)[: _find_end_of_flow(book)]


def _choose_unpacker(book: Book, kind: int) -> Callable[[bytes], bytes]:
    if kind == _PLAIN:
        return bytes
    if kind == _PALMDOC:
        return _unpack_palmdoc
    if kind == _HUFFMAN:
        first, count = book.number(112), book.number(116)
        return Phrases(book.records[first], book.records[first + 1 : first + count]).unpack
    raise ValueError(f"compression {kind} is unknown")


def _find_end_of_flow(book: Book) -> int | None:
    """Return the end of the text of a KF8 book, where style sheets and drawings start, or None."""
    at = book.number(192)
    if book.number(36) != 8 or at >= len(book.records):
        return None
    table = book.records[at]
    return int.from_bytes(table[16:20]) if table.startswith(b"FDST") and len(table) >= 20 else None


def _strip_trailers(record: bytes, flags: int) -> bytes:
    """Return a record of text without the trailing entries for indexing.

    Each entry ends with its size, written backwards with seven bits per byte. The first flag
    stands for the bytes of a character that the end of the record cuts.
    """
    for _ in range((flags >> 1).bit_count()):
        size = shift = 0
        for byte in reversed(record[-4:]):
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte & 0x80:
                break
        record = record[: max(len(record) - size, 0)]
    if flags & 1 and record:
        record = record[: max(len(record) - (record[-1] & 3) - 1, 0)]
    return record


def _unpack_palmdoc(data: bytes) -> bytes:
    """Unpack PalmDOC: literals, runs of literals, repetitions, and a space with a letter."""
    out = bytearray()
    at = 0
    while at < len(data):
        byte = data[at]
        at += 1
        if 1 <= byte <= 8:
            out += data[at : at + byte]
            at += byte
        elif byte < 0x80:
            out.append(byte)
        elif byte >= 0xC0:
            out += bytes((0x20, byte ^ 0x80))
        elif at < len(data):
            pair = (byte << 8 | data[at]) & 0x3FFF
            at += 1
            distance, length = pair >> 3, (pair & 7) + 3
            if not 0 < distance <= len(out):
                raise ValueError("a repetition of what is not there")
            for _ in range(length):
                out.append(out[-distance])
    return bytes(out)
