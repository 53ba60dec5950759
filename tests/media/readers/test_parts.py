"""The parts of real containers: what is found, what is left out and why."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import av
import iscc_samples
import pytest
from PIL import Image
from pypdf import PdfWriter
from tests.media.av_files import sample

from iscckit.errors import ExtractionFailed, LimitExceeded, UnsupportedMedia
from iscckit.media.content_values import ImageContent, Limits, Source, TextContent
from iscckit.media.formats.documents import LEAST_SIDE
from iscckit.media.formats.table import FORMATS, division_of
from iscckit.media.readers.parts import Part, divide

SAMPLES = Path(__file__).parents[3] / "samples"
TEXTS = {path.name: path for path in iscc_samples.texts()}


def divided(data: bytes, mediatype: str, limits: Limits | None = None) -> list[Part]:
    source = Source(io.BytesIO(data), "file", mediatype)
    return list(divide(source, profile="iscckit-1", limits=limits or Limits()))


def with_entries(path: Path, entries: dict[str, bytes]) -> bytes:
    """Return the document with more entries, whose types an Office file declares."""
    file = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "[Content_Types].xml":
                types = "".join(
                    f'<Default Extension="{ending}" ContentType="a/b"/>'
                    for ending in ("jpg", "jpeg", "mp3", "png", "txt")
                    if f'Extension="{ending}"'.encode() not in data
                )
                data = data.replace(b"<Default ", types.encode() + b"<Default ", 1)
            new.writestr(info, data)
        for name, data in entries.items():
            if name not in old.namelist():
                new.writestr(name, data)
    return file.getvalue()


def small(side: int) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((side, 300)).save(file, "PNG")
    return file.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return file.getvalue()


def pdf_with_pictures(tmp_path: Path) -> bytes:
    """Return a real paper with one page of a photo (JPEG) and one of a drawing (no JPEG)."""
    writer = PdfWriter(SAMPLES / "paper.pdf")
    for name, mode in (("photo", "RGB"), ("drawing", "1")):
        page = tmp_path / f"{name}.pdf"
        with Image.open(SAMPLES / "cat.jpg") as photo:
            photo.convert(mode).save(page)
        writer.append(page)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_book_is_its_text_and_its_pictures() -> None:
    found = divided(TEXTS["demo.epub"].read_bytes(), "application/epub+zip")
    assert [part.name for part in found] == ["text", "EPUB/images/cover.png"]
    assert found[0].whole
    assert isinstance(found[0].content, TextContent)
    assert isinstance(found[1].content, ImageContent)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("demo.docx", "word/media/"), ("demo.pptx", "ppt/media/"), ("demo.odt", "Pictures/")],
)
def test_pictures_and_sound_in_office_files_are_parts(name: str, folder: str) -> None:
    photo = (SAMPLES / "cat.jpg").read_bytes()
    entries = {
        f"{folder}a.jpg": photo,
        f"{folder}b.mp3": sample("audio/demo.mp3"),
        f"{folder}icon.png": small(LEAST_SIDE - 1),
        f"{folder}broken.jpg": photo[:100],
        "docProps/thumbnail.jpeg": photo,
        f"{folder}notes.txt": b"not a part",
    }
    source = Source(io.BytesIO(with_entries(TEXTS[name], entries)), name, "")
    mediatype = next(kind for kind in FORMATS.by_mediatype if kind.endswith(ENDS[name]))
    found = divided(source.stream.read(), mediatype)
    counting = [part.name for part in found if part.content is not None]
    assert counting == ["text", f"{folder}a.jpg", f"{folder}b.mp3"]
    reasons = {part.name: part.reason for part in found if part.reason}
    assert f"both sides must have {LEAST_SIDE}" in reasons[f"{folder}icon.png"]
    assert reasons[f"{folder}broken.jpg"]


ENDS = {
    "demo.docx": "wordprocessingml.document",
    "demo.pptx": "presentationml.presentation",
    "demo.odt": "opendocument.text",
}


def test_pictures_on_pages_of_a_pdf_are_parts_with_their_page(tmp_path: Path) -> None:
    data = pdf_with_pictures(tmp_path)
    found = divided(data, "application/pdf")
    pictures = [part for part in found if part.mediatype.startswith("image/")]
    assert [part.mediatype for part in pictures[-2:]] == ["image/jpeg", "image/tiff"]
    pages = [part.page for part in pictures[-2:]]
    assert pages[1] == (pages[0] or 0) + 1
    content = pictures[-2].content
    assert isinstance(content, ImageContent)
    with Image.open(SAMPLES / "cat.jpg") as photo:
        assert (content.width, content.height) == photo.size


def test_hidden_files_of_an_archive_are_no_parts() -> None:
    data = archive(
        {
            "a/b.txt": b"text",
            ".x.txt": b"hidden",
            "__MACOSX/._b.txt": b"hidden",
            "c/.d/e": b"hidden",
        }
    )
    assert [part.name for part in divided(data, "application/zip")] == ["a/b.txt"]


def test_a_damaged_entry_costs_only_itself() -> None:
    data = bytearray(archive({"a.txt": b"first" * 100, "b.txt": b"second" * 100}))
    data[40] ^= 0xFF
    found = divided(bytes(data), "application/zip")
    assert [bool(part.reason) for part in found] == [True, False]


def test_a_bomb_of_an_archive_stops_at_the_limit() -> None:
    data = archive({f"{i}.txt": bytes(1 << 20) for i in range(4)})
    with pytest.raises(LimitExceeded):
        divided(data, "application/zip", Limits(archive_bytes=3 << 20))


def test_what_is_no_container_is_refused() -> None:
    with pytest.raises(UnsupportedMedia):
        divided(b"text", "text/plain")
    assert division_of("text/plain") is None
    with pytest.raises(ExtractionFailed):
        divided(b"PK", "application/zip")


def test_a_video_is_pictures_sound_and_subtitles(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    lines = (
        b"1\n00:00:01,000 --> 00:00:02,000\nHello <i>World</i>\n\n"
        b"2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n\n"
    )
    with (
        av.open(io.BytesIO(sample("video/demo.mp4")), "r") as film,
        av.open(io.BytesIO(lines), "r", format="srt") as titles,
        av.open(str(path), "w") as target,
    ):
        copies = {
            stream: target.add_stream_from_template(stream)
            for stream in (*film.streams, *titles.streams)
        }
        for packet in (*film.demux(), *titles.demux()):
            if packet.dts is not None:
                packet.stream = copies[packet.stream]
                target.mux(packet)
    found = divided(path.read_bytes(), "video/x-matroska")
    assert [part.name for part in found] == ["pictures", "sound", "subtitles 1"]
    assert isinstance(found[2].content, TextContent)
    assert found[2].content.text == "Hello World\nTwo\nlines"
