"""Metadata of others: what is embedded reads back character by character, and several values stay.

``metadata/titled.mkv`` was made with FFmpeg for a test of reports (taglib/taglib 1410, xbmc/xbmc
22558). Other sources: jellyfin/jellyfin 2305 and mpatric/mp3agic 41 (several artists), Exiv2 and
exiftool (texts of PNG); descriptions of several lines are a probe over all formats.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection
from fractions import Fraction
from pathlib import Path

import av
import iscc_samples
import mutagen
import mutagen.apev2
import mutagen.id3
import pypdf
import pypdfium2
import pytest
from lxml import etree
from PIL import Image, PngImagePlugin
from tests.field.test_sound import sound
from tests.media.av_files import sample

from iscckit.media.formats.table import FORMATS, guess_type
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create, create_stream
from iscckit.records.embed import embed
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata

FOLDER = Path(__file__).with_name("metadata")
TYPES = frozenset(row.mediatype for row in FORMATS.rows if row.writer)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
    '<rect width="40" height="30" fill="#123"/></svg>'
)
DESCRIPTIONS = {
    "two lines": "Line one\nLine two",
    "paragraphs": "First  paragraph\n\nSecond one\n  - a point\n  - another",
    "emoji": "A cat \U0001f408, two \U0001f469\u200d\U0001f469\u200d\U0001f467\nand \U0001f600",
    "right to left": "\u200fשלום עולם\u200f\nEnglish \u202bمرحبا\u202c again",
    "markup": "a < b & c > d <b>bold</b> &amp; \"quoted\" 'text'\n<!-- kept -->",
    "4096 bytes": ("Zeile über Größe\n" * 300).encode()[:4095].decode("utf-8", "ignore").strip(),
}
NAMES = {
    "plain": "Grüße & 3 Katzen",
    "emoji": "Cats \U0001f408\U0001f600",
    "right to left": "\u200fשלום עולם",
    "markup": 'a <b> & "c" &amp; d',
}


def write_sound(path: Path, container: str, codec: str) -> None:
    path.write_bytes(sound(container, codec))


def one_fast(kinds: Collection[str]) -> list[object]:
    """Return all kinds; each takes many seconds, so all but the first one are slow tests."""
    marks = [(), *[(pytest.mark.slow,)] * (len(kinds) - 1)]
    return [pytest.param(kind, marks=mark) for kind, mark in zip(kinds, marks, strict=True)]


def make_files(folder: Path) -> list[Path]:
    """Return one file of each format into which metadata can be written."""
    chosen: dict[str, Path] = {}
    for path in iscc_samples.all():
        mediatype = guess_type(path.name)
        theora = path.parent.name == "video" and path.suffix == ".ogg"
        if mediatype in TYPES and path.name != "short.wav" and not theora:
            chosen.setdefault(mediatype, path)
    (folder / "a.svg").write_text(DRAWING)
    with Image.open(next(p for p in iscc_samples.images() if p.suffix == ".png")) as picture:
        picture.convert("RGB").resize((96, 72)).save(folder / "a.webp")
    write_sound(folder / "a.m4a", "ipod", "aac")
    write_sound(folder / "a.flac", "flac", "flac")
    write_sound(folder / "a.weba", "webm", "libopus")
    write_sound(folder / "a.mka", "matroska", "ac3")
    (folder / "a.mkv").write_bytes((FOLDER / "titled.mkv").read_bytes())
    for path in folder.iterdir():
        chosen[str(guess_type(path.name))] = path
    return sorted(chosen.values(), key=lambda path: path.suffix)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_files(tmp_path_factory.mktemp("made"))


def test_the_table_of_formats_is_covered(files: list[Path]) -> None:
    unmade = {
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
    assert {str(guess_type(path.name)) for path in files} | unmade >= TYPES


@pytest.mark.parametrize("kind", one_fast(DESCRIPTIONS))
def test_descriptions_read_back_as_they_were_given(
    kind: str, files: list[Path], tmp_path: Path
) -> None:
    given = DESCRIPTIONS[kind]
    for path in files:
        target = tmp_path / path.name
        written = embed(path, Metadata(description=given), out=target, reseed=True)
        assert find_file_metadata(target).metadata.description == given, path.name
        asked = create(path, Options(name=written.name, description=given))
        for found in (written, create(target, Options(name=written.name))):
            assert found.description == asked.description, path.name
            assert found.metahash == asked.metahash or found.meta, path.name
        reader = READERS.get(path.suffix)
        if reader is not None:
            assert given in reader(target), path.name


@pytest.mark.parametrize("kind", one_fast(NAMES))
def test_names_read_back_as_they_were_given(kind: str, files: list[Path], tmp_path: Path) -> None:
    given = NAMES[kind]
    for path in files:
        target = tmp_path / path.name
        written = embed(path, Metadata(name=given), out=target, reseed=True)
        assert find_file_metadata(target).metadata.name == given, path.name
        assert written.name == create(path, Options(name=given)).name, path.name
        reader = READERS.get(path.suffix)
        if reader is not None:
            assert given in reader(target), path.name


def test_names_are_on_one_line_and_no_longer_than_the_standard_keeps(
    files: list[Path], tmp_path: Path
) -> None:
    for path in files:
        target = tmp_path / path.name
        embed(path, Metadata(name="One\r\nTwo " + "ü" * 200), out=target, reseed=True)
        assert find_file_metadata(target).metadata.name == "One Two " + "ü" * 60, path.name


# --- readers that share no code with ours


def read_archive(path: Path) -> str:
    texts = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".opf", "meta.xml", "core.xml", "custom.xml")):
                root = etree.fromstring(archive.read(name))
                for each in root.iter():
                    texts += [each.text or "", *map(str, each.attrib.values())]
    return "\n\n".join(texts)


def read_packet(path: Path) -> str:
    with Image.open(path) as picture:
        found = picture.info.get("xmp") or picture.tag_v2[700]  # type: ignore[attr-defined]
    data = found if isinstance(found, bytes) else found.encode()
    start, end = data.index(b"<x:xmpmeta"), data.rindex(b"</x:xmpmeta>") + 12
    return "\n\n".join(map(str, etree.fromstring(data[start:end]).itertext()))


def read_pdf(path: Path) -> str:
    information = dict(pypdf.PdfReader(path).metadata or {})
    document = pypdfium2.PdfDocument(path)
    seen = [*document.get_metadata_dict().values(), *map(str, information.values())]
    document.close()
    return "\n\n".join(seen)


def read_tags(path: Path) -> str:
    found = mutagen.File(path)
    values = []
    for key in found.tags.keys():  # noqa: SIM118 (not all tags of mutagen are dicts)
        value = found.tags[key]
        for each in value if isinstance(value, list) else [value]:
            values.append(each.decode() if isinstance(each, bytes) else str(each))
    return "\n\n".join(values)


def read_drawing(path: Path) -> str:
    return "\n\n".join(map(str, etree.fromstring(path.read_bytes()).itertext()))


def read_page(path: Path) -> str:
    root = etree.HTML(path.read_bytes())
    return "\n\n".join(each.get("content", "") for each in root.iter("meta"))


READERS: dict[str, Callable[[Path], str]] = {
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".epub"), read_archive),
    **dict.fromkeys((".jpg", ".png", ".tif", ".webp"), read_packet),
    **dict.fromkeys((".mp3", ".ogg", ".opus", ".flac", ".m4a", ".wav", ".aif", ".aiff"), read_tags),
    ".pdf": read_pdf,
    ".svg": read_drawing,
    ".html": read_page,
}


# --- what a file had before


def test_the_old_title_of_matroska_goes(tmp_path: Path) -> None:
    path = FOLDER / "titled.mkv"
    for name in ("New", "A new title that is longer than the old one was: " + "x" * 60):
        target = tmp_path / "a.mkv"
        embed(path, Metadata(name=name), out=target, reseed=True)
        assert b"Old title of the film" not in target.read_bytes()
        with av.open(target) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
            assert tags["title"] == name
        assert find_file_metadata(target).metadata.name == name


def test_the_title_of_matroska_stays_with_another_field(tmp_path: Path) -> None:
    embed(FOLDER / "titled.mkv", Metadata(creator="Ann"), out=tmp_path / "a.mkv")
    assert find_file_metadata(tmp_path / "a.mkv").metadata.name == "Old title of the film"


def audiobook(path: Path) -> None:
    path.write_bytes(sound("ipod", "aac"))
    with av.open(path) as plain, av.open(path.with_name("b.m4b"), "w", format="ipod") as book:
        stream = book.add_stream_from_template(plain.streams.audio[0])
        parts = [
            {
                "id": number,
                "start": 2000 * number,
                "end": 2000 * (number + 1),
                "time_base": Fraction(1, 1000),
                "metadata": {"title": f"Chapter {number}"},
            }
            for number in range(4)
        ]
        book.set_chapters(parts)  # type: ignore[arg-type]
        for packet in plain.demux():
            if packet.size:
                packet.stream = stream
                book.mux_one(packet)


def test_audiobooks_keep_their_chapters(tmp_path: Path) -> None:
    audiobook(tmp_path / "a.m4b")
    path, target = tmp_path / "b.m4b", tmp_path / "c.m4b"
    embed(path, Metadata(creator="Ann"), out=target)
    with av.open(path) as old, av.open(target) as new:
        assert len(old.chapters()) == 4
        titles = [[each["metadata"]["title"] for each in file.chapters()] for file in (old, new)]
        assert titles[0] == titles[1]
        assert len(new.streams) == len(old.streams)


# --- the profile of the SDK


def test_the_profile_of_the_sdk_has_descriptions_on_one_line() -> None:
    text = "Line one\nLine two"
    buffer = io.BytesIO()
    with Image.open(next(p for p in iscc_samples.images() if p.suffix == ".png")) as picture:
        packet = (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
            f'<rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>'
            "</rdf:Description></rdf:RDF></x:xmpmeta>"
        )
        information = PngImagePlugin.PngInfo()
        information.add_itxt("XML:com.adobe.xmp", packet)
        picture.resize((96, 72)).save(buffer, "PNG", pnginfo=information)
    for profile, expected in (("iscckit-1", text), ("sdk-0.9.7", "Line one Line two")):
        buffer.seek(0)
        options = Options(profile=profile)  # type: ignore[arg-type]
        assert create_stream(buffer, options, filename="a.png").description == expected


# --- several values

ARTISTS = ["Ann", "Bob", "Cleo"]


def add_artists(path: Path) -> None:
    """Write several artists with mutagen, in the way of the format."""
    if path.suffix in (".mp3", ".wav", ".aiff"):
        found = mutagen.File(path)
        if found.tags is None:
            found.add_tags()
        found.tags.delall("TPE1")
        found.tags.add(mutagen.id3.TPE1(encoding=3, text=ARTISTS))
        found.save()
        return
    found = mutagen.File(path)
    if found.tags is None:
        found.add_tags()
    found.tags["\xa9ART" if path.suffix in (".m4a", ".mp4") else "artist"] = ARTISTS
    found.save()


SEVERAL = {
    "mp3": ("mp3", "libmp3lame"),
    "wav": ("wav", "pcm_s16le"),
    "aiff": ("aiff", "pcm_s16be"),
    "m4a": ("ipod", "aac"),
    "mp4": ("mp4", "aac"),
    "flac": ("flac", "flac"),
    "ogg": ("", "audio/demo.ogg"),
    "opus": ("ogg", "libopus"),
    "wv": ("wv", "wavpack"),
}


@pytest.mark.parametrize("extension", SEVERAL)
def test_several_artists_are_all_read(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{extension}"
    container, codec = SEVERAL[extension]
    path.write_bytes(sound(container, codec) if container else sample(codec))
    add_artists(path)
    assert create(path).creator == "Ann, Bob, Cleo"
    assert find_file_metadata(path).metadata.creator == "Ann, Bob, Cleo"
    assert create(path, Options(profile="sdk-0.9.7")).creator == "Ann"


def test_ape_tags_of_mp3_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(sound("mp3", "libmp3lame"))
    mutagen.File(path).delete()
    tags = mutagen.apev2.APEv2()
    tags["Title"], tags["Artist"] = "A song", ARTISTS
    tags.save(path)
    found = find_file_metadata(path)
    assert found.metadata.name == "A song"
    assert found.metadata.creator == "Ann, Bob, Cleo"


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "packed iTXt"])
def test_texts_of_png_are_read(kind: str) -> None:
    information = PngImagePlugin.PngInfo()
    texts = {"Title": "Größe 3", "Author": "Ann", "Description": "Two\nlines", "Comment": "no"}
    for keyword, text in texts.items():
        if "iTXt" in kind:
            information.add_itxt(keyword, text, zip=kind.startswith("packed"))
        else:
            information.add_text(keyword, text, zip=kind == "zTXt")
    buffer = io.BytesIO()
    Image.new("RGB", (96, 72), "teal").save(buffer, "PNG", pnginfo=information)
    buffer.seek(0)
    found = create_stream(buffer, filename="file.png")
    assert (found.name, found.creator, found.description) == ("Größe 3", "Ann", "Two\nlines")
    buffer.seek(0)
    kept = create_stream(buffer, Options(profile="sdk-0.9.7"), filename="file.png")
    assert (kept.name, kept.creator, kept.description) == ("file", None, None)


def test_a_field_that_keeps_its_old_value_is_named(tmp_path: Path) -> None:
    title = b"Old headline"
    block = b"8BIM\x04\x04\0\0" + (5 + len(title)).to_bytes(4)
    block += b"\x1c\x02\x69" + len(title).to_bytes(2) + title + b"\0" * (len(title) % 2 == 0)
    segment = b"Photoshop 3.0\0" + block
    path = tmp_path / "a.jpg"
    Image.new("RGB", (96, 72), "teal").save(path, "JPEG")
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2) + segment + data[2:])
    assert find_file_metadata(path).metadata.name == "Old headline"
    found = embed(path, Metadata(name="New"), out=tmp_path / "b.jpg", reseed=True)
    assert found.name == "New"
    assert found.damage == ("IPTC Headline is not written, and keeps 'Old headline'",)
    assert embed(path, Metadata(rights="Ann"), out=tmp_path / "c.jpg").damage == ()


def test_no_older_tag_of_mp3_keeps_the_old_title(tmp_path: Path) -> None:
    path, target = tmp_path / "a.mp3", tmp_path / "b.mp3"
    tag = b"TAG" + b"Old title".ljust(30, b"\0") + bytes(94) + b"\xff"
    path.write_bytes(sound("mp3", "libmp3lame") + tag)
    embed(path, Metadata(name="New", description="Two\nlines"), out=target, reseed=True)
    assert b"Old title" not in target.read_bytes()
