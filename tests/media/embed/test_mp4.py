"""MP4 files show their tags to players of any kind, and say the same in both forms."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import av
import iscc_samples
import mutagen.mp4
import pytest
from tests.records.test_embed import FULL, made

from iscckit.media.embed.mp4 import add_tags
from iscckit.media.metadata.fields import Metadata
from iscckit.records.create import create
from iscckit.records.embed import embed
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata

FILMS = [path for path in iscc_samples.videos() if path.suffix in {".mp4", ".m4v", ".mov", ".f4v"}]


def frames(path: Path) -> list[tuple[object, int]]:
    with av.open(path) as container:
        return [(packet.pts, hash(bytes(packet))) for packet in container.demux(video=0)]


@pytest.mark.parametrize("path", FILMS, ids=lambda path: path.name)
def test_other_readers_see_title_and_description(path: Path, tmp_path: Path) -> None:
    target = tmp_path / path.name
    record = embed(path, FULL, out=target, reseed=True)
    tags: Any = mutagen.mp4.MP4(target).tags
    assert tags["\xa9nam"] == [FULL.name]
    assert tags["desc"] == [FULL.description]
    assert tags["cprt"] == [FULL.rights]
    assert frames(target) == frames(path)
    assert find_file_metadata(target).metadata.as_dict().items() >= FULL.as_dict().items()
    asked = Options(name=FULL.name, description=FULL.description, meta=FULL.meta)
    assert record.units[0] == create(path, asked).units[0] == create(target).units[0]


def test_sound_too_and_a_second_time(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = next(each for each in made(tmp_path / "in") if each.suffix == ".m4a")
    first, second = tmp_path / "first.m4a", tmp_path / "second.m4a"
    embed(path, Metadata(name="One", creator="Ann", keywords=None), out=first)
    embed(first, Metadata(name="Two"), out=second, reseed=True)
    tags: Any = mutagen.mp4.MP4(second).tags
    assert (tags["\xa9nam"], tags["\xa9ART"]) == (["Two"], ["Ann"])
    assert find_file_metadata(second).metadata.name == "Two"


def test_tags_that_were_there_stay_visible(tmp_path: Path) -> None:
    path, target = tmp_path / "old.mp4", tmp_path / "new.mp4"
    path.write_bytes(FILMS[0].read_bytes())
    old = mutagen.mp4.MP4(path)
    old["\xa9alb"], old["\xa9day"], old["\xa9gen"] = ["Album"], ["1999"], ["Jazz"]
    old.save()
    embed(path, Metadata(name="New"), out=target, reseed=True)
    tags: Any = mutagen.mp4.MP4(target).tags
    assert (tags["\xa9alb"], tags["\xa9day"], tags["\xa9gen"]) == (["Album"], ["1999"], ["Jazz"])


def test_places_of_samples_that_become_too_large_are_refused() -> None:
    table = struct.pack(">III", 0, 1, 0xFFFFFFF0)
    inner = table
    for kind in (b"stco", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        inner = struct.pack(">I4s", 8 + len(inner), kind) + inner
    file = io.BytesIO(inner + struct.pack(">I4s", 16, b"mdat") + bytes(8))
    with pytest.raises(ValueError, match="places of samples"):
        add_tags(file, {"title": "A"})
    before = file.getvalue()
    add_tags(file, {"unknown": "A"})
    assert file.getvalue() == before
