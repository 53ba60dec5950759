"""A record's JSON is iscc-schema's, and says what is missing and why."""

from __future__ import annotations

import json

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from iscc_schema.schema import IsccMeta

from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.records.record import _URI, FeatureSet, PartCode, Record, tophash

DATA = Unit(MainType.DATA, NO_SUBTYPE, bytes(8))
CONTENT = Unit(MainType.CONTENT, SubType.TEXT, bytes(8))
HASH = "1e20" + "ab" * 32


def record(**fields: object) -> Record:
    basic = {
        "iscc": "ISCC:KUACL4F2WZY7KBXBV4JUTOPV7GQ2M",
        "units": (DATA,),
        "mediatype": "text/plain",
        "detected": "UTF-8 text",
        "filesize": 3,
        "datahash": HASH,
        "profile": "iscckit-1",
        "rules": 2,
        "generator": "iscckit - v0",
    }
    return Record(**(basic | fields))  # type: ignore[arg-type]


FULL = record(
    units=(CONTENT, DATA),
    mode="text",
    name="Title",
    description="More",
    meta="data:application/json;base64,e30=",
    creator="Ann, Bob",
    license="https://example.com/license",
    acquire="not a URI",
    credit="Photo: Ann",
    rights="(c) Ann",
    identifier="urn:isbn:0",
    keywords="a, b",
    language="en",
    damage=("XMP: broken",),
    metahash="1e20" + "cd" * 32,
    filename="a.txt",
    path="x/a.txt",
    characters=3,
    encoding="utf-8",
    extractor={"pillow": "13"},
    features=(
        FeatureSet(
            maintype="content",
            subtype="text",
            segment="passage",
            simprints=("abc",),
            offsets=(0,),
            sizes=(3,),
        ),
    ),
    parts=(PartCode("text", "text/plain", CONTENT), PartCode("x", "", None, "damaged", 2)),
    missing={"meta": "no name"},
    flags=("short-text",),
    show_units=True,
)


@given(st.from_regex(_URI, fullmatch=True))
def test_what_counts_as_a_uri_does_so_in_the_schemas_model(uri: str) -> None:
    assert str(IsccMeta(license=uri).license) == uri


def test_a_licence_that_is_no_uri_stands_beside_the_schemas_fields() -> None:
    written = record(license="CC BY", acquire="https://a.b/c").to_dict()
    assert "license" not in written
    assert written["acquire"] == "https://a.b/c"
    assert written["properties"]["license"] == "CC BY"  # type: ignore[index,call-overload]


@pytest.mark.parametrize("each", [record(), FULL])
def test_the_json_form_loads_into_the_schemas_model_and_comes_back(each: Record) -> None:
    written = json.loads(each.to_json())
    assert IsccMeta(**written).dict() == written


def test_unset_fields_are_left_out_and_keys_keep_their_order() -> None:
    assert list(record().to_dict()) == [
        "@type",
        "$schema",
        "iscc",
        "filesize",
        "mediatype",
        "generator",
        "datahash",
        "properties",
    ]
    assert FULL.to_dict()["properties"] == {
        "profile": "iscckit-1",
        "rules": 2,
        "path": "x/a.txt",
        "detected": "UTF-8 text",
        "encoding": "utf-8",
        "acquire": "not a URI",
        "damage": ["XMP: broken"],
        "extractor": {"pillow": "13"},
        "missing": {"meta": "no name"},
        "quality": ["short-text"],
        "parts": [
            {"name": "text", "mediatype": "text/plain", "iscc": str(CONTENT)},
            {"name": "x", "page": 2, "left_out": "damaged"},
        ],
    }
    assert FULL.to_dict()["parts"] == [str(CONTENT)]


def test_the_tophash_binds_both_multihashes_in_this_order() -> None:
    data, meta = HASH, "1e20" + "cd" * 32
    expected = "1e20" + blake3(bytes.fromhex(meta + data)).hexdigest()
    assert tophash(meta, data) == FULL.tophash == expected
    assert tophash(data, meta) != expected
    assert record().tophash is None


def test_names_that_are_no_unicode_become_escapes() -> None:
    shown = record(filename="caf\udce9.txt", path="d/caf\udce9.txt").to_json()
    shown.encode("utf-8")
    assert json.loads(shown)["filename"] == "caf\\xe9.txt"


def test_a_record_is_one_line() -> None:
    assert "\n" not in record(filename="two\nlines").to_json()
    assert "\n" in record().to_json(indent=2)
