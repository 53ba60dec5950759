"""What files say about themselves, in codes and records."""

import base64
import io
from dataclasses import replace
from pathlib import Path

import iscc_core
import pytest
from iscc_schema.schema import IsccMeta
from PIL import Image
from tests.media.metadata.test_xmp import packet

from iscckit.errors import InvalidInput
from iscckit.records.create import create, create_stream
from iscckit.records.meta import replace_metadata
from iscckit.records.options import Options

SAMPLES = Path(__file__).parents[2] / "samples"
META = "data:application/json;base64," + base64.b64encode(b'{"a":1}').decode()


def picture(folder: Path, body: str) -> Path:
    path = folder / "file-name_of.jpg"
    Image.new("RGB", (8, 8), "red").save(path, xmp=packet(body))
    return path


def test_title_description_and_meta_of_the_file_go_into_the_meta_code(tmp_path: Path) -> None:
    body = (
        "<iscc:name>Title</iscc:name><iscc:description>More</iscc:description>"
        f"<iscc:meta>{META}</iscc:meta>"
    )
    record = create(picture(tmp_path, body))
    expected = iscc_core.gen_meta_code("Title", "More", META)
    assert str(record.units[0]) == expected["iscc"]
    assert record.metahash == expected["metahash"]
    assert (record.name, record.description, record.meta) == ("Title", "More", META)


def test_what_the_caller_gives_takes_the_place_of_what_the_file_says(tmp_path: Path) -> None:
    body = "<iscc:name>Title</iscc:name><iscc:description>More</iscc:description>"
    record = create(picture(tmp_path, body), Options(name="Other"))
    assert (record.name, record.description) == ("Other", "More")


def test_reading_can_be_switched_off(tmp_path: Path) -> None:
    body = "<iscc:name>Title</iscc:name><dc:creator>Ann</dc:creator>"
    record = create(picture(tmp_path, body), Options(extract_meta=False))
    assert (record.name, record.creator) == ("file name of", None)


def test_a_title_that_cleans_to_nothing_gives_way_to_the_file_name(tmp_path: Path) -> None:
    body = "<iscc:name>&#x200b;&#x1;</iscc:name>"
    assert create(picture(tmp_path, body)).name == "file name of"


def test_a_damaged_block_costs_no_code_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    Image.new("RGB", (8, 8), "red").save(path, xmp=b"<x:xmpmeta")
    record = create(path)
    assert (len(record.units), record.name) == (4, "x")
    assert len(record.damage) == 1
    assert record.damage[0].startswith("XMP")
    assert record.to_dict()["properties"]["damage"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize("meta", ["no data", "{1", "data:,x", "[1]"])
def test_bad_meta_in_a_file_is_named_and_ignored(tmp_path: Path, meta: str) -> None:
    record = create(picture(tmp_path, f"<iscc:meta>{meta}</iscc:meta>"))
    assert (len(record.units), record.meta) == (4, None)
    assert "meta in the file" in record.damage[0]


def test_meta_in_a_file_may_be_json(tmp_path: Path) -> None:
    record = create(picture(tmp_path, '<iscc:meta>{"a": 1}</iscc:meta>'))
    assert record.meta == META


def test_other_fields_stand_in_the_record_and_load_into_the_schema(tmp_path: Path) -> None:
    body = (
        "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>"
        "<dc:rights>(c)</dc:rights><dc:language>en</dc:language><dc:identifier>i</dc:identifier>"
        "<xmpRights:WebStatement>no URI</xmpRights:WebStatement>"
        "<plus:Licensor plus:LicensorURL='https://a.b/c'/><dc:subject>k</dc:subject>"
        "<photoshop:Credit>Ann / Agency</photoshop:Credit>"
    )
    written = create(picture(tmp_path, body)).to_dict()
    assert IsccMeta(**written).dict() == written
    expected = {
        "creator": "Ann, Bob",
        "rights": "(c)",
        "language": "en",
        "identifier": "i",
        "acquire": "https://a.b/c",
        "keywords": "k",
        "credit": "Ann / Agency",
    }
    assert expected.items() <= written.items()


def test_a_stream_says_the_same_as_its_file(tmp_path: Path) -> None:
    path = picture(tmp_path, "<iscc:name>Title</iscc:name>")
    assert create_stream(io.BytesIO(path.read_bytes())).name == "Title"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Kitten"},
        {"name": "Kitten", "description": "It sleeps."},
        {"meta": '{"a": 1}'},
        {},
    ],
)
@pytest.mark.parametrize("bits", [64, 256])
def test_other_metadata_give_the_record_that_they_would_have_given(
    changes: dict[str, str], bits: int
) -> None:
    path = SAMPLES / "cat.jpg"
    given = {key: {"a": 1} if key == "meta" else value for key, value in changes.items()}
    made = create(path, Options(bits=bits, **given))  # type: ignore[arg-type]
    assert replace_metadata(create(path, Options(bits=bits)), **given) == made  # type: ignore[arg-type]


def test_a_record_without_meta_code_stays_as_it_is() -> None:
    record = create(SAMPLES / "README.md", Options())
    bare = replace(record, units=record.units[1:], name=None)
    assert replace_metadata(bare, name="Title") == bare


def test_metadata_of_which_no_code_can_be_made_are_refused() -> None:
    with pytest.raises(InvalidInput, match="meta"):
        replace_metadata(create(SAMPLES / "cat.jpg"), meta="nonsense")
