"""Metadata is written into real files of each format, and nothing else changes."""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import stat
import zipfile
from pathlib import Path

import av
import iscc_samples
import mutagen
import pypdf
import pytest
from PIL import Image

from iscckit.errors import InvalidInput, IsccError, UnreadableFile, UnsupportedMedia
from iscckit.media.formats.table import FORMATS, guess_type
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create
from iscckit.records.embed import embed
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata

META = "data:application/json;base64," + base64.b64encode(b'{"a": 1}').decode()
FULL = Metadata(
    name='Grüße "x" & <3 😀',
    description="One of two",
    meta=META,
    creator="Ann, Bob",
    license="https://example.org/licence",
    acquire="https://example.org/buy",
    rights="© 2026 Ann",
    credit="Photo: Ann",
    keywords="cats, dogs",
    iscc="ISCC:KACYPXW445FTYNJ3",
)
DRAWING = (
    '<?xml version="1.0"?><!-- kept --><svg xmlns="http://www.w3.org/2000/svg" width="90" '
    'height="60"><title>Old</title><rect width="40" height="30" fill="#123"/></svg>'
)
TYPES = frozenset(row.mediatype for row in FORMATS.rows if row.writer)
SAMPLES = [
    path
    for path in iscc_samples.all()
    if guess_type(path.name) in TYPES
    and path.name not in ("short.wav",)
    and path.stem != "demo.ogg"
    if not (path.parent.name == "video" and path.suffix == ".ogg")  # Theora: no tags are read
]


def ident(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def made(folder: Path) -> list[Path]:
    """Make files of the formats that the samples lack."""
    (folder / "a.svg").write_text(DRAWING)
    with Image.open(next(p for p in iscc_samples.images() if p.suffix == ".png")) as picture:
        rgb = picture.convert("RGB")
        rgb.save(folder / "lossy.webp", quality=80)
        picture.convert("RGBA").save(folder / "alpha.webp", lossless=True)
        exif = Image.Exif()
        exif[0x010E] = "kept"
        rgb.save(folder / "exif.webp", exif=exif)
        rgb.save(folder / "exif.jpg", exif=exif, icc_profile=b"x" * 300)
    for name, codec in (("a.flac", "flac"), ("a.m4a", "aac")):
        with av.open(folder / name, "w") as new:
            stream = new.add_stream(codec, rate=44100)
            assert isinstance(stream, av.AudioStream)
            source = next(p for p in iscc_samples.audios() if p.name == "demo.wav")
            with av.open(source) as old:
                for frame in old.decode(audio=0):
                    frame.pts = None
                    new.mux(stream.encode(frame))
                new.mux(stream.encode(None))
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [*SAMPLES, *made(tmp_path_factory.mktemp("made"))]


def check(path: Path, target: Path) -> None:
    before = create(path, Options(bits=256))
    record = embed(path, FULL, out=target, reseed=True)
    assert find_file_metadata(target).metadata.as_dict().items() >= FULL.as_dict().items()
    after = create(target, Options(bits=256, units=True))
    content = [unit for unit in before.units if unit.maintype.name == "CONTENT"]
    assert [unit for unit in after.units if unit.maintype.name == "CONTENT"] == content
    assert record.iscc == create(target).iscc
    asked = Options(
        bits=256, name=FULL.name, description=FULL.description, meta=FULL.meta, units=True
    )
    assert create(path, asked).units[0] == after.units[0]  # the Meta-Code recomputes identically


@pytest.mark.parametrize("path", SAMPLES, ids=ident)
def test_all_fields_are_read_back_and_the_content_code_stays(path: Path, tmp_path: Path) -> None:
    check(path, tmp_path / path.name)


def test_made_files_of_other_formats_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for path in made(tmp_path / "in"):
        check(path, tmp_path / path.name)


def test_every_format_of_the_table_is_tested(files: list[Path]) -> None:
    tested = {guess_type(path.name) for path in files}
    unmade = {
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "audio/webm",
        "audio/x-matroska",
    }
    assert tested | unmade >= TYPES


def test_pixels_and_other_blocks_of_pictures_stay(files: list[Path], tmp_path: Path) -> None:
    pictures = [path for path in files if path.suffix in (".jpg", ".png", ".webp", ".gif")]
    assert len(pictures) > 6
    for path in pictures:
        target = tmp_path / path.name
        embed(path, FULL, out=target, reseed=True)
        with Image.open(path) as old, Image.open(target) as new:
            assert getattr(new, "n_frames", 1) == getattr(old, "n_frames", 1)
            assert new.getexif().tobytes() == old.getexif().tobytes()
            assert new.info.get("icc_profile") == old.info.get("icc_profile")
            assert new.tobytes() == old.tobytes()
            if path.suffix != ".gif":
                packet = new.info["xmp"]
                assert FULL.license in (packet if isinstance(packet, str) else packet.decode())


def test_packets_tags_and_covers_of_sound_and_video_stay(files: list[Path], tmp_path: Path) -> None:
    media = [path for path in files if str(guess_type(path.name))[:5] in ("audio", "video")]
    for path in media:
        target = tmp_path / path.name
        embed(path, Metadata(rights="© 2026"), out=target)
        with av.open(path) as old, av.open(target) as new:
            kept = {
                key.lower(): value
                for metadata in (old.metadata, *(each.metadata for each in old.streams.audio))
                for key, value in metadata.items()
                if key.lower() not in ("encoder", "major_brand", "minor_version", "handler_name")
                and key.lower() not in ("compatible_brands", "copyright", "vendor_id", "duration")
            }
            there = {
                key.lower(): value
                for metadata in (new.metadata, *(each.metadata for each in new.streams.audio))
                for key, value in metadata.items()
            }
            assert there.items() >= kept.items(), path.name
            assert packets(old) == packets(new), path.name


def packets(container: av.container.InputContainer) -> list[tuple[int, int]]:
    found = [
        (packet.stream_index, hash(bytes(packet))) for packet in container.demux() if packet.size
    ]
    return sorted(found)


def test_other_programs_see_the_title(tmp_path: Path) -> None:
    for path in SAMPLES:
        if path.suffix in (".mp3", ".opus", ".ogg"):
            target = tmp_path / path.name
            embed(path, Metadata(name="A new title"), out=target, reseed=True)
            assert "A new title" in str(mutagen.File(target, easy=True).tags["title"])
    for path in SAMPLES:
        if path.suffix == ".pdf":
            embed(path, Metadata(name="A new title"), out=tmp_path / "a.pdf", reseed=True)
            information = pypdf.PdfReader(tmp_path / "a.pdf").metadata
            assert information is not None
            assert str(information["/Title"]) == "A new title"
            assert (tmp_path / "a.pdf").read_bytes().startswith(path.read_bytes())


def test_other_entries_of_archives_stay(tmp_path: Path) -> None:
    for path in SAMPLES:
        if path.suffix not in (".docx", ".xlsx", ".pptx", ".odt", ".epub"):
            continue
        target = tmp_path / path.name
        embed(path, FULL, out=target, reseed=True)
        changed = re.compile(r"docProps/|meta\.xml|.*\.opf|\[Content_Types|_rels/\.rels")
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(target) as new:
            assert new.testzip() is None
            assert [n for n in new.namelist() if n in old.namelist()] == old.namelist()
            for info in old.infolist():
                copy = new.getinfo(info.filename)
                assert copy.compress_type == info.compress_type
                if not changed.match(info.filename):
                    assert new.read(copy) == old.read(info)


def test_writing_the_same_again_changes_nothing_more(files: list[Path], tmp_path: Path) -> None:
    for path in files:
        first, second = tmp_path / f"1{path.name}", tmp_path / f"2{path.name}"
        embed(path, FULL, out=first, reseed=True)
        embed(first, FULL, out=second)
        assert find_file_metadata(second).metadata == find_file_metadata(first).metadata
        assert abs(second.stat().st_size - first.stat().st_size) < 5000


def test_seed_fields_stay_unless_reseeding_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    shutil.copy(next(p for p in iscc_samples.images() if p.suffix == ".jpg"), path)
    old = path.read_bytes()
    with pytest.raises(InvalidInput, match="another Meta-Code"):
        embed(path, Metadata(name="Another"))
    assert path.read_bytes() == old
    embed(path, Metadata(license="https://example.org/"))
    embed(path, Metadata(license="https://example.com/"))
    assert find_file_metadata(path).metadata.license == "https://example.com/"
    embed(path, Metadata(name="Another"), reseed=True)
    assert find_file_metadata(path).metadata.name == "Another"


def test_in_place_keeps_the_permissions_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    shutil.copy(next(p for p in iscc_samples.images() if p.suffix == ".png"), path)
    path.chmod(0o640)
    record = embed(path, Metadata(rights="mine"), with_iscc=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.png"]
    assert record.iscc == create(path).iscc
    assert str(find_file_metadata(path).metadata.iscc).startswith("ISCC:KE")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_damaged_files_are_refused_or_keep_their_code(cut: float, tmp_path: Path) -> None:
    for path in SAMPLES:
        data = path.read_bytes()
        damaged, target = tmp_path / path.name, tmp_path / f"new{path.suffix}"
        damaged.write_bytes(data[: int(len(data) * cut)])
        try:
            embed(damaged, Metadata(rights="mine"), out=target)
        except IsccError:
            assert not target.exists()
        else:
            units = create(damaged, Options(bits=256)).units[1:-2]
            assert create(target, Options(bits=256)).units[1:-2] == units
            target.unlink()
        assert sorted(os.listdir(tmp_path)) == [path.name]
        damaged.unlink()


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("words")
    with pytest.raises(UnsupportedMedia, match="jpg"):
        embed(text, Metadata(rights="mine"))
    with pytest.raises(InvalidInput, match="nothing to write"):
        embed(text, Metadata())
    with pytest.raises(UnreadableFile):
        embed(tmp_path / "none.jpg", Metadata(rights="mine"))
    picture = next(p for p in iscc_samples.images() if p.suffix == ".jpg")
    with pytest.raises(UnreadableFile, match="cannot be written"):
        embed(picture, Metadata(rights="mine"), out=tmp_path / "no" / "a.jpg")
    assert text.read_text() == "words"


def test_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=next(p for p in SAMPLES if p.suffix == ".pdf"))
    writer.encrypt("", owner_password="x", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    path = tmp_path / "a.pdf"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(UnsupportedMedia, match="encrypted"):
        embed(path, Metadata(rights="mine"))
    assert path.read_bytes() == buffer.getvalue()
