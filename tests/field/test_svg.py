"""Drawings of others: reports and a clip-art package, each source named at its case.

The expected units are those of the reference SDK 0.9.7.
"""

from __future__ import annotations

import io

import pytest

from iscckit.media.content_values import Limits, Source
from iscckit.media.readers.svg import extract, render_drawing
from iscckit.records.create import create_stream
from iscckit.records.options import Options
from iscckit.records.record import Record

SVG = "http://www.w3.org/2000/svg"


def record(drawing: str, profile: str = "iscckit-1") -> Record:
    options = Options(bits=256, profile=profile)  # type: ignore[arg-type]
    return create_stream(io.BytesIO(drawing.encode()), options, filename="drawing.svg")


def content(found: Record) -> str:
    units = [str(unit) for unit in found.units if unit.type_id.startswith("CONTENT")]
    assert units, found.missing
    return units[0]


# Shapes at places that depend on the size, as in drawings of openclipart.
NO_NAMESPACE = """<?xml version="1.0"?>
<svg width="160" height="120"><rect width="160" height="120" fill="#dfe8f0"/>\
<circle cx="67.2" cy="66.0" r="36.0" fill="#b03a2e"/>\
<path d="M 10 108.0 L 112.0 12 L 152.0 96.0 Z" fill="#1f618d"/>\
<rect x="67.2" y="14" width="40" height="22" fill="#f1c40f"/></svg>
"""
NO_NAMESPACE_FRACTIONAL = """<?xml version="1.0"?>
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="300.5" height="200.25">\
<rect width="300.5" height="200.25" fill="#dfe8f0"/>\
<circle cx="126.21" cy="110.1375" r="60.074999999999996" fill="#b03a2e"/>\
<path d="M 10 180.225 L 210.35 12 L 285.47499999999997 160.20000000000002 Z" fill="#1f618d"/>\
<rect x="126.21" y="14" width="40" height="22" fill="#f1c40f"/></svg>
"""
MILLIMETRES = f"""<?xml version="1.0"?>
<svg xmlns="{SVG}" width="62.3mm" height="40.7mm"><rect width="235" height="153" fill="#dfe8f0"/>\
<circle cx="98.7" cy="84.15" r="45.9" fill="#b03a2e"/>\
<path d="M 10 137.70000000000002 L 164.5 12 L 223.25 122.4 Z" fill="#1f618d"/>\
<rect x="98.7" y="14" width="40" height="22" fill="#f1c40f"/></svg>
"""
FRACTIONAL = f"""<?xml version="1.0"?>
<svg xmlns="{SVG}" width="160.66" height="120.99">\
<rect width="160.66" height="120.99" fill="#dfe8f0"/>\
<circle cx="67.4772" cy="66.5445" r="36.297" fill="#b03a2e"/>\
<path d="M 10 108.89099999999999 L 112.46199999999999 12 L 152.62699999999998 96.792 Z" \
fill="#1f618d"/><rect x="67.4772" y="14" width="40" height="22" fill="#f1c40f"/></svg>
"""
FRACTIONAL_BOX = f"""<?xml version="1.0"?>
<svg xmlns="{SVG}" width="161.4" height="121.7" viewBox="0 0 161.4 121.7">\
<rect width="161.4" height="121.7" fill="#dfe8f0"/>\
<circle cx="67.788" cy="66.935" r="36.51" fill="#b03a2e"/>\
<path d="M 10 109.53 L 112.97999999999999 12 L 153.32999999999998 97.36000000000001 Z" \
fill="#1f618d"/><rect x="67.788" y="14" width="40" height="22" fill="#f1c40f"/></svg>
"""


@pytest.mark.parametrize("profile", ["iscckit-1", "sdk-0.9.7"])
@pytest.mark.parametrize(
    ("drawing", "unit"),
    [
        (NO_NAMESPACE, "ISCC:EED6VYMFLKDX5AD4B5W6RJMVCI7PBEB32C54MNSGH3F4GA67AA7BR6Y"),
        (NO_NAMESPACE_FRACTIONAL, "ISCC:EED6RYMHLKJHFMDXH5Q2GLLVMB5MDAR7ZQ6MYPSBG6F5QGP3YD3YFBQ"),
        (MILLIMETRES, "ISCC:EED6RYMHLKJH5EDTH5Q6SLLVIB5MDEB7ZQ7MIPSCG6F5QC72CBZWFZY"),
        (FRACTIONAL, "ISCC:EED6VYMFLKDX5AD4B5W6RJMVCI7PBEB32C54MNSGH3B6GA67AA7BR6Y"),
        (FRACTIONAL_BOX, "ISCC:EED6VYMFLKDX5AD4B5W6RJMVCI7PBEB32C54NNSGG3B6GA67AA7RR6I"),
    ],
)
def test_drawings_of_openclipart_have_the_units_of_the_sdk(
    drawing: str, unit: str, profile: str
) -> None:
    assert content(record(drawing, profile)) == unit


SHAPES = (
    '<rect width="200" height="200" fill="#fff"/><circle cx="70" cy="80" r="50" fill="{colour}"/>'
    '<rect x="110" y="120" width="60" height="40" fill="blue"/>'
)
PLAIN = f'<svg xmlns="{SVG}" width="200" height="200">{SHAPES.format(colour="#ff0000")}</svg>'
ENTITIES = (
    f'<!DOCTYPE svg [<!ENTITY ns_svg "{SVG}"><!ENTITY c "#ff0000">]>'
    f'<svg xmlns="&ns_svg;" width="200" height="200">{SHAPES.format(colour="&c;")}</svg>'
)
# The prolog that Adobe Illustrator writes.
ILLUSTRATOR = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.0//EN" '
    '"http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/svg10.dtd" [\n'
    '<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">\n'
    '<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">\n'
    f'<!ENTITY ns_svg "{SVG}">\n'
    '<!ENTITY ns_xlink "http://www.w3.org/1999/xlink">\n]>\n'
    '<svg xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;" '
    f'width="200" height="200" i:viewOrigin="1 2">{SHAPES.format(colour="#ff0000")}</svg>'
)


@pytest.mark.parametrize("drawing", [ENTITIES, ILLUSTRATOR])
def test_entities_of_plain_text_are_resolved(drawing: str) -> None:
    """Kozea/CairoSVG 338; svg/svgo 225; weisJ/jsvg 96; 6 of 8,121 drawings of openclipart."""
    assert content(record(drawing)) == content(record(PLAIN))
    assert record(drawing, "sdk-0.9.7").missing == {"content": "it declares entities"}


def lots(count: int, value: str) -> str:
    return "".join(f'<!ENTITY e{number} "{value}">' for number in range(count))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY c PUBLIC "-//X//Y" "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;',
        "<!ENTITY % p \"<!ENTITY c 'red'>\"> %p;",
        '<!ENTITY c "&d;"><!ENTITY d "red">',
        '<!ENTITY c "&d;"><!ENTITY d "&c;">',
        '<!ENTITY c "&#38;d;"><!ENTITY d "red">',
        '<!ENTITY c "&#60;rect/&#62;">',
        '<!NOTATION gif SYSTEM "gif"><!ENTITY c SYSTEM "a.gif" NDATA gif>',
        '<!ENTITY c "red">' + lots(256, "red"),
        '<!ENTITY c "{}">'.format("r" * (1 << 21)),
    ],
)
def test_other_entities_are_refused(declared: str) -> None:
    drawing = f"<!DOCTYPE svg [{declared}]>{ENTITIES.partition(']>')[2]}"
    found = record(drawing.replace("&ns_svg;", SVG))
    assert found.mode is None
    assert found.missing["content"]


def test_text_of_other_words_is_drawn_or_flagged() -> None:
    """Two drawings of text alone look alike where the computer has no font for them."""
    found = [
        record(f'<svg xmlns="{SVG}" width="200" height="60"><text y="40">{words}</text></svg>')
        for words in ("SALE", "entrance on the other side")
    ]
    alike = content(found[0]) == content(found[1])
    assert not alike or all("featureless-image" in each.flags for each in found)
    assert all(each.extractor["fonts"] == "of the computer" for each in found)


def test_references_to_files_are_not_followed_without_a_namespace() -> None:
    inner = '<image href="other.png" width="9" height="9"/><rect width="5" height="5"/>'
    for root in (f'<svg xmlns="{SVG}" width="9" height="9">', '<svg width="9" height="9">'):
        source = Source(io.BytesIO(f"{root}{inner}</svg>".encode()), "a.svg", "image/svg+xml")
        picture = render_drawing(source)[0].convert("RGBA")
        assert picture.getpixel((7, 7)) == (0, 0, 0, 0)
        assert picture.getpixel((2, 2)) == (0, 0, 0, 255)


def test_a_drawing_has_the_same_pixels_with_and_without_namespace() -> None:
    with_one = NO_NAMESPACE.replace("<svg ", f'<svg xmlns="{SVG}" ')
    pixels = [
        extract(
            Source(io.BytesIO(each.encode()), "a.svg", "image/svg+xml"),
            profile="iscckit-1",
            limits=Limits(),
        ).pixels
        for each in (NO_NAMESPACE, with_one)
    ]
    assert pixels[0] == pixels[1]
