"""Packets of XMP in files of sound and video that are put together here, box by box."""

from __future__ import annotations

import io
from pathlib import Path

import iscc_samples
import pytest

from iscckit.media.metadata.xmp_in_av import find_packets, read_signals
from iscckit.records.create import create
from iscckit.records.probe import find_file_metadata

TERM = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    f'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="{TERM}"/></rdf:RDF>'
    "</x:xmpmeta>"
).encode()
UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
SIGNALS = (("XMP plus:DataMining", TERM),)


def box(kind: bytes, data: bytes) -> bytes:
    return (len(data) + 8).to_bytes(4) + kind + data


def chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def id3(frame: bytes, version: int) -> bytes:
    size = len(frame)
    digits = (
        bytes((size >> shift) & 127 for shift in (21, 14, 7, 0))
        if version == 4
        else size.to_bytes(4)
    )
    body = b"PRIV" + digits + b"\0\0" + frame
    whole = bytes((len(body) >> shift) & 127 for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + whole + body


FILES = {
    "MP4": box(b"ftyp", b"isom") + box(b"uuid", UUID + PACKET),
    "QuickTime": box(b"ftyp", b"qt  ") + box(b"moov", box(b"udta", box(b"XMP_", PACKET))),
    "WAV": b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", b"123") + chunk(b"_PMX", PACKET),
    "ID3 2.3": id3(b"XMP\0" + PACKET, 3),
    "ID3 2.4": id3(b"XMP\0" + PACKET, 4),
}


@pytest.mark.parametrize("name", FILES)
def test_each_place(name: str) -> None:
    assert list(find_packets(io.BytesIO(FILES[name]))) == [PACKET]
    assert read_signals(io.BytesIO(FILES[name])) == (list(SIGNALS), [])


@pytest.mark.parametrize("name", FILES)
def test_files_that_end_anywhere(name: str) -> None:
    whole = FILES[name]
    for end in range(0, len(whole), 7):
        assert len(read_signals(io.BytesIO(whole[:end]))[0]) <= 1


def test_a_damaged_packet_is_told() -> None:
    signals, damage = read_signals(io.BytesIO(box(b"ftyp", b"isom") + box(b"uuid", UUID + b"?")))
    assert (signals, len(damage)) == ([], 1)


@pytest.mark.parametrize("suffix", [".mp4", ".wav"])
def test_a_real_file_with_a_packet_has_the_same_content(tmp_path: Path, suffix: str) -> None:
    source = next(p for p in (*iscc_samples.videos(), *iscc_samples.audios()) if p.suffix == suffix)
    path = tmp_path / f"a{suffix}"
    more = box(b"uuid", UUID + PACKET) if suffix == ".mp4" else chunk(b"_PMX", PACKET)
    path.write_bytes(source.read_bytes() + more)
    assert find_file_metadata(path).signals == SIGNALS
    assert find_file_metadata(source).signals == ()
    before, after = create(source), create(path)
    assert [unit for unit in before.units if unit.maintype.name in ("META", "CONTENT")][-1:] == [
        unit for unit in after.units if unit.maintype.name in ("META", "CONTENT")
    ][-1:]
