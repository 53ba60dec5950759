"""The two places for metadata in a PDF say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import iscc_samples
import pypdf
import pytest
from pypdf.generic import NameObject, StreamObject

from iscckit.errors import UnsupportedMedia
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create
from iscckit.records.embed import embed
from iscckit.records.probe import find_file_metadata

PAPER = next(path for path in iscc_samples.texts() if path.suffix == ".pdf")
PACKET = (
    '<?xpacket begin="\ufeff"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Old</rdf:li></rdf:Alt></dc:title>'
    "<pdf:Producer>Kept</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
)


def with_packet(path: Path, packet: str) -> Path:
    writer = pypdf.PdfWriter(clone_from=PAPER)
    stream: Any = StreamObject()
    stream.set_data(packet.encode())
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    stream = stream.flate_encode()
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    writer.add_metadata({"/Title": "Old"})
    writer.write(path)
    return path


def test_the_packet_changes_with_the_document_information(tmp_path: Path) -> None:
    path, target = with_packet(tmp_path / "a.pdf", PACKET), tmp_path / "b.pdf"
    wanted = Metadata(name="New & <3", creator="Ann", rights="© Ann", iscc="ISCC:KACYPXW445FTYNJ3")
    embed(path, wanted, out=target, reseed=True)
    reader = pypdf.PdfReader(target)
    xmp = reader.xmp_metadata
    assert xmp is not None
    assert reader.metadata is not None
    assert xmp.dc_title == {"x-default": reader.metadata.title} == {"x-default": wanted.name}
    assert xmp.dc_creator == [wanted.creator]
    assert xmp.dc_rights == {"x-default": wanted.rights}
    assert xmp.pdf_producer == "Kept"
    assert find_file_metadata(target).metadata.as_dict().items() >= wanted.as_dict().items()
    assert target.read_bytes().startswith(path.read_bytes())
    assert create(target).units[1] == create(path).units[1]


def test_without_a_packet_none_is_made(tmp_path: Path) -> None:
    plain, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    writer = pypdf.PdfWriter(clone_from=PAPER)
    writer.root_object.pop("/Metadata", None)
    writer.write(plain)
    embed(plain, Metadata(name="New"), out=target, reseed=True)
    assert pypdf.PdfReader(target).xmp_metadata is None


def test_a_damaged_packet_is_not_contradicted(tmp_path: Path) -> None:
    path = with_packet(tmp_path / "a.pdf", "no XML")
    with pytest.raises(UnsupportedMedia, match="XMP packet cannot be changed"):
        embed(path, Metadata(name="New"), out=tmp_path / "b.pdf", reseed=True)
    assert not (tmp_path / "b.pdf").exists()


def test_a_file_can_be_written_again_and_again(tmp_path: Path) -> None:
    # The number of a cross-reference stream is in no table: a new object must not get it.
    path = with_packet(tmp_path / "a.pdf", PACKET)
    for number in range(4):
        embed(path, Metadata(creator=f"Ann {number}", tdm_reservation=str(number % 2)))
        found = find_file_metadata(path).metadata
        assert (found.creator, found.tdm_reservation) == (f"Ann {number}", str(number % 2))
