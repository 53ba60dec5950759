"""Types come from the content, and the name decides only where the content leaves a choice."""

from __future__ import annotations

import io
import mimetypes
import struct
import zipfile

import pytest
from PIL import Image

from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.formats.table import UNKNOWN


def picture(format_name: str, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (40, 30), 90).save(buffer, format_name)
    return buffer.getvalue()


def archive(**entries: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in entries.items():
            file.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("format_name", "mediatype"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("JPEG2000", "image/jp2"),
        ("ICO", "image/x-icon"),
    ],
)
def test_pictures_are_known_without_a_name(format_name: str, mediatype: str) -> None:
    found = detect(picture(format_name)[:HEAD_SIZE], "")
    assert (found.mediatype, found.mode, found.renamed) == (mediatype, "image", None)


@pytest.mark.parametrize(
    ("head", "name", "mediatype", "mode"),
    [
        (b"%PDF-1.7\n", "a.pdf", "application/pdf", "text"),
        (b"junk before\n%PDF-1.4", "", "application/pdf", "text"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a", "audio/wav", "audio"),
        (b"RIFF\0\0\0\0AVI LIST", "a", "video/avi", "video"),
        (b"\0\0\0\x1cftypisom\0\0\2\0isomiso2", "a.mp4", "video/mp4", "video"),
        (b"\0\0\0\x1cftypM4A \0\0\2\0isomiso2", "", "audio/mp4", "audio"),
        (b"\0\0\0\x1cftypisom\0\0\2\0isomiso2", "a.m4a", "audio/mp4", "audio"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "", "image/avif", "image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "", "image/heic", "image"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1webm", "", "video/webm", "video"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1matroska", "a.mka", "audio/x-matroska", "audio"),
        (b"OggS" + b"\0" * 24 + b"\x01vorbis", "", "audio/ogg", "audio"),
        (b"OggS" + b"\0" * 24 + b"\x80theora", "", "video/ogg", "video"),
        (b"OggS" + b"\0" * 24 + b"\x80theora", "a.ogg", "audio/ogg", "audio"),
        (b"ID3\4\0\0\0\0\0\0", "a.mp3", "audio/mpeg", "audio"),
        (b"\xff\xfb\x90\x64\0\0\0\0", "", "audio/mpeg", "audio"),
        (b"\xff\xf1\x50\x80\0\0", "", "audio/aac", "audio"),
        ((b"G" + b"\0" * 187) * 5, "a.ts", "video/mp2t", "video"),
        (b"int main() { return 0; }\n", "a.ts", "text/plain", "text"),
        (b"<?xml version='1.0'?>\n<TS></TS>", "a.ts", "text/xml", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "application/msword", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xyz", "application/x-ole-storage", None),
        (b"SQLite format 3\0", "a.txt", "application/x-sqlite3", None),
        (b"\x1f\x8b\x08\0", "a.gz", "application/gzip", None),
        (b"\x1f\x8b\x08\0", "a.svgz", "image/svg+xml", "image"),
        (b"{\\rtf1 x}", "a.txt", "application/rtf", "text"),
        (b".RMF\0\0\0\x12", "a.rm", "audio/x-pn-realaudio", "audio"),
        (b"\x7fELF\2\1\1", "photo.jpg", "application/x-executable", None),
        (b"", "", "application/octet-stream", None),
    ],
)
def test_signatures(head: bytes, name: str, mediatype: str, mode: str | None) -> None:
    found = detect(head, name)
    assert (found.mediatype, found.mode) == (mediatype, mode)


@pytest.mark.parametrize(
    ("text", "name", "mediatype"),
    [
        ("# Title\n", "a.md", "text/markdown"),
        ("# Title\n", "README", "text/plain"),
        ("<!-- comment --># Title\n", "a.md", "text/markdown"),
        ("<!DOCTYPE html><html>", "a", "text/html"),
        ("<!DOCTYPE html><html>", "a.txt", "text/plain"),
        ("<?xml version='1.0'?><!DOCTYPE html><html>", "a", "application/xhtml+xml"),
        ("<?xml version='1.0'?><a/>", "a", "text/xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "a", "image/svg+xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "a.xml", "image/svg+xml"),
        ('{"a": 1}', "a.json", "application/json"),
        ("x,y\n1,2\n", "a.csv", "text/csv"),
    ],
)
def test_among_texts_the_name_decides(text: str, name: str, mediatype: str) -> None:
    assert detect(text.encode(), name).mediatype == mediatype


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_makes_text(encoding: str) -> None:
    assert detect("Grüße, 世界\n".encode(encoding), "").mediatype == "text/plain"


def test_a_head_that_ends_inside_a_character_is_still_utf_8() -> None:
    head = ("x" + "ä" * HEAD_SIZE).encode()[:HEAD_SIZE]
    assert detect(head, "").reason == "UTF-8 text"


def test_old_8_bit_text_is_text_where_most_of_it_is_ascii_or_the_name_says_so() -> None:
    assert detect("Grüße aus Köln\n".encode("latin-1"), "").mode == "text"
    greek = "καλημέρα".encode("iso8859-7")
    assert detect(greek, "a.txt").mode == "text"
    assert detect(greek, "").mode is None


def test_binary_under_a_text_name_is_not_text() -> None:
    found = detect(b"a\0b\0", "notes.txt")
    assert found.mediatype == UNKNOWN
    assert "although the name says text/plain" in found.reason


def test_a_wrong_extension_is_corrected_and_said() -> None:
    found = detect(picture("PNG"), "photo.jpg")
    assert (found.mediatype, found.renamed) == ("image/png", "image/jpeg")
    assert found.reason == "PNG signature, although the name says image/jpeg"


def test_without_a_signature_the_name_stands_alone() -> None:
    found = detect(b"\0\1\2\3", "photo.JPG")
    assert (found.mediatype, found.reason) == ("image/jpeg", "the name; no known signature")


def test_archives_are_known_by_their_parts() -> None:
    epub = archive(mimetype="application/epub+zip", a__b="x")
    office = archive(**{"[Content_Types].xml": "<x/>", "word__document.xml": "<x/>"})
    assert detect(epub, "").mediatype == "application/epub+zip"
    assert detect(office, "book.zip").mode is None  # the name may say that it is just an archive
    assert detect(office, "").mediatype.endswith("wordprocessingml.document")
    assert detect(archive(a="x"), "sheet.xlsx").mediatype.endswith("spreadsheetml.sheet")
    assert detect(archive(a="x"), "").mediatype == "application/zip"


def test_a_bitmap_needs_more_than_its_two_letters() -> None:
    assert detect(b"BM, said the text, is not a picture", "").mediatype == "text/plain"
    bitmap = b"BM" + b"\0" * 12 + struct.pack("<I", 40)
    assert detect(bitmap, "").mediatype == "image/bmp"


def test_the_hosts_table_of_types_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".md", "application/x-wrong")
    assert detect(b"# x\n", "a.md").mediatype == "text/markdown"
