"""Metadata of office documents and e-books: what is read, in which order, and damage."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress

import iscc_samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.archive import read
from iscckit.media.metadata.precedence import FileMetadata

OOXML = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "docx": f"{OOXML}.wordprocessingml.document",
    "xlsx": f"{OOXML}.spreadsheetml.sheet",
    "pptx": f"{OOXML}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
}
SAMPLES = {path.suffix[1:]: path for path in iscc_samples.texts() if path.suffix[1:] in TYPES}
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def read_parts(mediatype: str, **parts: str) -> FileMetadata:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return read(Source(buffer, "a", mediatype), limits=Limits())


@pytest.mark.parametrize("kind", TYPES)
def test_the_samples_have_their_title(kind: str) -> None:
    with SAMPLES[kind].open("rb") as stream:
        found = read(Source(stream, "a", TYPES[kind]), limits=Limits())
    assert found.metadata.name == "title from metadata"
    assert found.origin["name"] == "dc:title"


def test_own_properties_go_before_the_common_ones() -> None:
    found = read_parts(
        TYPES["docx"],
        docProps__core_xml=f"<c {DC}><dc:title>Common</dc:title><dc:creator>Ann</dc:creator></c>",
        docProps__custom_xml='<P><property name="iscc_name"><v>Own</v></property></P>',
    )
    assert (found.metadata.name, found.metadata.creator) == ("Own", "Ann")
    assert found.origin["name"] == "custom iscc_name"


def test_creators_are_joined_and_titles_are_not() -> None:
    found = read_parts(
        TYPES["epub"],
        a_opf=f"<package {DC}><metadata><dc:title>One</dc:title><dc:title>Two</dc:title>"
        "<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>"
        '<meta name="iscc_meta" content="data:,x"/></metadata></package>',
    )
    assert found.metadata.name == "One"
    assert found.metadata.creator == "Ann, Bob"
    assert found.metadata.meta == "data:,x"


def test_a_damaged_part_is_named_and_the_others_count() -> None:
    found = read_parts(
        TYPES["docx"],
        docProps__core_xml="",
        docProps__custom_xml='<P><property name="iscc_name"><v>Own</v></property></P>',
    )
    assert found.metadata.name == "Own"
    assert found.damage == ("docProps/core.xml: no XML",)


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=25)
@given(seed=st.integers(0, 1 << 32))
def test_damage_costs_an_error_at_most(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(SAMPLES[kind].read_bytes())
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with suppress(ExtractionFailed, LimitExceeded):
        assert isinstance(
            read(Source(io.BytesIO(data), "a", TYPES[kind]), limits=Limits()), FileMetadata
        )
