"""Tests of structure say yes to what they are named after, also at the edges, and else no."""

from __future__ import annotations

import pytest

from iscckit.media.detect import structures, text_structures

XBM = b"#define a_width 3\n#define a_height 4\nstatic char a_bits[] = {"
FUNCTIONS = {
    name: getattr(module, name)
    for module in (structures, text_structures)
    for name in module.__all__
}
EBML = b"\x1a\x45\xdf\xa3"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("is_xbm", XBM),
        ("is_xbm", b" \n" + XBM.replace(b"static", b"#define a_x 1\nstatic unsigned")),
        ("is_webm", EBML + bytes(56) + b"webm"),
        ("is_matroska", EBML + bytes(57) + b"webm"),
        ("is_ogg_video", b"OggS" + bytes(24) + b"\x80theora"),
        ("is_ogg_video", b"OggS" + bytes(24) + b"fishead\0"),
        ("is_ogg_audio", b"OggS" + bytes(24) + b"\x01vorbis"),
        ("is_pdf", bytes(1019) + b"%PDF-"),
        ("is_bitmap", b"BM" + bytes(12) + b"\x28\0\0\0"),
        ("is_icon", b"\0\0\1\0\1\0" + bytes(16)),
        ("is_cursor", b"\0\0\2\0\1\0" + bytes(16)),
        ("is_transport_stream", (b"G" + bytes(187)) * 3),
        ("is_transport_stream", (bytes(4) + b"G" + bytes(187)) * 3),
        ("is_ac3", b"\x0b\x77"),
        ("is_adts", b"\xff\xf1\x50\x80"),
        ("is_mpeg_audio", b"\xff\xfb\x90\x64"),
        ("is_padded_mpeg_audio", bytes(9) + (b"\xff\xfb\x90\x64" + bytes(413)) * 2),
        ("is_padded_mpeg_audio", b"\0" + (b"\xff\xfb\x92\x64" + bytes(414)) * 2),
        ("is_padded_mpeg_audio", b"\0" + (b"\xff\xf3\x40\xc0" + bytes(100)) * 2),
        ("is_mobipocket", b"Name" + bytes(56) + b"BOOKMOBI"),
        ("is_palmdoc", b"Name" + bytes(56) + b"TEXtREAd"),
    ],
)
def test_only_the_function_of_the_format_says_yes(name: str, head: bytes) -> None:
    assert {each for each, fits in FUNCTIONS.items() if fits(head)} == {name}


@pytest.mark.parametrize(
    "head",
    [
        b"",
        XBM.removesuffix(b"[] = {"),
        bytes(1020) + b"%PDF-",  # too far inside
        b"BM" + bytes(12) + b"\x29\0\0\0",  # no size of a header
        b"\0\0\1\0\0\0" + bytes(16),  # an icon without pictures
        b"\0\0\1\0\1\0" + bytes(15),
        (b"G" + bytes(187)) * 2,  # two packets may be chance
        b"\xff\xf1\x74\x80",  # a sampling rate that is not defined
        b"\xff\xfb\xf0\x64",  # a bit rate that is not defined
        b"\xff\xfb\x90",
        bytes(9) + b"\xff\xfb\x90\x64" + bytes(900),  # one frame behind zeros may be chance
        b"x" * 60 + b"BOOKMOBI",
    ],
)
def test_what_only_looks_like_it_is_refused(head: bytes) -> None:
    assert not any(fits(head) for fits in FUNCTIONS.values())
