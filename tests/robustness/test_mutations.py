"""Damaged files through ``create`` and ``embed``: an answer or an error of iscckit, nothing else.

The damage is the same in every run. ``ISCCKIT_DEEP=1`` damages 50 000 files instead of a small
share.
"""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest
from tests.robustness.corpus import files

from iscckit.errors import ExtractionFailed, IsccError
from iscckit.media.content_values import Limits, Source
from iscckit.media.formats.table import FORMATS
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.read import find_or_report_damage
from iscckit.records.batch import create_many
from iscckit.records.embed import embed

pytestmark = pytest.mark.filterwarnings("ignore")  # decoders warn of damage

SHARE = 25_000 if os.environ.get("ISCCKIT_DEEP") == "1" else 40  # files of each of the two tests
LARGEST = 400_000  # bytes of a file that is damaged here: larger ones take the time of their type
WRITTEN = {row.mediatype for row in FORMATS.rows if row.writer}
CASES = Path(__file__).parent / "cases"


def mutated(data: bytes, seed: int) -> bytes:
    """Return a copy with bits flipped, or bytes cut out, doubled or replaced by extremes."""
    chosen = random.Random(seed)
    copy = bytearray(data)
    for _ in range(chosen.choice((1, 2, 8, 40))):
        at = chosen.randrange(len(copy) if chosen.random() < 0.5 else min(len(copy), 2048))
        size = chosen.choice((1, 2, 4, 16))
        match chosen.randrange(5):
            case 0:
                copy[at] ^= 1 << chosen.randrange(8)
            case 1:
                copy[at : at + size] = chosen.randbytes(size)
            case 2:
                copy[at : at + size] = bytes([chosen.choice((0, 255, 127, 128))]) * size
            case 3 if len(copy) > 100:
                del copy[at : at + size]
            case _:
                copy[at:at] = copy[at : at + size]
    return bytes(copy)


def seeds(*, embeddable: bool) -> list[tuple[str, bytes]]:
    return [
        (name, data)
        for mediatype, (name, data) in files().items()
        if 0 < len(data) <= LARGEST and (not embeddable or mediatype in WRITTEN)
    ]


def damaged_files(folder: Path, *, embeddable: bool) -> list[Path]:
    found = seeds(embeddable=embeddable)
    paths = []
    for seed in range(SHARE):
        name, data = found[seed % len(found)]
        path = folder / f"{seed}-{Path(name).name}"
        path.write_bytes(mutated(data, seed))
        paths.append(path)
    return paths


def test_create_of_damaged_files_raises_nothing_but_our_errors(tmp_path: Path) -> None:
    paths = damaged_files(tmp_path, embeddable=False)
    results = list(create_many(paths))
    assert len(results) == len(paths)
    for result in results:
        assert (result.record is None) is isinstance(result.error, IsccError)
        assert result.record is None or result.record.iscc.startswith("ISCC:")


def test_embed_into_damaged_files_raises_nothing_but_our_errors(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for path in damaged_files(tmp_path, embeddable=True):
        before = path.read_bytes()
        target = out / path.name
        try:
            embed(path, Metadata(name="A title"), out=target, reseed=True)
        except IsccError:
            assert not target.exists()
        assert path.read_bytes() == before
    assert [path.name for path in out.iterdir() if path.name.startswith(".iscc-")] == []


# Security finding S11: what writers raised beside the errors of iscckit.
@pytest.mark.parametrize("name", ["bad-deflate.xlsx", "vp8-zero-size.webp"])
def test_writers_name_the_damaged_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractionFailed, match=name):
        embed(CASES / name, Metadata(name="A title"), out=tmp_path / name, reseed=True)
    assert list(tmp_path.iterdir()) == []


def test_metadata_readers_report_damage_as_text() -> None:
    found = seeds(embeddable=True)
    for seed in range(SHARE):
        name, data = found[seed % len(found)]
        mediatype = FORMATS.by_extension[name.rpartition(".")[2]].mediatype
        source = Source(io.BytesIO(mutated(data, seed)), name, mediatype)
        found_in = find_or_report_damage(source, limits=Limits())
        assert all(isinstance(reason, str) for reason in found_in.damage)
