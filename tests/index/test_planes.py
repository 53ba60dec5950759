"""Search among planes finds exactly what comparing everything with everything finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.index.bodies import codes

from iscckit import _kernel
from iscckit.errors import InvalidInput
from iscckit.index.planes import Planes, Table, build_tables, pack_planes

LEVELS = _kernel.levels["search_within"]
EIGHTS = [(56 - 8 * i, 8) for i in range(8)]
THIRDS = [(43, 21), (22, 21), (0, 22)]
FOURTHS = [(48, 16), (32, 16), (16, 16), (0, 16)]
LENGTHS = range(32, 257, 32)


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
    distances = planes.distances(rows, query).tolist()
    assert sorted(zip(distances, rows.tolist(), strict=True)) == expected


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
            for level in _kernel.levels["search_probe"]:
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
                for level in _kernel.levels["search_probe_nearest"]:
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


@pytest.mark.parametrize("kind", ["random", "few", "families"])
def test_joins_are_the_same_at_every_level(kind: str) -> None:
    planes = pack_planes(b"".join(codes(400, 64, kind)), 64)
    for chunks in (EIGHTS, FOURTHS):
        parts = [table.parts for table in with_tables(planes, chunks).tables]
        for radius in (0, 3, 11):
            joined = {
                _kernel.search_join(parts, radius, threads, level)
                for level in _kernel.levels["search_join"]
                for threads in (1, 2)
            }
            assert len(joined) == 1


def test_many_rows_are_searched_by_tables_with_the_same_result() -> None:
    bodies = codes(20_000, 64, "families")
    plain = pack_planes(b"".join(bodies), 64)
    quick = Planes(64, plain.words, build_tables(plain.words[0]))
    assert quick.tables
    for row in range(0, 20_000, 1999):
        for radius in (0, 4, 8, 20):
            expected = plain.within(bodies[row], radius)
            assert np.array_equal(quick.within(bodies[row], radius), expected)


def test_bodies_must_be_whole() -> None:
    for data, bits in ((b"12345", 32), (b"1234", 33), (bytes(40), 320)):
        with pytest.raises(InvalidInput):
            pack_planes(data, bits)
    with pytest.raises(InvalidInput):
        pack_planes(bytes(8), 64).within(b"", 3)
