"""Metadata in web pages, WAV and Matroska: other programs see it, every other byte stays."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import av
import iscc_samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3, TIT2, TXXX, Encoding
from mutagen.wave import WAVE
from pymediainfo import MediaInfo

from iscckit.errors import IsccError, UnsupportedMedia
from iscckit.media.content_values import Source
from iscckit.media.embed import html, matroska, wav
from iscckit.media.embed.id3 import update_tag
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed
from iscckit.records.probe import find_file_metadata

FILES = {path.name: path for path in iscc_samples.all()}
CHANGES = Metadata(
    name='Grüße "x" & <3 😀', creator="Ann", rights="© 2026 Ann", license="https://a.b/c"
)


class Metas(HTMLParser):
    """Collects meta elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("name"):
            self.found.setdefault(str(values["name"]), str(values.get("content")))


@pytest.mark.parametrize("name", ["demo.html", "demo.xhtml"])
def test_a_page_has_its_metadata_in_its_head_and_nothing_else_changes(
    name: str, tmp_path: Path
) -> None:
    out, again = tmp_path / name, tmp_path / f"2{name}"
    embed(FILES[name], CHANGES, out=out, reseed=True)
    old, new = FILES[name].read_bytes(), out.read_bytes()
    found = Metas(new.decode("utf-8", "replace")).found
    assert found["iscc_name"] == CHANGES.name
    assert found["iscc_rights"] == CHANGES.rights
    lines = new.split(b"\n")
    added = [line for line in lines if line.startswith(b'<meta name="') and line not in old]
    rest = new
    for line in added:
        rest = rest.replace(b"\n" + line, b"", 1)
    assert rest == old
    embed(out, CHANGES, out=again, reseed=True)
    assert again.read_bytes() == new


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<!-- <head> --><head><title>x</title>", b"<!-- <head> --><head>\n<meta"),
        (b"<!DOCTYPE html><p>text", b"<!DOCTYPE html>\n<meta"),
        (b"<HTML lang=en><p>text", b"<HTML lang=en>\n<meta"),
        (b"\xef\xbb\xbf<p>text", b"\xef\xbb\xbf\n<meta"),
        (b"<script>'<head>'</script><p>", b"\n<meta"),
    ],
)
def test_the_head_is_found(page: bytes, expected: bytes) -> None:
    target = io.BytesIO()
    html.write(Source(io.BytesIO(page), "a.html", "text/html"), target, Metadata(name="x"))
    assert target.getvalue().startswith(expected)


def test_wide_encodings_are_refused() -> None:
    source = Source(io.BytesIO("<p>x".encode("utf-16")), "a.html", "text/html")
    with pytest.raises(UnsupportedMedia):
        html.write(source, io.BytesIO(), Metadata(name="x"))


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    found, at = [], 12
    while at < len(data):
        name, size = struct.unpack("<4sI", data[at : at + 8])
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found


def test_sound_and_other_chunks_and_frames_of_a_wav_stay(tmp_path: Path) -> None:
    path, out = tmp_path / "a.wav", tmp_path / "b.wav"
    extra = b"xtra" + struct.pack("<I", 5) + b"12345\0"
    data = FILES["demo.wav"].read_bytes() + extra
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    tagged = WAVE(path)
    if tagged.tags is None:
        tagged.add_tags()
    frames = cast("ID3", tagged.tags)
    frames.add(TIT2(encoding=Encoding.UTF8, text="Old"))
    frames.add(TXXX(encoding=Encoding.UTF16, desc="Mood", text="calm"))
    tagged.save()
    embed(path, CHANGES, out=out, reseed=True)
    tags = cast("ID3", WAVE(out).tags)
    assert tags["TIT2"].text == [CHANGES.name]
    assert tags["TXXX:Mood"].text == ["calm"]
    assert tags["TCOP"].text == [CHANGES.rights]
    skipped = (b"LIST", b"id3 ", b"ID3 ")
    before = [each for each in chunks(path.read_bytes()) if each[0] not in skipped]
    assert [each for each in chunks(out.read_bytes()) if each[0] not in skipped] == before
    assert (b"xtra", b"12345") in before
    assert dict(chunks(out.read_bytes()))[b"LIST"].startswith(b"INFO")
    with av.open(str(out)) as sound:
        assert sound.metadata["title"] == CHANGES.name


@pytest.mark.parametrize("head", [b"RF64", b"RIFX"])
def test_other_kinds_of_wav_are_refused(head: bytes) -> None:
    data = head + FILES["demo.wav"].read_bytes()[4:]
    with pytest.raises(UnsupportedMedia):
        wav.write(Source(io.BytesIO(data), "a.wav", "audio/wav"), io.BytesIO(), CHANGES)


@pytest.mark.parametrize("version", [3, 4])
def test_frames_of_both_versions_are_replaced_and_kept(version: int) -> None:
    first = update_tag(b"", {"TIT2": "One", "TXXX:a": "x"})
    if version == 3:
        first = b"ID3\3\0\0" + first[6:]  # sizes below 128 are written alike
    second = update_tag(first, {"TIT2": "Zwei ü", "TXXX:A": "y"})
    assert second[3] == version
    assert second.count(b"TIT2") == second.count(b"TXXX") == 1
    third = update_tag(second, {"TALB": "Album"})
    assert second[10:] in third
    for damaged in (b"ID3\2" + first[4:], first[:12], b"ID3\4\0\x80" + first[6:]):
        if damaged != first[:12]:
            with pytest.raises(ValueError, match="ID3"):
                update_tag(damaged, {"TIT2": "x"})


def test_a_matroska_file_keeps_packets_times_and_other_tags(tmp_path: Path) -> None:
    path, out, again = FILES["demo.mkv"], tmp_path / "a.mkv", tmp_path / "b.mkv"
    embed(path, CHANGES, out=out, reseed=True)
    assert find_file_metadata(out).metadata.as_dict().items() >= CHANGES.as_dict().items()
    general = MediaInfo.parse(str(out)).general_tracks[0].to_data()
    assert general["iscc_name"] == CHANGES.name
    assert general["copyright"] == CHANGES.rights
    with av.open(str(path)) as old, av.open(str(out)) as new:
        kept = {k: v for k, v in old.metadata.items() if k.lower() not in {"title", "copyright"}}
        assert new.metadata.items() >= kept.items()
        assert [dict(s.metadata) for s in new.streams] == [dict(s.metadata) for s in old.streams]
        assert packets(old) == packets(new)
    embed(out, Metadata(credit="Second"), out=again)
    longer = again.stat().st_size - out.stat().st_size
    assert 0 < longer < 100  # the old tags were written over
    assert find_file_metadata(again).metadata.name == CHANGES.name


def packets(container: av.container.InputContainer) -> list[tuple[object, ...]]:
    return [
        (packet.stream_index, packet.pts, packet.dts, packet.duration, zlib.crc32(bytes(packet)))
        for packet in container.demux()
        if packet.size
    ]


def test_tags_before_the_packets_become_empty_space(tmp_path: Path) -> None:
    path, out = tmp_path / "a.mkv", tmp_path / "b.mkv"
    with av.open(str(FILES["demo.mkv"])) as old, av.open(str(path), "w") as new:
        new.metadata["comment"] = "kept"
        copies = [new.add_stream_from_template(stream) for stream in old.streams]
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                new.mux(packet)
    embed(path, CHANGES, out=out, reseed=True)
    with av.open(str(path)) as before, av.open(str(out)) as after:
        assert after.metadata["COMMENT"] == "kept"
        assert packets(before) == packets(after)


def test_a_live_stream_without_lengths_is_refused() -> None:
    data = FILES["demo.mkv"].read_bytes()
    at = data.index(b"\x18\x53\x80\x67") + 4
    length = 9 - data[at].bit_length()
    unknown = (((1 << 7 * length) - 1) | (1 << 7 * length)).to_bytes(length)
    data = data[:at] + unknown + data[at + length :]
    source = Source(io.BytesIO(data), "a.mkv", "video/x-matroska")
    with pytest.raises(UnsupportedMedia, match="length"):
        matroska.write(source, io.BytesIO(), CHANGES)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["demo.mkv", "demo.wav", "demo.html"]), st.data())
def test_damaged_files_are_refused_or_written(name: str, data: st.DataObject) -> None:
    whole = bytearray(FILES[name].read_bytes()[:60_000])
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, min(len(whole), 3000) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    writer, kind = {
        "demo.mkv": (matroska, "video/x-matroska"),
        "demo.wav": (wav, "audio/wav"),
        "demo.html": (html, "text/html"),
    }[name]
    source = Source(io.BytesIO(bytes(whole)), name, kind)
    with suppress(IsccError):
        writer.write(source, io.BytesIO(), CHANGES)
