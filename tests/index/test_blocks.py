"""Blocks: what was written is summed, and a block that changed is found before it is used."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest
from tests.index.bodies import codes

from iscckit import _kernel
from iscckit.errors import LibraryError
from iscckit.index.blocks import BLOCK, SummedFile
from iscckit.index.planes import Planes, Table, build_tables, pack_planes
from iscckit.index.segment import Segment, open_segment, write_segment
from iscckit.index.self_join import pairs_within

COUNT = 5000


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return the path of a segment with tables."""
    path = tmp_path / "a.seg"
    planes = pack_planes(b"".join(codes(COUNT, 64, "families")), 64)
    write_segment(str(path), planes, np.arange(COUNT, dtype=np.int64), 7)
    return path


def answers(segment: Segment) -> list[object]:
    """Return what a segment answers to questions of every kind."""
    planes = segment.planes
    found: list[object] = []
    for body in codes(COUNT, 64, "families")[::700]:
        hits = planes.within(body, 5)
        found += [hits.tolist(), segment.keys_of(hits["row"]).tolist()]
        found += [planes.nearest(body, 9).tolist(), planes.within(body[:4], 3).tolist()]
    found.append(pairs_within(planes, 3).tolist())
    return found


def test_the_kernel_and_the_package_have_the_same_blocks() -> None:
    assert BLOCK == _kernel.BLOCK_SIZE


@pytest.mark.parametrize("seed", range(4))
def test_sums_do_not_depend_on_how_a_file_is_written(seed: int) -> None:
    rng = random.Random(seed)
    data = rng.randbytes(rng.randrange(6 * BLOCK))
    file = io.BytesIO()
    summed = SummedFile(file)
    at = 0
    while at < len(data):
        size = rng.choice([0, 1, 64, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
        summed.write(memoryview(data)[at : at + size])
        at += size
    assert file.getvalue() == data
    assert summed.finish() == _kernel.search_checksums(data)


def test_only_what_is_read_is_compared(good: Path) -> None:
    segment = open_segment(str(good))
    blocks = segment.planes.blocks
    assert blocks is not None
    assert not any(blocks.seen)
    segment.planes.within(codes(COUNT, 64, "families")[0], 0)
    assert 0 < sum(blocks.seen) < len(blocks.seen) / 4
    again = open_segment(str(good)).planes.blocks
    assert again is not None
    assert again.seen == blocks.seen  # one process compares a block once
    segment.verify(tables=True)
    assert all(again.seen)


def test_every_flipped_bit_is_found_or_does_no_harm(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    right = answers(open_segment(str(good)))
    rng = random.Random(3)
    refused = 0
    for i in range(150):
        flipped = bytearray(data)
        bit = rng.randrange(8 * len(data))
        flipped[bit // 8] ^= 1 << bit % 8
        path = tmp_path / f"{i}.seg"
        path.write_bytes(flipped)
        try:
            assert answers(open_segment(str(path))) == right
        except LibraryError as error:
            refused += error.reason_code == "index-damaged"
        path.unlink()
    assert refused > 100  # of 150: bits of blocks that no answer needs do no harm


@pytest.mark.parametrize("what", ["falling", "beyond", "rows"])
def test_forged_tables_are_never_read_beyond_their_ends(what: str) -> None:
    words = pack_planes(b"".join(codes(COUNT, 64, "families")), 64).words
    forged = []
    for table in build_tables(words[0]):
        offsets, rows = table.offsets.copy(), table.rows.copy()
        if what == "rows":
            rows[:] = 0xFFFFFFF0
        else:
            offsets[1:-1] = 0xFFFFFFF0
            offsets[1 : -1 : 2 if what == "falling" else COUNT] = 0
        forged.append(Table(table.shift, table.bits, offsets, table.codes, rows))
    planes = Planes(64, words, tuple(forged))
    body = bytes.fromhex("123456789abcdef0") if what != "rows" else codes(COUNT, 64, "families")[0]
    with pytest.raises(LibraryError, match="damaged"):
        planes.within(body, 5)
    with pytest.raises(LibraryError, match="damaged"):
        planes.nearest(body, 1, radius=4)
    with pytest.raises(LibraryError, match="damaged"):
        pairs_within(planes, 3)


def test_parts_that_do_not_fit_are_refused() -> None:
    table = build_tables(pack_planes(bytes(8 * 5000), 64).words[0])[0]
    file = bytes(100)
    for given in (
        (file, bytes(8), bytearray(1)),
        (file, bytes(4), bytearray(2)),
        (file, bytes(4), bytearray(1)),  # the table lies elsewhere
    ):
        with pytest.raises(ValueError, match=r"fit|outside"):
            _kernel.search_probe([table.parts], 0, 1, 0, given)
    with pytest.raises(ValueError, match="outside"):
        _kernel.search_require((file, bytes(4), bytearray(1)), 90, 11)
