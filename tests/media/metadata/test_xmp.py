"""XMP against what exiv2 and the reference SDK make of the same packets."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.precedence import as_reference, choose
from iscckit.media.metadata.xmp import NAMESPACES, PRECEDENCE, read_xmp, read_xmp_tags

RDF = NAMESPACES["rdf"]


def packet(body: str = "", attributes: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{p}="{n}"' for p, n in NAMESPACES.items() if p not in ("xml", "x"))
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description {attributes}>'
        f"{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def array(kind: str, *items: str) -> str:
    return f"<rdf:{kind}>{''.join(items)}</rdf:{kind}>"


def li(text: str, lang: str = "") -> str:
    return f'<rdf:li xml:lang="{lang}">{text}</rdf:li>' if lang else f"<rdf:li>{text}</rdf:li>"


# Each was put into a JPEG and read by iscc-sdk 0.9.7 with exiv2 0.19.2: these are its values.
SDK: list[tuple[str, Metadata]] = [
    (
        f"<dc:title>{array('Alt', li('Hallo', 'de-DE'), li('Hello', 'x-default'))}</dc:title>",
        Metadata(name='Hello, lang="de-DE" Hallo'),
    ),
    (
        "<dc:title>"
        + array(
            "Alt",
            li("Hello", "x-default"),
            li("Salut", "fr"),
            li("Hallo", "de-DE"),
            li("Hi", "en"),
        )
        + "</dc:title>",
        Metadata(name='Hello, lang="de-DE" Hallo, lang="fr" Salut, lang="en" Hi'),
    ),
    (
        f"<dc:title>{array('Alt', li('Salut', 'fr'), li('Hallo', 'de-DE'))}</dc:title>",
        Metadata(name='Hallo, lang="fr" Salut'),
    ),
    (f"<dc:title>{array('Alt', li('NoLang'))}</dc:title>", Metadata(name="NoLang")),
    ("<dc:title>Plain</dc:title>", Metadata(name="Plain")),
    (
        f"<dc:creator>{array('Seq', li('Alice'), li('Bob'))}</dc:creator>"
        "<dc:identifier>urn:x</dc:identifier>",
        Metadata(creator="Alice, Bob", identifier="urn:x"),
    ),
    ('<xmpRights:WebStatement rdf:resource="http://a.b/c"/>', Metadata(license="http://a.b/c")),
    (
        '<plus:Licensor><rdf:Bag><rdf:li rdf:parseType="Resource"><plus:LicensorURL>http://l'
        "</plus:LicensorURL></rdf:li></rdf:Bag></plus:Licensor>",
        Metadata(acquire="http://l"),
    ),
    (
        "<plus:Licensor><rdf:Seq><rdf:li><rdf:Description><plus:LicensorURL>http://l3"
        "</plus:LicensorURL></rdf:Description></rdf:li></rdf:Seq></plus:Licensor>",
        Metadata(acquire="http://l3"),
    ),
    (
        '<plus:Licensor><rdf:Bag><rdf:li plus:LicensorURL="http://l4"/></rdf:Bag></plus:Licensor>',
        Metadata(acquire="http://l4"),
    ),
    (
        f"<xmp:Identifier>{array('Bag', li('a'), li('b'))}</xmp:Identifier>"
        f"<dc:language>{array('Bag', li('en'), li('de'))}</dc:language>",
        Metadata(identifier="a, b", language="en, de"),
    ),
    (
        '<iscc:name xml:lang="en">Q</iscc:name><iscc:description>  a\n b </iscc:description>',
        Metadata(name="Q", description="a b"),
    ),
    (
        "<iscc:name><rdf:Description><rdf:value>V</rdf:value></rdf:Description></iscc:name>",
        Metadata(name="V"),
    ),
    (
        f"<Iptc4xmpExt:AOTitle>{array('Alt', li('AO', 'x-default'))}</Iptc4xmpExt:AOTitle>",
        Metadata(name="AO"),
    ),
    ("<xmpDM:shotName>S</xmpDM:shotName>", Metadata(name="S")),
]


@pytest.mark.parametrize(("body", "metadata"), SDK)
def test_values_are_those_of_the_reference_sdk(body: str, metadata: Metadata) -> None:
    found = choose(read_xmp_tags(packet(body)), PRECEDENCE)
    assert as_reference(found) == metadata


def test_descriptions_keep_their_lines() -> None:
    body = "<iscc:description> a\n  b </iscc:description>"
    assert read_xmp(packet(body)).description == "a\n  b"
    body = "<dc:description>a\r\n  b  c</dc:description>"
    assert read_xmp(packet(body)).description == "a\nb c"


def test_simple_properties_may_be_attributes() -> None:
    found = read_xmp(packet(attributes='dc:title="Attr" iscc:name="" xmp:Nickname="N"'))
    assert found == Metadata(name="Attr")


def test_the_name_of_the_iscc_namespace_comes_first() -> None:
    body = "<dc:title>second</dc:title><iscc:name>first</iscc:name>"
    assert read_xmp(packet(body)).name == "first"


def test_the_licensor_is_read_under_the_name_that_the_sdk_writes() -> None:
    body = (
        '<o:Licensor xmlns:o="http://ns.useplus.org/"><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<o:LicensorURL>http://l2</o:LicensorURL></rdf:li></rdf:Bag></o:Licensor>"
    )
    assert read_xmp(packet(body)).acquire == "http://l2"


def test_what_stands_around_a_packet_does_not_matter() -> None:
    wrapped = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>' + packet(
        "<dc:title>T</dc:title>"
    )
    assert read_xmp(wrapped + b"  \n<?xpacket end='w'?>\0\0").name == "T"


def test_an_empty_title_is_none() -> None:
    body = f"<dc:title>{array('Alt', li('', 'x-default'))}</dc:title>"
    assert read_xmp(packet(body)).name is None


@pytest.mark.parametrize("broken", [b"", b"\0\0", b"no XML", b"<a>b</a>", b"\xff\xfe\0<"])
def test_what_is_no_xmp_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="XMP"):
        read_xmp(broken)


def test_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaa">]>'.encode()
    found = read_xmp(declared + packet("<dc:title>-&e;&a;-</dc:title>"))
    assert "secret" not in str(found)


@given(st.data())
def test_damage_is_refused_or_costs_values_only(data: st.DataObject) -> None:
    whole = bytearray(packet(SDK[1][0] + SDK[5][0] + SDK[7][0]))
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):  # anything else fails the test
        read_xmp(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
