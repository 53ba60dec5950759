"""Metadata of drawings: RDF, title and description."""

import gzip
import io

import pytest

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.read import read_metadata

RDF = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#" '
    'xmlns:iscc="http://purl.org/iscc/schema/"'
)


def drawing(body: str, head: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{head}<metadata>'
        f"<rdf:RDF {RDF}>{body}</rdf:RDF></metadata></svg>"
    ).encode()


def read(data: bytes) -> Metadata:
    return read_metadata(Source(io.BytesIO(data), "x.svg", "image/svg+xml"), limits=Limits())


def test_the_title_of_the_drawing_comes_between_iscc_and_dublin_core() -> None:
    head = "<title> Own <!-- x --></title><desc>About</desc>"
    dc = "<cc:Work><dc:title>DC</dc:title><dc:description>More</dc:description></cc:Work>"
    iscc = "<rdf:Description><iscc:name>ISCC</iscc:name></rdf:Description>"
    assert read(drawing(dc)) == Metadata(name="DC", description="More")
    assert read(drawing(dc, head)) == Metadata(name="Own", description="About")
    assert read(drawing(dc + iscc, head)) == Metadata(name="ISCC", description="About")


def test_what_inkscape_writes_is_read() -> None:
    body = (
        '<cc:Work rdf:about=""><dc:creator><cc:Agent><dc:title>Ann</dc:title></cc:Agent>'
        "</dc:creator><dc:rights>(c)</dc:rights><dc:language>en</dc:language>"
        '<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/></cc:Work>'
    )
    assert read(drawing(body)) == Metadata(
        creator="Ann",
        rights="(c)",
        language="en",
        license="https://creativecommons.org/licenses/by/4.0/",
    )


def test_compressed_drawings_are_read_too() -> None:
    assert read(gzip.compress(drawing("", "<title>T</title>"))).name == "T"


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ExtractionFailed):
        read(b"nothing")
