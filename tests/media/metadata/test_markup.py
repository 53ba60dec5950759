"""Metadata of HTML."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.markup import read
from iscckit.media.metadata.precedence import FileMetadata

PAGE = """<!DOCTYPE html><html lang="de"><head><title>Title &amp; <b></title>
<meta name="Author" content="Ann"><meta name="description" content="About &lt;i&gt;it&lt;/i&gt;">
</head><body><svg><title>not this</title></svg><meta name="author" content="Bob"></body></html>"""


def read_page(data: bytes) -> FileMetadata:
    return read(Source(io.BytesIO(data), "a.html", "text/html"), limits=Limits())


def test_title_and_named_elements_are_read_and_made_plain() -> None:
    found = read_page(PAGE.encode())
    assert found.metadata.name == "Title &"
    assert found.metadata.creator == "Ann"
    assert found.metadata.description == "About it"
    assert found.metadata.language == "de"


def test_own_names_go_before_the_title() -> None:
    page = PAGE.replace("<head>", '<head><meta name="iscc_name" content="Own">')
    assert read_page(page.encode()).metadata.name == "Own"


def test_nothing_says_nothing() -> None:
    assert read_page(b"") == FileMetadata()


@given(st.binary(max_size=200), st.integers(0, len(PAGE)))
def test_any_bytes_are_read(noise: bytes, at: int) -> None:
    assert isinstance(read_page(PAGE.encode()[:at] + noise + PAGE.encode()[at:]), FileMetadata)
