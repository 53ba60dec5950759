"""Twice as much of anything in a file is at most two and a half times the work to read it.

Work is counted in calls of functions, whatever the machine. What runs inside one call of a C
library cannot be counted so; there the test counts what this package gives to the call, or shows
that too much is refused before it.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from tests.work import count_calls

from iscckit.media.content_values import Source
from iscckit.media.detect.container_types import find_document
from iscckit.media.embed.html import write as write_html
from iscckit.media.embed.id3 import update_tag
from iscckit.media.embed.matroska import write as write_matroska
from iscckit.media.metadata.fields import Metadata, sanitize
from iscckit.media.metadata.iptc import read_iptc_tags
from iscckit.media.metadata.multiple_values import read_several
from iscckit.media.metadata.picture_blocks import BLOCK_READERS
from iscckit.media.metadata.xmp import read_xmp_tags
from iscckit.media.metadata.xmp_in_av import find_packets
from iscckit.media.readers.markup import extract_html_text, parse_html, parse_xml
from iscckit.media.readers.mobi_huff import Phrases
from iscckit.media.readers.pdf_repair import repair
from iscckit.media.readers.tiff_pages import count_pages
from iscckit.media.xml_tree import refuse_many_attributes


def huffman(size: int) -> Callable[[], object]:
    """Unpack a record of codes of one bit that stand for one letter."""
    table = struct.pack(">I", 1 | 128 | 1 << 8) * 256
    head = b"HUFF" + struct.pack(">III", 24, 24, 24 + 1024) + bytes(8) + table + bytes(256)
    cdic = b"CDIC" + struct.pack(">III", 16, 2, 1) + struct.pack(">HH", 4, 7)
    cdic += struct.pack(">H", 0x8001) + b"a" + struct.pack(">H", 0x8001) + b"b"
    phrases = Phrases(head, [cdic])
    return lambda: phrases.unpack(b"\x55" * size)


def packet(size: int) -> bytes:
    names = " ".join(f'dc:b{number}="1"' for number in range(size))
    return (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<r:Description xmlns:dc="http://purl.org/dc/elements/1.1/" {names}/></r:RDF>'
    ).encode()


def blocks(mediatype: str, data: bytes) -> Callable[[], object]:
    return lambda: BLOCK_READERS[mediatype](io.BytesIO(data))


def page(data: bytes) -> Callable[[], object]:
    source = Source(io.BytesIO(data), "a.html", "text/html")
    return lambda: write_html(source, io.BytesIO(), Metadata(name="x"))


def html_text(data: bytes) -> Callable[[], object]:
    def read() -> object:
        root = parse_html(data)
        return root is not None and extract_html_text(root)

    return read


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def movie(size: int) -> bytes:
    """Return a container of MP4 with many boxes in front of and within its list of tags."""
    item = box(b"\xa9ART", box(b"data", bytes(8) + b"a"))
    listed = box(b"meta", bytes(4) + box(b"ilst", item * size))
    return box(b"ftyp", b"isom") + box(b"free", b"") * size + box(b"moov", box(b"udta", listed))


def frames(size: int) -> bytes:
    """Return a tag of ID3v2.4 with many frames."""
    frame = b"TXXX\0\0\0\4\0\0\3a\0b"
    length = len(frame) * size
    digits = bytes(length >> 7 * place & 127 for place in (3, 2, 1, 0))
    return b"ID3\4\0\0" + digits + frame * size


def element(kind: int, data: bytes) -> bytes:
    name = kind.to_bytes((kind.bit_length() + 7) // 8)
    return name + struct.pack(">Q", 1 << 56 | len(data)) + data


def matroska(size: int) -> bytes:
    """Return a container with many elements and tags."""
    tag = element(0x67C8, element(0x45A3, b"A") + element(0x4487, b"b"))
    tags = element(0x1254C367, element(0x7373, element(0x63C0, b"") + tag) * size)
    inner = element(0x1549A966, b"") + element(0xEC, b"") * size + tags
    return element(0x1A45DFA3, b"") + element(0x18538067, inner)


def directories(size: int, tags: int = 1) -> bytes:
    """Return a TIFF file with many directories, each with some tags."""
    one, data = 2 + 12 * tags + 4, b"II*\0" + struct.pack("<I", 8)
    for number in range(size):
        following = 0 if number + 1 == size else 8 + (number + 1) * one
        entries = struct.pack("<HHII", 256, 4, 1, number) * tags
        data += struct.pack("<H", tags) + entries + struct.pack("<I", following)
    return data


def packed(size: int) -> bytes:
    """Return an archive with many entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(size):
            archive.writestr(f"{number}.xml", b"")
    return target.getvalue()


def paper(size: int) -> bytes:
    """Return a document with many objects, without a table that lists them."""
    objects = b"".join(b"%d 0 obj\n<</Type/Page>>\nendobj\n" % number for number in range(size))
    return b"%PDF-1.4\n" + objects + b"trailer\n<</Root 1 0 R>>\n"


def source(data: bytes, mediatype: str) -> Source:
    return Source(io.BytesIO(data), "a", mediatype)


def embedded(data: bytes, mediatype: str, write: Callable[..., object]) -> Callable[[], object]:
    return lambda: write(source(data, mediatype), io.BytesIO(), Metadata(creator="x"))


def found_packets(data: bytes) -> Callable[[], object]:
    return lambda: list(find_packets(io.BytesIO(data)))


KNOBS: dict[str, Callable[[int], Callable[[], object]]] = {
    "codes of HUFF": huffman,
    "attributes of XMP": lambda size: lambda: read_xmp_tags(packet(size)),
    "attributes of one element": lambda size: (
        lambda: refuse_many_attributes(b"<p " + b"a=1 " * size + b"x" * 20_000)
    ),
    "elements": lambda size: lambda: refuse_many_attributes(b"<p a=1>" * size * 10),
    "paragraphs": lambda size: html_text(b"<p>a</p>" * size),
    "nested elements of HTML": lambda size: html_text(b"<b>" * (size // 20) + b"x"),
    "nested elements of XML": lambda size: lambda: parse_xml(b"<b>" * (size // 20)),
    "keywords of IPTC": lambda size: lambda: read_iptc_tags(b"\x1c\x02\x19\0\1a" * size),
    "segments of JPEG": lambda size: blocks(
        "image/jpeg", b"\xff\xd8" + b"\xff\xed\0\x11Photoshop 3.0\0a" * size + b"\xff\xd9"
    ),
    "markers of JPEG": lambda size: blocks("image/jpeg", b"\xff\xd8" + b"\xff\xd0" * size),
    "chunks of PNG": lambda size: blocks(
        "image/png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * size
    ),
    "chunks of WebP": lambda size: blocks(
        "image/webp", b"RIFF\0\0\0\0WEBP" + b"ABCD\0\0\0\0" * size
    ),
    "blocks of GIF": lambda size: blocks("image/gif", b"GIF89a" + bytes(7) + b"!\xfe\1a\0" * size),
    "open scripts": lambda size: lambda: sanitize("<script>" * size),
    "open comments": lambda size: lambda: sanitize("<!--" * size),
    "open comments of a page": lambda size: page(b"<!--" * size + b"<head>"),
    "open heads of a page": lambda size: page(b"<head " * size),
    "comments of a page": lambda size: page(b"<!-- -->" * size),
    "boxes of MP4": lambda size: lambda: read_several(source(movie(size), "video/mp4")),
    "boxes of MP4 in search of XMP": lambda size: found_packets(movie(size)),
    "frames of ID3": lambda size: lambda: read_several(source(frames(size), "audio/mpeg")),
    "frames of ID3 that are kept": lambda size: lambda: update_tag(frames(size), {"TIT2": "x"}),
    "elements and tags of Matroska": lambda size: embedded(
        matroska(size), "video/x-matroska", write_matroska
    ),
    "directories of TIFF": lambda size: lambda: count_pages(io.BytesIO(directories(size))),
    "tags of TIFF": lambda size: lambda: count_pages(io.BytesIO(directories(1, size))),
    "entries of ZIP that may be a document": lambda size: (
        lambda: find_document(io.BytesIO(packed(size)))
    ),
    "objects of a PDF without table": lambda size: lambda: repair(io.BytesIO(paper(size))),
}


@pytest.mark.parametrize("knob", KNOBS)
def test_twice_as_much_is_at_most_two_and_a_half_times_the_work(knob: str) -> None:
    once, twice = (count_calls(KNOBS[knob](size)) for size in (2000, 4000))
    assert twice < 2.5 * once + 50


@pytest.mark.parametrize(
    "text", ["<script>" * 30_000, "<script " * 30_000, "<!--" * 60_000, "<style></script>" * 15_000]
)
def test_markup_that_never_ends_is_searched_for_its_end_once(text: str) -> None:
    # 260 000 characters, the longest value of a field: a search from each start took 40 s and more.
    assert len(sanitize(text)) <= len(text)


def test_empty_codes_of_a_book_are_refused_early() -> None:
    # Security finding S3: codes that stand for nothing never reach a limit of the text.
    table = struct.pack(">I", 1 | 128 | 1 << 8) * 256
    head = b"HUFF" + struct.pack(">III", 24, 24, 24 + 1024) + bytes(8) + table + bytes(256)
    cdic = b"CDIC" + struct.pack(">III", 16, 2, 1) + struct.pack(">HHHH", 4, 6, 0x8000, 0x8000)
    phrases = Phrases(head, [cdic])

    def unpack() -> None:
        with pytest.raises(ValueError, match="more codes"):
            phrases.unpack(b"\x55" * 65_536)

    assert count_calls(unpack) < 400_000
