"""Documents with too many attributes are refused before a parser compares each with all others."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from tests.work import count_calls

from iscckit.errors import LimitExceeded
from iscckit.media.content_values import Source
from iscckit.media.embed.archive_parts import update_core
from iscckit.media.embed.xmp import update_packet
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.xmp import read_xmp_tags
from iscckit.media.readers.markup import parse_html, parse_xml
from iscckit.media.readers.svg import parse_drawing
from iscckit.media.xml_tree import (
    ATTRIBUTES,
    parse_html_tree,
    parse_xml_tree,
    refuse_many_attributes,
)


def attributes(count: int, form: str = 'b{}="1"') -> str:
    return " ".join(form.format(number) for number in range(count))


def element(count: int) -> bytes:
    return f"<a {attributes(count)}/>".encode()


def svg(data: bytes) -> object:
    return parse_drawing(Source(io.BytesIO(data), "a.svg", "image/svg+xml"))


@pytest.mark.parametrize("parse", [parse_xml_tree, parse_html_tree, parse_xml, parse_html])
def test_as_many_attributes_as_the_limit_are_read_and_one_more_is_not(
    parse: Callable[[bytes], object],
) -> None:
    assert parse(element(ATTRIBUTES)) is not None
    with pytest.raises(LimitExceeded, match="10000 attributes"):
        parse(element(ATTRIBUTES + 1))


@pytest.mark.parametrize("parse", [svg, lambda data: update_core(data, Metadata(name="x"))])
def test_other_readers_and_writers_refuse_the_same(parse: Callable[[bytes], object]) -> None:
    with pytest.raises(LimitExceeded, match="10000 attributes"):
        parse(element(ATTRIBUTES + 1))


@pytest.mark.parametrize(
    "parse", [read_xmp_tags, lambda data: update_packet(data, Metadata(name="x"))]
)
def test_a_packet_of_xmp_with_too_many_is_damaged(parse: Callable[[bytes], object]) -> None:
    with pytest.raises(ValueError, match=r"XMP: .*10000 attributes"):
        parse(element(ATTRIBUTES + 1))


MANY = ATTRIBUTES + 1


@pytest.mark.parametrize(
    "data",
    [
        f"<p {attributes(MANY, 'b{}')}>",
        f"<p {attributes(MANY, 'b{}=1')}>",
        "<p " + attributes(MANY, "b{}='>'") + ">",
        f"<p {attributes(MANY, 'b{}=<')}>",
        "<p " + "a/" * MANY,
        "<p\n" + "a=\n1\n" * MANY + ">",
        "<p " + "a=''" * MANY + ">",
        f'<p a=b" {attributes(MANY, "b{}")} c=">',
        f'<!-- <a b=" --><p {attributes(MANY, "b{}")} c="">',
        f'<script>a<b="</script><p {attributes(MANY, "b{}")} c="">',
        f"<_ {attributes(MANY)}/>",
        f"<é {attributes(MANY)}/>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32-be"])
def test_no_spelling_hides_attributes(data: str, encoding: str) -> None:
    with pytest.raises(LimitExceeded):
        refuse_many_attributes(data.encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        '<div class="a b" id=3><p>text</p></div>' * 20_000,
        "<pre>" + "many words = many words " * 20_000 + "</pre>",
        '<path d="' + "M 1 2 " * 50_000 + '"/>',
        "<p " + "a " * ATTRIBUTES + ">" + "b " * ATTRIBUTES,
        "<script>" + "for(i=0;i<n;i++){a[i]=b<c?'x':d>e};" * 20_000 + "</script>",
        "<a>" * 100_000,
    ],
)
def test_common_documents_are_not_refused(data: str) -> None:
    refuse_many_attributes(data.encode())


@pytest.mark.parametrize(
    "form",
    [
        "<a b='" * 1000 + "{}",
        "<a " * 5000 + 'b="{}"',
        "<a b=<" * 1000 + "'{}'",
    ],
)
def test_elements_that_start_within_others_cost_no_more_than_the_length(form: str) -> None:
    def work(size: int) -> int:
        data = form.format("x<y " * size).encode()

        def read() -> None:
            try:
                refuse_many_attributes(data)
            except LimitExceeded:
                return

        return count_calls(read)

    assert work(40_000) < 2.5 * work(20_000)
