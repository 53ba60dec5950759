"""Programs that share no code with ours find what was embedded, in every format."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import av
import iscc_samples
import pypdfium2
import pytest
from PIL import Image
from pymediainfo import MediaInfo

from iscckit.media.formats.table import FORMATS, guess_type
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed

NAME = "Grüße & 3 Katzen"
CHANGES = Metadata(name=NAME, creator="Ann Other", license="https://example.org/l")
TYPES = frozenset(row.mediatype for row in FORMATS.rows if row.writer)
PACKAGES = (".docx", ".xlsx", ".pptx", ".odt", ".epub")
FILES = [
    path
    for path in iscc_samples.all()
    if guess_type(path.name) in TYPES
    and path.name != "short.wav"
    and not (path.parent.name == "video" and path.suffix == ".ogg")
]


def embedded(path: Path, tmp_path: Path) -> Path:
    target = tmp_path / path.name
    embed(path, CHANGES, out=target, reseed=True)
    return target


def of(*endings: str) -> list[Path]:
    return [path for path in FILES if path.suffix in endings]


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if str(guess_type(path.name))[:5] in {"audio", "video"}],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_mediainfo_finds_the_name_in_sound_and_video(path: Path, tmp_path: Path) -> None:
    general = MediaInfo.parse(str(embedded(path, tmp_path))).general_tracks[0].to_data()
    assert NAME in [str(value) for value in general.values()]


@pytest.mark.parametrize("path", of(".jpg", ".png", ".tif"), ids=lambda path: path.name)
def test_pillow_finds_the_name_in_pictures(path: Path, tmp_path: Path) -> None:
    with Image.open(embedded(path, tmp_path)) as picture:
        packet = picture.info.get("xmp") or picture.tag_v2[700]  # type: ignore[attr-defined]
    data = packet if isinstance(packet, bytes) else packet.encode()
    root = ElementTree.fromstring(
        data[data.index(b"<x:xmpmeta") : data.rindex(b"</x:xmpmeta>") + 12]
    )
    assert NAME in {element.text for element in root.iter()}


def test_the_packet_of_a_gif_is_where_its_specification_says(tmp_path: Path) -> None:
    (path,) = [each for each in of(".gif") if each.parent.name == "image"]
    data = embedded(path, tmp_path).read_bytes()
    at = data.index(b"\x21\xff\x0bXMP DataXMP") + 14
    packet = data[at : data.index(b"\x01\xff", at)]
    assert "Katzen" in packet.decode()


@pytest.mark.parametrize("path", of(*PACKAGES), ids=lambda path: path.name)
def test_the_xml_in_packages_says_the_name(path: Path, tmp_path: Path) -> None:
    found = set()
    with zipfile.ZipFile(embedded(path, tmp_path)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".opf")):
                root = ElementTree.fromstring(archive.read(name))
                found |= {
                    value for each in root.iter() for value in (each.text, *each.attrib.values())
                }
    assert NAME in found


def test_pdfium_finds_the_name_in_a_pdf(tmp_path: Path) -> None:
    (path,) = of(".pdf")
    document = pypdfium2.PdfDocument(embedded(path, tmp_path))
    try:
        assert document.get_metadata_dict()["Title"] == NAME
    finally:
        document.close()


def test_a_drawing_says_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><g/></svg>')
    embed(path, CHANGES, out=tmp_path / "b.svg")
    root = ElementTree.parse(tmp_path / "b.svg").getroot()
    assert NAME in {element.text for element in root.iter()}


@pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.m4a", "aac")])
def test_mediainfo_finds_the_name_in_formats_that_the_samples_lack(
    name: str, codec: str, tmp_path: Path
) -> None:
    path, out = tmp_path / name, tmp_path / f"new {name}"
    (source,) = [each for each in FILES if each.name == "demo.wav"]
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream(codec, rate=44100)
        assert isinstance(stream, av.AudioStream)
        for frame in old.decode(audio=0):
            frame.pts = None
            new.mux(stream.encode(frame))
        new.mux(stream.encode(None))
    embed(path, CHANGES, out=out)
    general = MediaInfo.parse(str(out)).general_tracks[0].to_data()
    assert NAME in [str(value) for value in general.values()]


def test_pillow_finds_the_name_in_webp(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    with Image.open(of(".png")[0]) as picture:
        picture.convert("RGB").save(path)
    embed(path, CHANGES, out=tmp_path / "b.webp")
    with Image.open(tmp_path / "b.webp") as picture:
        packet = picture.info["xmp"]
    assert "Katzen" in (packet if isinstance(packet, str) else packet.decode())


def test_every_format_of_the_table_has_a_reader_here() -> None:
    here = {guess_type(path.name) for path in FILES} | {
        "audio/x-flac",
        "audio/mp4",
        "image/webp",
        "image/svg+xml",
    }
    others = {  # of the same writers as formats that are here
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "audio/webm",
        "audio/x-matroska",
    }
    assert here | others >= TYPES
