"""The readable twin of BLAKE3 and Bao against the published package."""

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from iscckit.algorithms.twin import bao


@settings(max_examples=20)
@given(st.binary(max_size=200), st.integers(0, 60))
def test_the_root_is_the_blake3_hash(pattern: bytes, times: int) -> None:
    assert bao.root(pattern * times) == blake3(pattern * times).digest()


@pytest.mark.parametrize("number", [0, 1, 2**32 - 1, 2**32, (5 << 32) + 3])
def test_the_number_of_a_chunk_has_64_bits(number: int) -> None:
    # A block of extended output has its number where a chunk has its own.
    expected = blake3(b"abc").digest(length=32, seek=64 * number)
    assert bao.chunk_chain(b"abc", number, bao.ROOT) == expected


def test_an_outboard_ends_with_the_root_parent() -> None:
    data = bytes(range(256)) * 200  # 50 chunks: groups of 16, 16, 16 and 2
    parents = bao.outboard(data)
    assert len(parents) == 3 * 64
    assert bao.parent_chain(parents[-64:], bao.ROOT) == blake3(data).digest()
    assert bao.parent_chain(parents[:64]) == parents[-64:-32]
    assert bao.parent_chain(parents[64:128]) == parents[-32:]


def test_a_slice_proves_its_bytes_and_nothing_else() -> None:
    data = bytes(range(256)) * 12
    root, piece = blake3(data).digest(), bao.slice_of(data, 1000, 100)
    assert bao.verify(piece, root, 1000, 100) == (3072, data[1000:1100])
    assert bao.verify(piece, root, 2500, 1) is None
    assert bao.verify(piece + b"\0", root, 1000, 100) is None
    assert bao.verify(piece[:-1], root, 1000, 100) is None
    assert bao.verify(piece, blake3(b"").digest(), 1000, 100) is None
    assert bao.verify(bao.slice_of(data, 9999, 5), root, 9999, 5) == (3072, b"")
    assert bao.verify(b"short", root, 0, 1) is None
