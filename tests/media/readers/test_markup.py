"""XML and HTML: their text, their encodings, and what is not resolved."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Source, TextContent
from iscckit.media.readers.markup import extract, parse_xml


def read(
    data: bytes,
    mediatype: str = "text/html",
    *,
    profile: str = "iscckit-1",
    characters: int = 10**6,
) -> TextContent:
    source = Source(io.BytesIO(data), "dir/page", mediatype)
    return extract(source, profile=profile, limits=Limits(characters=characters))  # type: ignore[arg-type]


PAGE = """<!DOCTYPE html><html><head><title>Not this</title><style>p {}</style></head>
<body><h1>One</h1><p>Two <b>bold</b> three<br>four</p><script>no()</script><noscript>no</noscript>
<table><tr><td>a</td><td>b</td></tr></table><!-- no --></body></html>"""


def test_the_body_without_scripts_is_the_text_of_a_page() -> None:
    assert read(PAGE.encode()).text.split() == ["One", "Two", "bold", "three", "four", "a", "b"]


def test_xhtml_is_read_alike() -> None:
    page = PAGE.replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">').replace(
        "<br>", "<br/>"
    )
    assert read(page.encode(), "application/xhtml+xml").text == read(PAGE.encode()).text


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<p>Grüße</p>".encode(), "utf-8"),
        ("<p>Grüße</p>".encode("cp1252"), "windows-1252"),
        ('<meta charset="iso-8859-15"><p>Grüße</p>'.encode("iso-8859-15"), "iso8859-15"),
        ("\ufeff<p>Grüße</p>".encode("utf-16-le"), "utf-16-le"),
        ("\ufeff<p>Grüße</p>".encode(), "utf-8"),
        ('<meta charset="no-such"><p>Grüße</p>'.encode(), "utf-8"),
    ],
)
def test_the_encoding_is_marked_declared_or_found(data: bytes, encoding: str) -> None:
    content = read(data)
    assert content.text.strip() == "Grüße"
    assert content.encoding == encoding


def test_all_text_nodes_are_the_text_of_xml() -> None:
    data = b'<?xml version="1.0"?><a x="no">one<b>two</b><!-- no --><?no no?>three</a>'
    assert read(data, "text/xml").text == "onetwothree"


def test_characters_above_ffff_are_kept_or_lost_as_the_profile_says() -> None:
    page = "<p>a😀b</p>".encode()
    assert read(page).text.strip() == "a😀b"
    assert read(page, profile="sdk-0.9.7").text.strip() == "a" + "\ufffd" * 6 + "b"


def test_entities_are_not_resolved(tmp_path: pytest.TempPathFactory) -> None:
    laughs = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>x&l11;y</a>'.encode()
    assert len(read(bomb, "text/xml").text) < 100
    file = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]><a>x&f;y</a>'
    assert read(file, "text/xml").text.replace("&f;", "") == "xy"


def test_long_text_is_cut_and_says_so() -> None:
    content = read(b"<p>" + b"a" * 500 + b"</p>", characters=100)
    assert len(content.text) == 100
    assert content.cut


def test_deep_nesting_ends_and_what_is_nested_sensibly_counts() -> None:
    assert read(b"<div>" * 300_000 + b"deep").text is not None
    parse_xml(b"<a>" * 300_000)
    nested = b"<a>" * 1000 + b"deep" + b"</a>" * 1000
    assert read(nested, "text/xml").text == "deep"
    assert read(nested.replace(b"a>", b"div>") + b"<p>after").text.split() == ["deep", "after"]


def test_a_long_text_without_tags_is_read_whole() -> None:
    data = b"<a><b>" + b"x" * 11_000_000 + b"</b>after</a>"
    text = read(data, "text/xml", characters=10**8).text
    assert len(text) == 11_000_005


def test_a_document_that_is_too_long_is_refused() -> None:
    with pytest.raises(LimitExceeded, match="bytes of markup"):
        read(b"<p>" + b" " * (1 << 26), "text/html")


@pytest.mark.parametrize("name", ["base64", "hex", "idna", "rot13", "undefined", "zip", "punycode"])
def test_encodings_that_are_none_of_text_are_not_believed(name: str) -> None:
    page = f'<meta charset="{name}"><p>Gr\u00fc\u00dfe</p>'.encode()
    assert "Gr" in read(page).text


@pytest.mark.parametrize("mediatype", ["text/xml", "text/html"])
def test_nothing_is_refused(mediatype: str) -> None:
    with pytest.raises(ExtractionFailed, match="no element"):
        read(b"", mediatype)


@given(
    st.binary(max_size=300), st.integers(0, len(PAGE)), st.sampled_from(["text/xml", "text/html"])
)
def test_any_bytes_give_text_or_an_error(noise: bytes, at: int, mediatype: str) -> None:
    data = PAGE.encode()[:at] + noise + PAGE.encode()[at:]
    try:
        text = read(data, mediatype).text
    except ExtractionFailed:
        return
    assert len(text) <= len(data) * 4


XHTML = '{}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{}</p></body></html>'
PANGRAM = "Съешь же ещё этих мягких французских булок, да выпей чаю. "


@pytest.mark.parametrize(
    "head", ['<?xml version="1.0" encoding="utf-8"?>', "<?xml version='1.0'?>"]
)
def test_xhtml_that_declares_utf_8_falsely_is_guessed_and_flagged(head: str) -> None:
    found = read(XHTML.format(head, PANGRAM * 5).encode("cp1251"))
    assert PANGRAM.strip() in found.text
    assert (found.encoding, found.guessed) == ("cp1251", True)


@pytest.mark.parametrize("label", ["", "u t f", "cp037", "ibm500", "hz"])
def test_a_page_with_a_label_that_cannot_be_is_in_utf_8(label: str) -> None:
    head = f'<?xml version="1.0" encoding="{label}"?>'
    found = read(XHTML.format(head, PANGRAM).encode())
    assert (found.text.strip(), found.encoding, found.guessed) == (PANGRAM.strip(), "utf-8", False)
