"""Reports of others on encodings: each text has the code of its UTF-8 version, or a flag.

Sources: docling-project/docling 4202, jawah/charset_normalizer 743, Unstructured-IO/unstructured
4467, open-webui/open-webui 25172, lexmount/moli 152 and 156, psf/requests-html 125,
mitmproxy/mitmproxy 3150, docling-project/docling.rs 373, and probes with .NET writers.
The texts are those of ``tests/media/encoding/texts.py``.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from tests.media.encoding.texts import RUSSIAN, TEXTS

from iscckit import Options, compare, create
from iscckit.codec.unit import MainType
from iscckit.media.content_values import Limits, Profile, Source
from iscckit.media.readers.documents import extract
from iscckit.records.record import Record

CASES = [(name, codec) for name, (codecs, _) in TEXTS.items() for codec in codecs.split()]
CHINESE, KOREAN = TEXTS["Simplified Chinese"][1], TEXTS["Korean"][1]


def read(folder: Path, name: str, data: bytes, profile: Profile = "iscckit-1") -> Record:
    (folder / name).write_bytes(data)
    return create(folder / name, Options(bits=256, profile=profile))


def body_of(record: Record) -> bytes:
    return next(unit.body for unit in record.units if unit.maintype == MainType.CONTENT)


def equal_bits(a: Record, b: Record) -> int:
    pairs = zip(body_of(a), body_of(b), strict=True)
    return 256 - sum((x ^ y).bit_count() for x, y in pairs)


@pytest.mark.parametrize(("name", "codec"), CASES)
def test_an_undeclared_encoding_gives_the_code_of_utf_8_and_a_flag(
    name: str, codec: str, tmp_path: Path
) -> None:
    text = TEXTS[name][1]
    legacy, utf8 = (
        read(tmp_path, "a.txt", text.encode(codec)),
        read(tmp_path, "b.txt", text.encode()),
    )
    assert body_of(legacy) == body_of(utf8)
    assert "guessed-encoding" in legacy.flags
    assert "chardet" in legacy.extractor
    assert not utf8.flags


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_unicode_has_no_flag(codec: str, tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", RUSSIAN.encode(codec))
    assert body_of(found) == body_of(read(tmp_path, "b.txt", RUSSIAN.encode()))
    assert not found.flags


@pytest.mark.parametrize(("name", "codec"), [("Japanese", "iso2022_jp"), ("Korean", "iso2022_kr")])
def test_escape_sequences_are_read(name: str, codec: str, tmp_path: Path) -> None:
    text = TEXTS[name][1]
    found = read(tmp_path, "a.txt", text.encode(codec))
    assert body_of(found) == body_of(read(tmp_path, "b.txt", text.encode()))
    assert not found.flags


@pytest.mark.parametrize("at", [0, 137, None])
@pytest.mark.parametrize("noise", [b"\xff", b"\xd0", b"\xe9"])
def test_one_bad_byte_changes_a_few_bits(at: int | None, noise: bytes, tmp_path: Path) -> None:
    data = RUSSIAN.encode()
    cut = len(data) if at is None else 2 * (at // 2)
    found = read(tmp_path, "a.txt", data[:cut] + noise + data[cut:])
    assert equal_bits(found, read(tmp_path, "b.txt", data)) >= 225
    assert found.encoding == "utf-8"


def test_greek_with_a_line_of_latin_1_stays_greek(tmp_path: Path) -> None:
    greek = TEXTS["Greek"][1]
    data = greek.encode() + b"\ncaf\xe9, na\xefve\n" + greek.upper().encode()
    assert read(tmp_path, "a.txt", data).encoding == "utf-8"


PAGE = "<!DOCTYPE html><html><head>{}<title>t</title></head><body><p>{}</p></body></html>"
PAGES = {
    "comment": ("<!-- <meta charset='koi8-r'> --><meta charset='utf-8'>", RUSSIAN, "utf-8"),
    "script": (
        "<script>x = '<meta charset=koi8-r>'</script><meta charset=utf-8>",
        RUSSIAN,
        "utf-8",
    ),
    "late": (f"<!--{'-x' * 1000}--><meta charset=koi8-r>", RUSSIAN, "koi8-r"),
    "x-sjis": ("<meta charset=x-sjis>", TEXTS["Japanese"][1], "cp932"),
    "gb2312": ("<meta charset=gb2312>", CHINESE + "朱镕基、喆、瑄、煊、赟", "gbk"),
    "ks_c_5601-1987": ("<meta charset=ks_c_5601-1987>", KOREAN + " 똠방각하 펲시콜라", "cp949"),
    "euc-kr": ("<meta charset=euc-kr>", KOREAN + " 똠방각하 펲시콜라", "cp949"),
    "iso-8859-1": ("<meta charset=iso-8859-1>", "“Déjà vu” – costs €5 … “naïve”", "cp1252"),
    "utf-16": (
        "<meta charset=utf-16>",
        "Nothing but ASCII is in this page of some words.",
        "ascii",
    ),
    "utf-16le": ("<meta charset=utf-16le>", RUSSIAN, "utf-8"),
    "unicode": ("<meta charset=unicode>", RUSSIAN, "utf-8"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_browsers_read_it(name: str, tmp_path: Path) -> None:
    declaration, text, codec = PAGES[name]
    found = read(tmp_path, "a.html", PAGE.format(declaration, text).encode(codec))
    expected = read(tmp_path, "b.html", PAGE.format("<meta charset=utf-8>", text).encode())
    assert body_of(found) == body_of(expected)
    assert not found.flags


DOCUMENTS = {
    "gb2312": (CHINESE + "朱镕基、喆、瑄", "gbk"),
    "x-sjis": (TEXTS["Japanese"][1], "cp932"),
    "iso-8859-1": ("“Déjà vu” – costs €5 …", "cp1252"),
    "windows-1251": (RUSSIAN, "cp1251"),
    "utf-16": (RUSSIAN, "utf-8"),
    "UTF-16": (RUSSIAN, "utf-16"),
    "no-such": (RUSSIAN, "utf-8"),
    "utf-8": (RUSSIAN, "utf-8"),
    "us-ascii": ("plain words of some length", "ascii"),
    "": (RUSSIAN, "utf-8"),
    "a b": (RUSSIAN, "utf-8"),
    "ibm500": (RUSSIAN, "utf-8"),
    "hz": (RUSSIAN, "utf-8"),
}


@pytest.mark.parametrize("label", DOCUMENTS)
def test_an_xml_document_is_read_whatever_it_declares(label: str, tmp_path: Path) -> None:
    text, codec = DOCUMENTS[label]
    xml = f'<?xml version="1.0" encoding="{label}"?>\n<a><b>{text}</b></a>'
    found = read(tmp_path, "a.xml", xml.encode(codec))
    assert found.mode == "text"
    plain = f'<?xml version="1.0"?>\n<a><b>{text}</b></a>'
    assert body_of(found) == body_of(read(tmp_path, "b.xml", plain.encode()))


SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><title>{}</title>{}</svg>"
SHAPES = "<rect width='50' height='50'/><circle r='30' cx='60' cy='60' fill='red'/>"
WORD_TYPE = (
    "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package."
    "relationships+xml'/><Override PartName='/word/document.xml' "
    "ContentType='application/vnd.openxmlformats-"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PACKAGES: dict[str, tuple[dict[str, str], str, str]] = {
    "docx": (
        {
            "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/"
            f"content-types'>{WORD_TYPE}officedocument.wordprocessingml.document.main+xml'/></Types>",
            "_rels/.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/"
            "relationships'><Relationship Id='r1' Type='http://schemas.openxmlformats.org/"
            "officeDocument/2006/relationships/officeDocument' Target='word/document.xml'/>"
            "</Relationships>",
        },
        "word/document.xml",
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        "<w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>",
    ),
    "odt": (
        {"mimetype": "application/vnd.oasis.opendocument.text"},
        "content.xml",
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:text>"
        "<text:p>{}</text:p></office:text></office:body></office:document-content>",
    ),
    "epub": (
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:"
            "container'><rootfiles><rootfile full-path='c.opf' "
            "media-type='application/oebps-package+xml'/></rootfiles></container>",
            "c.opf": "<package xmlns='http://www.idpf.org/2007/opf'><metadata/><manifest>"
            "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/></spine></package>",
        },
        "a.xhtml",
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head>"
        "<body><p>{}</p></body></html>",
    ),
}
FALSE = [
    ("utf-16", "utf-8"),
    ("UTF-16LE", "utf-8"),
    ("utf-32", "utf-8"),
    ("no-such", "utf-8"),
    ("utf-8", "utf-16"),
    ("utf-8", "utf-16-le"),
    ("utf-16", "utf-8-sig"),
    ("", "utf-8"),
    ("utf 8", "utf-8"),
    ("cp037", "utf-8"),
    ("EBCDIC-CP-US", "utf-8"),
    ("hz-gb-2312", "utf-8"),
]


def package(kind: str, label: str, codec: str) -> bytes:
    """Return a document in a ZIP archive whose main part may lie about its encoding."""
    parts, name, body = PACKAGES[kind]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
        text = f'<?xml version="1.0" encoding="{label}"?>{body.format(RUSSIAN)}'
        archive.writestr(name, text.encode(codec))
    return buffer.getvalue()


@pytest.mark.parametrize(("label", "codec"), FALSE)
@pytest.mark.parametrize("kind", PACKAGES)
def test_a_part_of_a_document_is_read_whatever_it_declares(
    kind: str, label: str, codec: str, tmp_path: Path
) -> None:
    found = read(tmp_path, f"a.{kind}", package(kind, label, codec))
    expected = read(tmp_path, f"b.{kind}", package(kind, "utf-8", "utf-8"))
    assert body_of(found) == body_of(expected)
    assert not found.flags


HEADER = (
    "<w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:hdr>"
)


@pytest.mark.parametrize(("label", "codec"), [*FALSE, ("utf-8", "cp1251")])
def test_no_part_is_left_out_beside_others(label: str, codec: str, tmp_path: Path) -> None:
    """A header that lies about its encoding, in a document that does not."""
    header = f'<?xml version="1.0" encoding="{label}"?>{HEADER.format(RUSSIAN)}'.encode(codec)
    path = tmp_path / "a.docx"
    path.write_bytes(package("docx", "utf-8", "utf-8"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/header1.xml", header)
    source = Source(io.BytesIO(path.read_bytes()), str(path), WORD)
    content = extract(source, profile="iscckit-1", limits=Limits())
    assert content.text.count(RUSSIAN[:40]) == 2
    assert content.guessed == (codec == "cp1251")


@pytest.mark.parametrize("kind", PACKAGES)
def test_a_guessed_encoding_of_a_part_is_flagged(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, f"a.{kind}", package(kind, "utf-8", "cp1251"))
    assert body_of(found) == body_of(read(tmp_path, f"b.{kind}", package(kind, "utf-8", "utf-8")))
    assert found.flags == ("guessed-encoding",)


@pytest.mark.parametrize(("label", "codec"), [*FALSE, ("utf-8", "cp1251")])
def test_a_drawing_is_read_whatever_it_declares(label: str, codec: str, tmp_path: Path) -> None:
    drawing = SVG.format(RUSSIAN[:40], SHAPES)
    false = f'<?xml version="1.0" encoding="{label}"?>{drawing}'.encode(codec)
    found = read(tmp_path, "a.svg", false)
    assert body_of(found) == body_of(read(tmp_path, "b.svg", drawing.encode()))


def test_the_profile_of_the_sdk_is_as_it_was(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", RUSSIAN.encode("koi8-r"), "sdk-0.9.7")
    assert (found.encoding, found.flags) == ("windows-1252", ())


def test_comparison_respects_a_guess(tmp_path: Path) -> None:
    a = read(tmp_path, "a.txt", RUSSIAN.encode("cp1251"))
    b = read(tmp_path, "b.txt", RUSSIAN.encode())
    other = read(tmp_path, "c.txt", CHINESE.encode())
    same = compare(a.units, b.units, quality_a=a.flags)
    assert same.verdict == "near"
    unlike = compare(a.units, other.units, quality_a=a.flags)
    answers = {pair.a.maintype: (pair.answer, pair.note) for pair in unlike.units}
    answer, note = answers[MainType.CONTENT]
    assert answer == "undecided"
    assert "guessed" in str(note)
