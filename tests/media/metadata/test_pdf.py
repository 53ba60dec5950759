"""Metadata of PDF: real files, and files that pypdf wrote."""

import contextlib
import io
from importlib.resources import files

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.metadata.test_xmp import SDK, packet

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.read import find_metadata, read_metadata

SAMPLE = (files("iscc_samples") / "files/text/demo.pdf").read_bytes()


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data), "x.pdf", "application/pdf")


def written(information: dict[str, str], xmp: bytes = b"", password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(9, 9)
    writer.add_metadata(information)
    if xmp:
        writer.xmp_metadata = xmp
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_the_sample_says_what_the_reference_says() -> None:
    found = find_metadata(source(SAMPLE), limits=Limits())
    assert found.metadata == Metadata(name="title from metadata")
    assert found.origin == {"name": "PDF Title"}


def test_own_entries_come_first() -> None:
    data = written(
        {"/Title": "Other", "/iscc_name": "Own 😀", "/Subject": "About", "/Keywords": "a, b"}
    )
    assert read_metadata(source(data), limits=Limits()) == Metadata(
        name="Own 😀", description="About", keywords="a, b"
    )


def test_xmp_fills_what_the_document_information_leaves() -> None:
    data = written({"/Author": "Ann"}, packet(SDK[1][0]))
    found = read_metadata(source(data), limits=Limits())
    assert found == Metadata(name="Hello", creator="Ann")  # Tika takes the default language only


def test_a_damaged_packet_costs_only_itself() -> None:
    found = find_metadata(source(written({"/Title": "T"}, b"<x")), limits=Limits())
    assert found.metadata.name == "T"
    assert len(found.damage) == 1


def test_a_document_that_needs_a_password_is_refused() -> None:
    with pytest.raises(ExtractionFailed):
        read_metadata(source(written({"/Title": "T"}, password="x")), limits=Limits())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_costs_metadata_at_most(data: st.DataObject) -> None:
    whole = bytearray(written({"/Title": "T"}, packet(SDK[1][0])))
    for _ in range(data.draw(st.integers(0, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ExtractionFailed):  # anything else fails the test
        find_metadata(
            source(bytes(whole[: data.draw(st.integers(0, len(whole)))])), limits=Limits()
        )
