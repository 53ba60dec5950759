"""Formats whose files may be text are known by more than their first word."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.detect.text_structures import (
    is_anymap,
    is_fits,
    is_pdf,
    is_postscript,
    is_rtf,
    is_xbm,
    is_xpm,
)

OBJECTS = b"1 0 obj\n<</Type /Catalog>>\nendobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
PDF = b"%PDF-1.4\n" + OBJECTS
SCRIPT = b"#!/bin/sh\ncat > a.pdf <<END\n" + PDF + b"END\n"


@pytest.mark.parametrize(
    "head",
    [
        PDF,
        b"%PDF-1.7\r\n%\xe2\xe3\xcf\xd3\r\n7 0 obj <<>>",
        b"%PDF-1.7\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + PDF,
        b"junk " * 400 + PDF,
        b"\0" * 2000 + PDF,
        b"\0" + b"%PDF-1.4 without a line",
    ],
)
def test_a_pdf_may_have_other_bytes_in_front(head: bytes) -> None:
    assert is_pdf(head)
    assert detect(head[:HEAD_SIZE], "").mediatype == "application/pdf"


@pytest.mark.parametrize(
    "head",
    [
        b"# Notes\n\nA PDF file begins with %PDF-1.7 and ends with a marker.\n",
        b"%PDF-1.7 is the first line of such a file.\n",
        b"%PDF-1.7\nis the first line of such a file.\n",
        SCRIPT,
        SCRIPT.removeprefix(b"#!/bin/sh\n"),
        b"```\n" + PDF + b"```\n",
        b"#!/bin/sh\ngrep -q '^%PDF-' \"$1\" && echo PDF\n",
    ],
)
def test_texts_about_pdf_are_text(head: bytes) -> None:
    assert not is_pdf(head)
    assert detect(head, "note.md").mediatype == "text/markdown"


def test_postscript_has_a_version_or_operators() -> None:
    assert is_postscript(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n")
    assert is_postscript(b"%!PS-AdobeFont-1.0: Name\n")
    assert is_postscript(b"%!PS\n/Times findfont 12 scalefont setfont\n0 0 moveto\n")
    assert not is_postscript(b"%!PS\nis how a program in this language begins\n")
    assert not is_postscript(b"%!PS is a mark\n")


def test_rtf_has_a_version_or_a_control_word() -> None:
    assert is_rtf(b"{\\rtf1 x}")
    assert is_rtf(b"{\\rtf\\ansi x}")
    assert not is_rtf(b"{\\rtf is a mark}")


def test_pictures_in_source_text_have_their_numbers() -> None:
    xpm = b'/* XPM */\nstatic char *a[] = {\n"2 1 1 1",\n"a c #fff",\n"aa"};\n'
    assert is_xpm(xpm)
    assert not is_xpm(b"/* XPM */ is a comment\n")
    xbm = b"#define a_width 3\n#define a_height 4\nstatic char a_bits[] = {"
    assert is_xbm(xbm)
    assert not is_xbm(xbm.replace(b"_bits", b"_pixels"))


def test_fits_has_cards_instead_of_lines() -> None:
    card = b"SIMPLE  =                    T / a comment".ljust(80)
    assert is_fits(card + b"END".ljust(80))
    assert detect(card * 52, "").mediatype == "image/fits"  # all of the head may be text
    assert not is_fits(b"SIMPLE  = T\nis the first line\n")


@pytest.mark.parametrize(("mode", "suffix"), [("1", "pbm"), ("L", "pgm"), ("RGB", "ppm")])
@pytest.mark.parametrize("value", [0, 100, 255])
def test_anymaps_of_any_brightness_are_pictures(mode: str, suffix: str, value: int) -> None:
    buffer = io.BytesIO()
    color = (value,) * 3 if mode == "RGB" else value
    Image.new(mode, (80, 60), color).save(buffer, "PPM")
    head = buffer.getvalue()[:HEAD_SIZE]
    for name in ("", f"a.{suffix}"):
        assert detect(head, name).mediatype == "image/x-portable-anymap"


def test_plain_and_float_anymaps_are_known() -> None:
    assert is_anymap(b"P2\n# made by hand\n3 2\n255\n0 1 2\n3 4 5\n")
    assert is_anymap(b"Pf\n3 2\n-1.0\n" + bytes(24))
    assert is_anymap(b"P7\nWIDTH 3\nHEIGHT 2\n")
    assert not is_anymap(b"P2 of 3 is missing, 4 and 5 are there\n")
    assert not is_anymap(b"P6 12 eggs\n")
