"""The directory of an archive or OLE file says what it is, wherever in the file it stands."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import iscc_samples
import pytest

from iscckit.media.detect.detect import HEAD_SIZE, Detection, detect, needs_whole_file
from iscckit.records.create import create_stream

SAMPLES = {path.name: path for path in iscc_samples.all()}
# What the reference run (iscc-sdk 0.9.7) takes for something else than the folder says.
OTHER_MODES = {
    "text/demo.mobi": "text",
    "text/demo.sqlite": None,
    "video/demo.gif": "image",
    "video/demo.ogg": "audio",
    "video/demo.rm": "audio",
}


def detected(data: bytes, name: str = "") -> Detection:
    return detect(data[:HEAD_SIZE], name, io.BytesIO(data))


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for each in names:
            name, _, content = each.partition("=")
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("path", iscc_samples.all(), ids=lambda path: path.name)
def test_every_sample_has_the_mode_of_the_reference_run(path: Path) -> None:
    expected = OTHER_MODES.get(f"{path.parent.name}/{path.name}", path.parent.name)
    assert detected(path.read_bytes(), path.name).mode == expected


@pytest.mark.parametrize(
    ("name", "mediatype"),
    [
        ("demo.doc", "application/msword"),
        ("demo.ppt", "application/vnd.ms-powerpoint"),
        ("demo.xls", "application/vnd.ms-excel"),
        ("demo.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("demo.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("demo.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("demo.odt", "application/vnd.oasis.opendocument.text"),
        ("demo.epub", "application/epub+zip"),
    ],
)
def test_documents_are_known_without_and_against_their_names(name: str, mediatype: str) -> None:
    data = SAMPLES[name].read_bytes()
    assert detected(data).mediatype == mediatype
    wrong = detected(data, "photo.jpg")
    assert (wrong.mediatype, wrong.renamed) == (mediatype, "image/jpeg")
    assert "although the name says image/jpeg" in wrong.reason


def test_parts_behind_a_long_first_entry_are_found() -> None:
    long = f"docProps/thumbnail={'x' * 10_000}"
    for part, kind in (("word/a.xml", "wordprocessing"), ("xl/a.xml", "spreadsheet")):
        data = archive(long, "[Content_Types].xml", part)
        assert detect(data[:HEAD_SIZE], "").mediatype == "application/zip"
        assert kind in detected(data).mediatype


def test_a_mimetype_entry_counts_wherever_it_stands() -> None:
    data = archive("a=b", "mimetype=application/vnd.oasis.opendocument.presentation")
    assert detected(data).mediatype == "application/vnd.oasis.opendocument.presentation"
    assert detected(archive("a=b", "mimetype=<script>")).mediatype == "application/zip"
    assert detected(archive("a=b", f"mimetype={'a' * 999}")).mediatype == "application/zip"


def test_an_archive_without_parts_of_a_document_is_none() -> None:
    found = detected(archive("a=b"), "sheet.xlsx")
    assert found.mediatype == "application/zip"
    assert found.renamed is not None
    assert detected(archive("a=b"), "a.jar").mediatype == "application/java-archive"
    assert detected(archive("META-INF/MANIFEST.MF")).mediatype == "application/java-archive"
    assert detected(archive("META-INF/container.xml")).mediatype == "application/epub+zip"


def test_what_an_embedded_document_holds_does_not_count() -> None:
    data = bytearray(SAMPLES["demo.doc"].read_bytes())
    name = "WordDocument".encode("utf-16-le")
    at = data.index(name)
    data[at : at + len(name)] = "SomethingNew".encode("utf-16-le")
    assert detected(bytes(data)).mediatype == "application/x-ole-storage"
    assert detected(bytes(data), "old.doc").mediatype == "application/msword"  # the name knows


def test_a_pipe_is_looked_into_as_well() -> None:
    data = SAMPLES["demo.doc"].read_bytes()
    assert needs_whole_file(data[:HEAD_SIZE])
    assert not needs_whole_file(SAMPLES["demo.jpg"].read_bytes()[:HEAD_SIZE])
    assert create_stream(io.BytesIO(data)).mediatype == "application/msword"


@pytest.mark.parametrize("name", ["demo.doc", "demo.docx", "demo.odt", "demo.xls"])
def test_damage_never_raises_and_never_reads_without_end(name: str) -> None:
    chance = random.Random(name)
    whole = SAMPLES[name].read_bytes()
    for _ in range(300):
        data = bytearray(whole[: chance.choice((len(whole), chance.randrange(600, len(whole))))])
        for _ in range(8):
            data[chance.randrange(8, 600)] = chance.randrange(256)
            data[-chance.randrange(1, 200)] = chance.randrange(256)
        detected(bytes(data), chance.choice(("", name)))


def test_a_chain_of_sectors_that_bites_its_tail_ends() -> None:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30] = 9
    # Sector 0 is both the directory and the table, and names itself as its next.
    assert detected(bytes(header) + bytes(512)).mediatype == "application/x-ole-storage"
