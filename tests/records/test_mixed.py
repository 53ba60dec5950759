"""Mixed-Codes and the features of parts, through the whole pipeline."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import cast

import iscc_core
import iscc_samples
import pytest
from iscc_schema import IsccMeta

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import UnreadableFile
from iscckit.records.checksums import hash_path
from iscckit.records.create import create, create_stream
from iscckit.records.folder import create_folder
from iscckit.records.options import Options
from iscckit.records.record import Record

SAMPLES = Path(__file__).parents[2] / "samples"
TEXTS = {path.name: path for path in iscc_samples.texts()}
MIXED = Options(mixed=True, bits=256)


def mixed_unit(record: Record) -> Unit:
    (unit,) = (unit for unit in record.units if unit.maintype == MainType.CONTENT)
    assert unit.subtype == SubType.MIXED
    return unit


@pytest.mark.parametrize("bits", [64, 128, 256])
def test_the_mixed_code_of_a_book_is_that_of_its_parts_by_the_reference(bits: int) -> None:
    record = create(TEXTS["demo.epub"], Options(mixed=True, bits=bits))
    parts = record.to_dict()["parts"]
    assert isinstance(parts, list)
    expected = iscc_core.gen_mixed_code_v0(cast("list[str]", parts), bits=bits)["iscc"]
    assert str(mixed_unit(record)) == expected
    alone = create(TEXTS["demo.epub"], Options(bits=bits))
    assert str(alone.units[1]) == parts[0]
    assert record.iscc != alone.iscc
    assert alone.parts == ()


def test_a_record_with_parts_loads_into_the_schema() -> None:
    found = create(SAMPLES / "film.mp4", Options(mixed=True, granular=True)).to_dict()
    model = IsccMeta.model_validate(found)
    assert model.parts == found["parts"]
    assert found["mode"] == "mixed"


def test_text_alone_keeps_its_text_code_with_the_reason() -> None:
    record = create(TEXTS["demo.docx"], MIXED)
    assert record.iscc == create(TEXTS["demo.docx"]).iscc
    assert "two parts" in record.missing["mixed"]
    assert [part.name for part in record.parts] == ["text"]


def test_parts_that_equal_or_say_nothing_are_left_out_with_the_reason() -> None:
    file = io.BytesIO()
    photo = (SAMPLES / "cat.jpg").read_bytes()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.jpg", photo)
        archive.writestr("b.jpg", photo)
        archive.writestr("c.txt", "short")
        archive.writestr("d.txt", (SAMPLES / "gettysburg-hay.txt").read_bytes())
        archive.writestr("e.bin", b"\0\1\2")
    file.seek(0)
    record = create_stream(file, MIXED, filename="a.zip")
    reasons = {part.name: part.reason for part in record.parts}
    assert reasons["a.jpg"] == reasons["d.txt"] == ""
    assert reasons["b.jpg"] == "the same as a.jpg"
    assert "very short" in reasons["c.txt"]
    assert "decoder" in reasons["e.bin"]
    codes = record.to_dict()["parts"]
    assert isinstance(codes, list)
    assert len(codes) == 2
    expected = iscc_core.gen_mixed_code_v0(cast("list[str]", codes), bits=256)["iscc"]
    assert str(mixed_unit(record)) == expected


def test_an_archive_is_a_sum_that_is_said_to_be_undivided_unless_a_mixed_code_was_asked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "text")
    for options in (Options(), MIXED):
        file.seek(0)
        record = create_stream(file, options, filename="a.zip")
        assert record.mode is None
        assert record.missing["content"] == "no content decoder for application/zip"
        assert ("mixed" in record.missing) == options.mixed
        assert record.undivided != options.mixed
    assert not create_stream(io.BytesIO(b"\0"), filename="a.bin").undivided


def test_a_folder_is_one_content(tmp_path: Path) -> None:
    for name in ("cat.jpg", "gettysburg-hay.txt"):
        (tmp_path / name).write_bytes((SAMPLES / name).read_bytes())
    record = create_folder(tmp_path, MIXED)
    codes = [str(create(tmp_path / n, MIXED).units[1]) for n in ("cat.jpg", "gettysburg-hay.txt")]
    assert str(mixed_unit(record)) == iscc_core.gen_mixed_code_v0(codes, bits=256)["iscc"]
    assert record.datahash == hash_path(f"{tmp_path}/").datahash
    assert record.name == tmp_path.name.replace("_", " ").replace("-", " ")
    with pytest.raises(UnreadableFile):
        create_folder(tmp_path / "cat.jpg")


def test_pictures_in_documents_are_features() -> None:
    sets = create(TEXTS["demo.epub"], Options(granular=True)).features
    (pictures,) = (each for each in sets if each.segment == "picture")
    assert pictures.contents == ("EPUB/images/cover.png",)
    with zipfile.ZipFile(TEXTS["demo.epub"]) as archive:
        cover = create_stream(
            io.BytesIO(archive.read("EPUB/images/cover.png")), Options(bits=256), filename="c.png"
        )
    unit = cover.units[1]
    assert pictures.simprints == (unit_text(unit),)


def unit_text(unit: Unit) -> str:
    return urlsafe_b64encode(unit.body).rstrip(b"=").decode()


@pytest.mark.parametrize("byte_offsets", [False, True])
def test_passages_and_pages_of_a_pdf_say_where_they_are(byte_offsets: bool) -> None:
    options = Options(granular=True, byte_offsets=byte_offsets)
    sets = {each.segment: each for each in create(TEXTS["demo.pdf"], options).features}
    passages, pages = sets["passage"], sets["page"]
    assert pages.pages == tuple(range(1, 10))
    starts = [*pages.offsets, float("inf")]
    for offset, page in zip(passages.offsets, passages.pages, strict=True):
        assert starts[page - 1] <= offset < starts[page]
    assert all(
        start + size <= following
        for start, size, following in zip(pages.offsets, pages.sizes, starts[1:], strict=True)
    )
    assert passages.byte_offsets is pages.byte_offsets is byte_offsets


def test_byte_offsets_are_those_of_the_text_in_utf_8() -> None:
    text = "Wörter über Wörter — äöü ß. " * 200
    sets = [
        create_stream(io.BytesIO(text.encode()), Options(granular=True, byte_offsets=how)).features[
            0
        ]
        for how in (False, True)
    ]
    assert sets[0].simprints == sets[1].simprints
    clean = text.strip()
    for at, start in zip(sets[0].offsets, sets[1].offsets, strict=True):
        assert len(clean[: int(at)].encode()) == start


def test_segments_of_sound_have_the_codes_of_their_words() -> None:
    (sound, data) = create(SAMPLES / "song.opus", Options(granular=True)).features
    assert (sound.subtype, sound.segment, data.segment) == ("audio", "time", "chunk")
    assert sound.offsets[1] == pytest.approx(64 * 1365 / 11025, abs=0.001)
    assert len(set(sound.simprints)) == len(sound.simprints) > 1


def test_the_profile_of_the_sdk_has_only_its_features() -> None:
    options = Options(granular=True, profile="sdk-0.9.7")
    for path in (TEXTS["demo.epub"], TEXTS["demo.pdf"], SAMPLES / "film.mp4"):
        assert {each.segment for each in create(path, options).features} <= {"passage", "scene"}
    assert create(SAMPLES / "song.opus", options).features == ()


def test_features_are_plain_json() -> None:
    found = json.loads(create(TEXTS["demo.pdf"], Options(granular=True)).to_json())["features"]
    for each in found:
        lengths = {len(each[key]) for key in ("simprints", "offsets", "sizes")}
        assert len(lengths) == 1
