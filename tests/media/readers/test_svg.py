"""Drawings: their size, what is left out of them, and what is refused."""

from __future__ import annotations

import base64
import gzip
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Source
from iscckit.media.readers.svg import extract, render_drawing

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SHAPES = '<rect width="60" height="30" fill="#123456"/><circle cx="70" cy="40" r="20" fill="red"/>'


def source_of(data: bytes) -> Source:
    return Source(io.BytesIO(data), "dir/drawing.svg", "image/svg+xml")


def drawing(attributes: str, inner: str = SHAPES) -> bytes:
    return f"<svg {NAMESPACES} {attributes}>{inner}</svg>".encode()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="100" height="50"', (100, 50)),
        ('width="100px" height="50.9px"', (99, 50)),  # scaled, as by the SDK
        ('width="2in" height="1in"', (192, 96)),
        ('width="25.4mm" height="2.54cm"', (96, 96)),
        ('width="72pt" height="6pc"', (96, 96)),
        ('viewBox="0 0 120 60"', (120, 60)),
        ('viewBox="0,0,120,60" width="100%" height="100%"', (120, 60)),
        ('viewBox="0 0 120 60" width="60"', (60, 30)),
        ('viewBox="0 0 120 60" height="15"', (30, 15)),
    ],
)
def test_the_size_follows_the_rule_of_the_sdk(attributes: str, size: tuple[int, int]) -> None:
    picture, orientation, _ = render_drawing(source_of(drawing(attributes)))
    assert picture.size == size
    assert orientation == 1


@pytest.mark.parametrize("attributes", ['width="9000" height="4500"', 'width="1e9" height="1"'])
def test_large_drawings_are_fitted(attributes: str) -> None:
    picture, _, _ = render_drawing(source_of(drawing(attributes)))
    assert max(picture.size) <= 4096


def test_a_packed_drawing_is_the_same_drawing() -> None:
    plain = drawing('viewBox="0 0 100 100"')
    packed = gzip.compress(plain, mtime=0)
    expected = extract(source_of(plain), profile="iscckit-1", limits=Limits())
    assert extract(source_of(packed), profile="iscckit-1", limits=Limits()) == expected


def test_other_files_are_not_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    Image.new("RGB", (50, 50), "red").save(picture)
    empty, _, _ = render_drawing(source_of(drawing('width="50" height="50"', "<g/>")))
    for attribute in ("href", "xlink:href"):
        for target in (str(picture), picture.as_uri(), "red.png", " //example.org/a.png"):
            inner = f'<image {attribute}="{target}" width="50" height="50"/>'
            shown, _, _ = render_drawing(source_of(drawing('width="50" height="50"', inner)))
            assert shown.tobytes() == empty.tobytes()


def test_a_picture_inside_the_drawing_is_drawn() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(buffer, "PNG")
    url = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    inner = f'<image href="{url}" width="50" height="50"/>'
    shown, _, _ = render_drawing(source_of(drawing('width="50" height="50"', inner)))
    assert shown.convert("RGB").getpixel((25, 25)) == (255, 0, 0)


def test_a_record_tells_that_fonts_took_part() -> None:
    inner = '<text x="5" y="20" font-size="12">Hello</text>'
    _, _, extractor = render_drawing(source_of(drawing('width="50" height="50"', inner)))
    assert extractor["fonts"] == "of the computer"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg",
        b"<html/>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "<g/>">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing('width="9"', "&x;"),
        gzip.compress(drawing('width="10" height="10"'), mtime=0)[:40],
        b"\x1f\x8bnonsense",
    ],
)
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(ExtractionFailed, match="drawing"):
        render_drawing(source_of(data))


def test_a_packed_bomb_is_refused() -> None:
    bomb = gzip.compress(b"<svg>" + bytes(1 << 27), mtime=0)
    with pytest.raises(LimitExceeded):
        render_drawing(source_of(bomb))


@given(st.integers(0, 200), st.integers(0, 255), st.integers(0, 400))
def test_damage_costs_an_error_at_most(at: int, byte: int, length: int) -> None:
    data = bytearray(drawing('width="100" height="50"'))
    data[at % len(data)] = byte
    with suppress(ExtractionFailed):
        picture, _, _ = render_drawing(source_of(bytes(data[: max(length, 1)])))
        assert max(picture.size) <= 4096


BLUR = '<feGaussianBlur stdDeviation="1"/>'


@pytest.mark.parametrize(
    "inner",
    [
        f'<filter id="f">{BLUR * 10_001}</filter><g filter="url(#f)">{SHAPES}</g>',
        f'<filter id="f">{BLUR * 100}</filter>' + '<g filter="url(#f)"/>' * 100,
        f"<filter id='f'>{BLUR * 100}</filter>"
        + "<g style='filter: url( &quot;#f&quot; )'/>" * 100,
    ],
)
def test_more_steps_of_filters_than_can_be_drawn_are_refused(inner: str) -> None:
    with pytest.raises(LimitExceeded, match="10000 steps of filters"):
        render_drawing(source_of(drawing('width="90" height="60"', inner)))


def test_filters_of_usual_drawings_are_drawn() -> None:
    inner = f'<filter id="f">{BLUR * 3}</filter>' + f'<g filter="url(#f)">{SHAPES}</g>' * 20
    picture, *_ = render_drawing(source_of(drawing('width="90" height="60"', inner)))
    assert len(set(picture.convert("L").tobytes())) > 8
