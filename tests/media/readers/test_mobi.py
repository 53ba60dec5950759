"""Mobipocket books: the text that libmobi finds, tags, cover, DRM, damage."""

from __future__ import annotations

import hashlib
import io
import random
from contextlib import suppress
from pathlib import Path

import iscc_samples
import pytest

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Source, TextContent
from iscckit.media.metadata.read import read_metadata
from iscckit.media.readers import mobi, mobi_huff
from iscckit.media.readers.thumbnail import make_thumbnail
from iscckit.records.create import create, create_stream

DATA = Path(__file__).parents[2] / "data" / "kindle"
DEMO = next(path for path in iscc_samples.texts() if path.suffix == ".mobi")
BOOKS = {path.name: path.read_bytes() for path in (*DATA.glob("*.mobi"), DEMO)}
# Digest of the text of libmobi's sample-unicode-uncompressed.mobi, which is that of huffdic.mobi.
DIGEST = "5b71c8e745d6a9d0e7d2df6913722dee4d02b88eddc985122365598b0fb9c003"


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data), "book.mobi", "application/x-mobipocket-ebook")


def read(data: bytes, limits: Limits | None = None) -> TextContent:
    return mobi.extract(source(data), profile="iscckit-1", limits=limits or Limits())


def test_huffman_codes_give_the_text_of_the_same_book_without_compression() -> None:
    opened = source(BOOKS["huffdic.mobi"])
    assert hashlib.sha256(mobi.unpack_text(mobi.open_book(opened), opened)).hexdigest() == DIGEST


@pytest.mark.parametrize("name", BOOKS)
def test_the_text_has_the_length_that_the_header_states(name: str) -> None:
    opened = source(BOOKS[name])
    book = mobi.open_book(opened)
    assert len(mobi.unpack_text(book, opened)) == int.from_bytes(book.records[0][4:8])


def test_a_page_is_read_without_its_markup() -> None:
    assert "Four score and seven years ago" in read(BOOKS["speech.mobi"]).text
    content = read(BOOKS["demo.mobi"])
    assert "FAIRY STORIES—MODERN" in " ".join(content.text.split())
    assert "<" not in content.text[:2000]
    assert content.encoding == "utf-8"


def test_a_book_has_a_code_a_title_and_a_cover() -> None:
    record = create(DEMO)
    assert record.mode == "text"
    assert record.name is not None
    assert "Children" in record.name
    found = read_metadata(source(BOOKS["demo.mobi"]), limits=Limits())
    assert found.creator == "Charles Madison Curry, Erle Elsworth Clippinger"
    assert found.language == "en"
    assert make_thumbnail(source(BOOKS["demo.mobi"]))[8:12] == b"WEBP"


def test_books_with_drm_say_so() -> None:
    data = bytearray(BOOKS["speech.mobi"])
    data[int.from_bytes(data[78:82]) + 13] = 2
    record = create_stream(io.BytesIO(data), filename="a.azw")
    assert record.mode is None
    assert record.missing["content"] == "it is encrypted (DRM)"


def test_the_oldest_books_are_plain_text() -> None:
    head = b"Title".ljust(60, b"\0") + b"TEXtREAd" + bytes(8) + (2).to_bytes(2)
    table = (96).to_bytes(4) + bytes(4) + (112).to_bytes(4) + bytes(4)
    first = b"\0\1\0\0\0\0\0\x0b\0\1\x10\0\0\0\0\0"
    content = read(head + table + bytes(2) + first + b"Hello World")
    assert content.text == "Hello World"
    assert content.encoding == "cp1252"


def test_long_books_are_cut_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = read(BOOKS["demo.mobi"], Limits(characters=100))
    assert len(content.text) == 100
    assert content.cut
    monkeypatch.setattr(mobi, "_TEXT", 1000)
    with pytest.raises(LimitExceeded, match="1000 bytes of a book's text"):
        read(BOOKS["demo.mobi"])


@pytest.mark.parametrize("name", BOOKS)
def test_damage_costs_an_error_at_most(name: str) -> None:
    for seed in range(150):
        chance = random.Random(seed)
        data = bytearray(BOOKS[name][:200_000])
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(min(len(data), chance.choice([400, 10_000, 10**6])))] ^= 255
        with suppress(ExtractionFailed, LimitExceeded):
            read(bytes(data))
        with suppress(ExtractionFailed, LimitExceeded):
            read_metadata(source(bytes(data)), limits=Limits())
    with pytest.raises(ExtractionFailed, match="header is damaged"):
        read(BOOKS[name][:100])


@pytest.mark.parametrize("limit", ["_CODES", "_KEPT"])
def test_a_dictionary_of_phrases_takes_no_more_than_a_book_needs(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mobi_huff, limit, 100)
    with pytest.raises(ExtractionFailed, match=r"more codes|become too long"):
        read(BOOKS["huffdic.mobi"])


def test_records_of_text_and_tags_are_not_endless() -> None:
    head = b"Title".ljust(60, b"\0") + b"TEXtREAd" + bytes(8) + (2).to_bytes(2)
    table = (96).to_bytes(4) + bytes(4) + (112).to_bytes(4) + bytes(4)
    first = b"\0\2\0\0\0\0\0\x0b\0\1\x10\0\0\0\0\0"
    with pytest.raises(ExtractionFailed, match="a record of text is too long"):
        read(head + table + bytes(2) + first + b"A" * (1 << 17))
    block = b"EXTH" + bytes(4) + b"\xff" * 4 + (b"\0\0\0\x01" + (8).to_bytes(4)) * 20_000
    assert len(mobi._read_tags(block)[1]) == 10_000
