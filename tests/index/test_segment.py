"""Segments come back from disk as they were written; damaged ones are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.index.bodies import codes

from iscckit.errors import LibraryError
from iscckit.index.planes import chunk_layout, pack_planes
from iscckit.index.segment import open_segment, write_segment


@pytest.mark.parametrize("bits", [32, 64, 160, 256])
@pytest.mark.parametrize("count", [0, 1, 5000])
def test_a_segment_comes_back_as_it_was(tmp_path: Path, bits: int, count: int) -> None:
    path = str(tmp_path / "a.seg")
    planes = pack_planes(b"".join(codes(count, bits, "families")), bits)
    keys = np.arange(count, dtype=np.int64) * 3 + (1 << 40)
    write_segment(path, planes, keys, 77)
    found = open_segment(path)
    assert found.watermark == 77
    assert np.array_equal(found.keys, keys)
    assert found.planes.bits == bits
    for a, b in zip(found.planes.words, planes.words, strict=True):
        assert np.array_equal(a, b)
    assert len(found.planes.tables) == len(chunk_layout(count))
    if count:
        query = codes(count, bits, "families")[0]
        assert np.array_equal(found.planes.within(query, 9), planes.within(query, 9))
    assert [each.name for each in tmp_path.iterdir()] == ["a.seg"]


def test_damaged_segments_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    write_segment(str(path), pack_planes(bytes(64), 64), np.arange(8, dtype=np.int64), 8)
    good = path.read_bytes()
    other = good[:9] + b"\xff" + good[10:]
    for data in (b"", good[:30], good[:-1], good + b"x", b"X" + good[1:], other):
        path.write_bytes(data)
        with pytest.raises(LibraryError):
            open_segment(str(path))
    path.unlink()
    with pytest.raises(LibraryError):
        open_segment(str(path))
    nowhere = str(tmp_path / "none" / "a.seg")
    with pytest.raises(LibraryError):
        write_segment(nowhere, pack_planes(b"", 64), np.empty(0, np.int64), 0)
