"""Twice as much of anything in a file is at most two and a half times the work to read it.

Work is counted in calls of functions, whatever the machine. What runs inside one call of a C
library cannot be counted so; there the test counts what this package gives to the call, or shows
that too much is refused before it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from tests.work import count_calls

from iscckit.media.content_values import Source
from iscckit.media.embed.html import write as write_html
from iscckit.media.metadata.fields import Metadata, sanitize
from iscckit.media.metadata.iptc import read_iptc_tags
from iscckit.media.metadata.picture_blocks import BLOCK_READERS
from iscckit.media.metadata.xmp import read_xmp_tags
from iscckit.media.readers.markup import extract_html_text, parse_html, parse_xml
from iscckit.media.readers.mobi_huff import Phrases
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
