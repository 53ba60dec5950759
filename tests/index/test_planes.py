"""Search among planes finds exactly what comparing everything with everything finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.errors import InvalidInput, LibraryError
from iscckit.index.planes import Planes, Table, build_tables, chunk_layout, pack_planes
from iscckit.index.segment import open_segment, write_segment
from iscckit.index.self_join import pairs_within

LEVELS = [level for level in (1, 2, 3) if _kernel.can_run(level)]
EIGHTS = [(56 - 8 * i, 8) for i in range(8)]
THIRDS = [(43, 21), (22, 21), (0, 22)]
FOURTHS = [(48, 16), (32, 16), (16, 16), (0, 16)]
LENGTHS = range(32, 257, 32)


def codes(count: int, bits: int, kind: str, seed: int = 1) -> list[bytes]:
    """Return bodies: random ones, few different ones, equal ones, or families of near ones."""
    rng = np.random.default_rng(seed)
    size = bits // 8
    if kind == "equal":
        return [bytes(size)] * count
    if kind == "few":
        return [bytes([int(value)]) * size for value in rng.integers(0, 4, count)]
    rows = rng.integers(0, 256, (count, size), dtype=np.uint8)
    if kind == "families":
        flips = np.packbits(rng.random((count, bits)) < 0.04, axis=1)
        rows = rows[np.arange(count) // 10] ^ flips
    return [row.tobytes() for row in rows]


def brute_force(bodies: list[bytes], query: bytes) -> list[tuple[int, int]]:
    """Return distance and row of each body over the common bits, the nearest first."""
    found = []
    for row, body in enumerate(bodies):
        common = min(len(body), len(query))
        a, b = int.from_bytes(body[:common], "big"), int.from_bytes(query[:common], "big")
        found.append(((a ^ b).bit_count(), row))
    return sorted(found)


def as_list(hits: np.ndarray) -> list[tuple[int, int]]:
    return [(int(hit["distance"]), int(hit["row"])) for hit in hits]


def with_tables(planes: Planes, chunks: list[tuple[int, int]]) -> Planes:
    """Return the planes with tables, however few rows there are."""
    words = planes.words[0]
    tables = []
    for shift, bits in chunks:
        offsets = np.empty((1 << bits) + 1, np.uint32)
        table = Table(
            shift, bits, offsets, np.empty(len(words), np.uint64), np.empty(len(words), np.uint32)
        )
        _kernel.search_fill(words.data, *table.parts)
        tables.append(table)
    return Planes(planes.bits, planes.words, tuple(tables))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(LENGTHS)),
    st.sampled_from(["random", "few", "equal", "families"]),
    st.integers(1, 140),
    st.sampled_from(list(LENGTHS)),
    st.integers(0, 256),
    st.integers(1, 20),
)
def test_scans_equal_brute_force(  # noqa: PLR0917
    bits: int, kind: str, count: int, query_bits: int, radius: int, nearest: int
) -> None:
    bodies = codes(count, bits, kind)
    query = (bodies[count // 2] + bytes(32))[: query_bits // 8]
    query = bytes([query[0] ^ 5]) + query[1:]
    planes = pack_planes(b"".join(bodies), bits)
    expected = brute_force(bodies, query)
    for level in LEVELS:
        hits = planes.within(query, radius, level=level)
        assert as_list(hits) == [each for each in expected if each[0] <= radius]
        assert as_list(planes.nearest(query, nearest, level=level)) == expected[:nearest]
        limited = planes.nearest(query, nearest, radius=radius, level=level)
        assert as_list(limited) == [e for e in expected if e[0] <= radius][:nearest]
    rows = np.arange(count)
    assert sorted(zip(planes.distances(rows, query).tolist(), rows, strict=True)) == expected


@pytest.mark.parametrize("radius", [256, 2**31 - 1])
def test_a_radius_beyond_all_bits_finds_every_row(radius: int) -> None:
    bodies = codes(100, 256, "random")
    planes = pack_planes(b"".join(bodies), 256)
    for level in LEVELS:
        hits = planes.within(bodies[0], radius, level=level)
        assert as_list(hits) == brute_force(bodies, bodies[0])


@pytest.mark.parametrize("chunks", [EIGHTS, THIRDS, FOURTHS])
@pytest.mark.parametrize("kind", ["random", "few", "families"])
def test_tables_equal_scans(chunks: list[tuple[int, int]], kind: str) -> None:
    bodies = codes(3000, 64, kind)
    planes = with_tables(pack_planes(b"".join(bodies), 64), chunks)
    parts = [table.parts for table in planes.tables]
    for row in (0, 7, 1499, 2999):
        word = int.from_bytes(bodies[row], "big") ^ 0x8001
        query = word.to_bytes(8, "big")
        for radius in (0, 1, 2, 3, 5, 8, 11):
            expected = [each for each in brute_force(bodies, query) if each[0] <= radius]
            for level in LEVELS:
                found = _kernel.search_probe(parts, word, radius, level)
                hits = np.frombuffer(found, [("row", "<u4"), ("distance", "<u4")])
                assert as_list(hits) == expected


@pytest.mark.parametrize("chunks", [EIGHTS, THIRDS, FOURTHS])
@pytest.mark.parametrize("kind", ["random", "few", "equal", "families"])
def test_the_nearest_by_tables_equal_brute_force(chunks: list[tuple[int, int]], kind: str) -> None:
    bodies = codes(2000, 64, kind)
    planes = with_tables(pack_planes(b"".join(bodies), 64), chunks)
    parts = [table.parts for table in planes.tables]
    for row, flipped in ((0, 0), (777, 0x8001), (1999, 0x0100_4010_0200_0401)):
        word = int.from_bytes(bodies[row], "big") ^ flipped
        everything = brute_force(bodies, word.to_bytes(8, "big"))
        for radius in (0, 1, 4, 7, 11):
            for count in (0, 1, 3, 10, 400):
                expected = [each for each in everything if each[0] <= radius][:count]
                for level in LEVELS:
                    found = _kernel.search_probe_nearest(parts, word, count, radius, 10**6, level)
                    assert found is not None
                    hits = np.frombuffer(found, [("row", "<u4"), ("distance", "<u4")])
                    assert as_list(hits) == expected


def test_probing_for_the_nearest_stops_where_a_scan_is_faster() -> None:
    planes = with_tables(pack_planes(bytes(8 * 1000), 64), FOURTHS)
    parts = [table.parts for table in planes.tables]
    assert _kernel.search_probe_nearest(parts, 0, 10, 64, 999) is None
    assert _kernel.search_probe_nearest(parts, 0, 10, 64, 1000) is not None
    assert _kernel.search_probe_nearest([], 0, 10, 64, 1000) == b""
    with pytest.raises(ValueError, match="parts of a table"):
        _kernel.search_probe_nearest([(0, 16, b"", b"", b"")], 0, 10, 64, 1000)


@pytest.mark.parametrize("kind", ["random", "families", "few"])
def test_the_nearest_of_many_rows_are_those_of_a_scan(kind: str) -> None:
    bodies = codes(300_000, 64, kind)
    plain = pack_planes(b"".join(bodies), 64)
    quick = Planes(64, plain.words, build_tables(plain.words[0]))
    for row in range(0, 300_000, 60_001):
        query = bytes([bodies[row][0] ^ 9, *bodies[row][1:]])
        for count, radius in ((1, None), (3, None), (10, None), (2000, None), (10, 5), (5, 64)):
            expected = plain.nearest(query, count, radius=radius)
            assert np.array_equal(quick.nearest(query, count, radius=radius), expected)


def test_many_rows_are_searched_by_tables_with_the_same_result() -> None:
    bodies = codes(20_000, 64, "families")
    plain = pack_planes(b"".join(bodies), 64)
    quick = Planes(64, plain.words, build_tables(plain.words[0]))
    assert quick.tables
    for row in range(0, 20_000, 1999):
        for radius in (0, 4, 8, 20):
            expected = plain.within(bodies[row], radius)
            assert np.array_equal(quick.within(bodies[row], radius), expected)


@pytest.mark.parametrize("bits", [32, 64, 96, 128, 256])
@pytest.mark.parametrize("kind", ["random", "few", "families"])
@pytest.mark.parametrize("count", [0, 1, 2, 300, 5000])
def test_pairs_equal_brute_force(bits: int, kind: str, count: int) -> None:
    if kind == "few" and count > 1000:
        count = 400  # a quarter of all pairs are equal
    planes = pack_planes(b"".join(codes(count, bits, kind)), bits)
    for radius in (0, 3, bits // 8):
        expected = []
        for row in range(count - 1):
            total = np.zeros(count - row - 1, int)
            for words in planes.words:
                total += np.bitwise_count(words[row + 1 :] ^ words[row])
            near = np.nonzero(total <= radius)[0]
            expected += [(row, int(i) + row + 1, int(total[i])) for i in near]
        for threads in (1, 3):
            found = pairs_within(planes, radius, threads=threads)
            assert [tuple(map(int, pair)) for pair in found] == expected


def test_a_radius_that_would_take_days_is_refused() -> None:
    planes = pack_planes(bytes(8 * 200_001), 64)
    with pytest.raises(InvalidInput, match="radius"):
        pairs_within(planes, 40)


def test_bodies_must_be_whole() -> None:
    for data, bits in ((b"12345", 32), (b"1234", 33), (bytes(40), 320)):
        with pytest.raises(InvalidInput):
            pack_planes(data, bits)
    with pytest.raises(InvalidInput):
        pack_planes(bytes(8), 64).within(b"", 3)


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
