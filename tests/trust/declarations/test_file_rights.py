"""Statements in real files: read from every place, and written where the format has one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import iscc_samples
import pypdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.c2pa_signing import MINING as ASSERTION
from tests.c2pa_signing import make_signer, sign_bytes

from iscckit.errors import InvalidInput, UnsupportedMedia
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create
from iscckit.records.embed import embed
from iscckit.records.options import Options
from iscckit.trust.declarations.file_rights import (
    choose_vocabulary,
    read_file_rights,
    write_file_rights,
)
from iscckit.trust.rights.reservations import make_reservations

TRAIN = make_reservations({"train": "reserved"})
MINING = make_reservations(
    dict.fromkeys(("train", "inference", "derive", "analyze"), "reserved"),
    policy="https://example.org/tdm?a=1&copy=2",
)
PLUS = "http://ns.useplus.org/ldf/vocab/DMI-"
BOOK = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="{version}"
 unique-identifier="i"{more}><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="i">x</dc:identifier><dc:title>Book</dc:title><dc:language>en</dc:language>{meta}
</metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/></spine></package>"""
PAGE = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>'
    "<body><p>Some words of a chapter.</p></body></html>"
)
CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def make_book(path: Path, version: str = "3.0", meta: str = "", more: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("p.opf", BOOK.format(version=version, meta=meta, more=more))
        archive.writestr("a.xhtml", PAGE)
    return path


def packet(*properties: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        + "".join(
            '<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
            f'xmlns:tdm="http://www.w3.org/ns/tdmrep/" {each}</rdf:Description>'
            for each in properties
        )
        + "</rdf:RDF></x:xmpmeta>"
    ).encode()


def make_picture(path: Path, xmp: bytes) -> Path:
    chunks = PngInfo()
    chunks.add_itxt("XML:com.adobe.xmp", xmp.decode())
    more = {"pnginfo": chunks} if path.suffix == ".png" else {"xmp": xmp}
    Image.linear_gradient("L").convert("RGB").save(path, **more)
    return path


def make_pdf(path: Path, xmp: bytes = b"") -> Path:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    if xmp:
        writer.xmp_metadata = xmp
    writer.write(path)
    return path


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "tif", "webp", "svg"])
def test_pictures_get_plus(tmp_path: Path, suffix: str) -> None:
    path, out = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    if suffix == "svg":
        path.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
        )
    else:
        Image.linear_gradient("L").convert("RGB").save(path)
    _, written, rights = write_file_rights(str(path), TRAIN, out=str(out))
    assert written == (f"{PLUS}PROHIBITED-AIMLTRAINING", (), ())
    assert rights.together == TRAIN
    assert [each.vocabulary for each in rights.statements] == ["plus"]
    # Another term takes the place of the first.
    _, _, changed = write_file_rights(
        str(out), make_reservations({"train-generative": "reserved"}), out=None
    )
    assert changed.together.said() == {"train-generative": "reserved"}
    assert len(changed.statements) == 1


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_books_get_tdmrep_in_the_form_of_their_version(tmp_path: Path, version: str) -> None:
    path, out = make_book(tmp_path / "a.epub", version), tmp_path / "b.epub"
    _, written, rights = write_file_rights(str(path), MINING, out=str(out))
    assert (written.lost, rights.together) == ((), MINING)
    package = zipfile.ZipFile(out).read("p.opf").decode()
    if version == "2.0":
        assert '<meta name="tdm:reservation" content="1"/>' in package
    else:
        assert '<meta property="tdm:reservation">1</meta>' in package
        assert 'prefix="tdm: http://www.w3.org/ns/tdmrep#"' in package
    _, _, again = write_file_rights(str(out), MINING)
    assert len(again.statements) == 1


@pytest.mark.parametrize(
    ("meta", "more", "reserved"),
    [
        ('<meta name="tdm:reservation" content="1"/>', "", True),
        ('<meta property="tdm:reservation">1</meta>', "", True),
        (
            '<meta property="t:reservation">1</meta>',
            ' prefix="rdf: x t: http://www.w3.org/ns/tdmrep#"',
            True,
        ),
        ('<meta property="tdm:reservation">1</meta>', ' prefix="tdm: http://example.org/"', False),
        ('<meta property="tdm:reservation">yes</meta>', "", False),
        (
            '<meta property="tdm:reservation">0</meta><meta name="tdm:reservation" content="1"/>',
            "",
            True,
        ),
    ],
)
def test_books_say_it_in_several_forms(
    tmp_path: Path, meta: str, more: str, reserved: bool
) -> None:
    rights = read_file_rights(str(make_book(tmp_path / "a.epub", meta=meta, more=more)))
    assert (rights.together.train == "reserved") is reserved


@pytest.mark.parametrize("name", ["a.html", "a.xhtml"])
def test_pages_get_elements(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f'<?xml version="1.0"?>{PAGE}' if name == "a.xhtml" else PAGE)
    _, _, rights = write_file_rights(str(path), MINING)
    assert rights.together == MINING
    assert b'<meta name="tdm-reservation" content="1"/>' in path.read_bytes()


def test_of_several_elements_the_strictest_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        '<html><head><META NAME="TDM-Reservation" content="0"><meta name="tdm-reservation" '
        'content="1"><meta name="tdm-policy" content="https://example.org/p"></head>'
        "<body>words of a page</body></html>"
    )
    rights = read_file_rights(str(path))
    assert [each.value for each in rights.statements] == ["0", "1"]
    assert (rights.together.train, rights.together.policy) == ("reserved", "https://example.org/p")


def test_a_pdf_gets_a_packet(tmp_path: Path) -> None:
    path, out = make_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf"
    _, _, rights = write_file_rights(str(path), MINING, out=str(out))
    assert rights.together == MINING
    assert out.read_bytes().startswith(path.read_bytes())
    _, _, both = write_file_rights(str(out), TRAIN, "plus")
    assert {each.vocabulary for each in both.statements} == {"plus", "tdmrep"}
    embed(out, Metadata(creator="Ann"))
    assert read_file_rights(str(out)).together == both.together


def test_an_ordinary_field_makes_no_packet(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf")
    embed(path, Metadata(creator="Ann"))
    assert "/Metadata" not in pypdf.PdfReader(path).trailer["/Root"].get_object()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ([f'plus:DataMining="{PLUS}PROHIBITED-AIMLTRAINING">'], {"train": "reserved"}),
        (
            [f"><plus:DataMining>{PLUS}PROHIBITED-AIMLTRAINING</plus:DataMining>"],
            {"train": "reserved"},
        ),
        (
            [f'><plus:DataMining rdf:resource="{PLUS}PROHIBITED-AIMLTRAINING"/>'],
            {"train": "reserved"},
        ),
        (  # two descriptions that contradict each other
            [
                f'plus:DataMining="{PLUS}PROHIBITED-AIMLTRAINING">',
                f'plus:DataMining="{PLUS}ALLOWED">',
            ],
            {"train": "reserved", "search": "open", "analyze": "open"},
        ),
        (  # an array
            [
                "><plus:DataMining><rdf:Bag><rdf:li>DMI-ALLOWED</rdf:li>"
                "<rdf:li>DMI-PROHIBITED</rdf:li></rdf:Bag></plus:DataMining>"
            ],
            {"train": "reserved", "search": "reserved", "analyze": "reserved"},
        ),
        (['plus:DataMining="no idea">'], {}),
        (['tdm:reservation="1">'], dict(MINING.said())),
        ([">"], {}),
    ],
)
def test_forms_of_xmp(tmp_path: Path, properties: list[str], said: dict[str, str]) -> None:
    xmp = packet(*properties)
    for path in (
        make_picture(tmp_path / "a.jpg", xmp),
        make_picture(tmp_path / "a.png", xmp),
        make_picture(tmp_path / "a.avif", xmp),
        make_pdf(tmp_path / "a.pdf", xmp),
    ):
        assert read_file_rights(str(path)).together.said() == said, path.name


def test_a_second_packet_counts_too(tmp_path: Path) -> None:
    first, second = packet(f'plus:DataMining="{PLUS}ALLOWED">'), packet('tdm:reservation="1">')
    jpeg, png = make_picture(tmp_path / "a.jpg", first), make_picture(tmp_path / "a.png", first)
    body = b"http://ns.adobe.com/xap/1.0/\0" + second
    data = jpeg.read_bytes()
    jpeg.write_bytes(
        data[:2]
        + data[2:].replace(
            b"\xff\xdb", b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + b"\xff\xdb", 1
        )
    )
    chunks = PngInfo()
    for each in (first, second):
        chunks.add_itxt("XML:com.adobe.xmp", each.decode())
    Image.linear_gradient("L").save(png, pnginfo=chunks)
    for path in (jpeg, png):
        rights = read_file_rights(str(path))
        assert len(rights.statements) == 2, path
        assert (rights.together.train, rights.together.search) == ("reserved", "open")


def test_a_damaged_packet_is_unknown_and_told(tmp_path: Path) -> None:
    path = make_picture(tmp_path / "a.png", b"<x:xmpmeta no packet")
    rights = read_file_rights(str(path))
    assert (rights.together.said(), rights.statements) == ({}, ())
    assert rights.damage


def test_formats_without_a_place_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("some words\n")
    with pytest.raises(UnsupportedMedia, match="no place"):
        write_file_rights(str(path), TRAIN)
    sound = next(each for each in iscc_samples.audios() if each.suffix == ".mp3")
    for field in ("data_mining", "tdm_reservation"):
        with pytest.raises(UnsupportedMedia, match=field):
            embed(sound, Metadata(**{field: "1"}), out=tmp_path / "b.mp3")
    assert not (tmp_path / "b.mp3").exists()
    with pytest.raises(UnsupportedMedia, match="plus"):
        choose_vocabulary("a.html", "text/html", "plus")


def test_what_a_vocabulary_cannot_express_at_all_is_refused(tmp_path: Path) -> None:
    path = make_picture(tmp_path / "a.png", b"")
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match="derive=reserved"):
        write_file_rights(str(path), make_reservations({"derive": "reserved"}))
    assert path.read_bytes() == before


def test_statements_change_no_code(tmp_path: Path) -> None:
    plain, told = io.BytesIO(), tmp_path / "told.jpg"
    Image.linear_gradient("L").convert("RGB").save(plain, "jpeg")
    (tmp_path / "plain.jpg").write_bytes(plain.getvalue())
    write_file_rights(str(tmp_path / "plain.jpg"), TRAIN, out=str(told))
    options = Options(name="same", bits=256)
    before, after = (create(tmp_path / name, options) for name in ("plain.jpg", "told.jpg"))
    assert [str(unit) for unit in before.units[:2]] == [str(unit) for unit in after.units[:2]]


def test_a_manifest_of_c2pa_is_read(tmp_path: Path) -> None:
    path = tmp_path / "signed.png"
    plain = io.BytesIO()
    Image.linear_gradient("L").save(plain, "png")
    signed, _ = sign_bytes(plain.getvalue(), "image/png", make_signer(), ASSERTION)
    path.write_bytes(signed)
    rights = read_file_rights(str(path))
    assert [each.source for each in rights.statements] == ["C2PA cawg.training-mining"]
    assert rights.together.said() == {"train-generative": "reserved", "inference": "open"}
    damaged = bytearray(signed)
    damaged[damaged.rindex(b"IDAT") + 20] ^= 1
    path.write_bytes(damaged)
    rights = read_file_rights(str(path))
    assert [each.source for each in rights.statements] == ["C2PA-invalid cawg.training-mining"]
    assert rights.together.said() == {"train-generative": "reserved"}
