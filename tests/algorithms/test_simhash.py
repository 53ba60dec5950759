"""SimHash: the rule by hand, the kernel against its twin, and what is refused."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.simhash import simhash, simhash_buffer
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput

LEVELS = _kernel.levels["simhash"]


def test_a_tie_counts_as_set() -> None:
    assert simhash([b"\x0f", b"\x00"]) == b"\x0f"


def test_a_minority_does_not_set_a_bit() -> None:
    assert simhash([b"\x80", b"\x00", b"\x00"]) == b"\x00"
    assert simhash([b"\x80", b"\x80", b"\x00"]) == b"\x80"


def test_one_digest_is_its_own_majority() -> None:
    assert simhash((b"any width",)) == b"any width"


def digests_of(width: int) -> st.SearchStrategy[list[bytes]]:
    return st.lists(st.binary(min_size=width, max_size=width), min_size=1, max_size=70)


@pytest.mark.parametrize("level", LEVELS)
@given(digests=st.integers(1, 70).flatmap(digests_of))
def test_kernel_agrees_with_the_readable_twin(level: int, digests: list[bytes]) -> None:
    expected = hashes.simhash(digests)
    assert _kernel.simhash_items(digests, level) == expected
    assert _kernel.simhash(b"".join(digests), len(digests[0]), level) == expected


# Around one vector, around the sixteen rows of an adder tree, around the 255 trees of a counter.
COUNTS = [1, 2, 3, 15, 16, 17, 31, 33, 255, 256, 4079, 4080, 4081, 4097, 8161]


def majority(digests: list[bytes]) -> bytes:
    bits = np.unpackbits(np.array([list(digest) for digest in digests], np.uint8), axis=1)
    return np.packbits(2 * bits.sum(axis=0) >= len(digests)).tobytes()


@pytest.mark.parametrize("width", [1, 4, 32, 33, 65])
@pytest.mark.parametrize("kind", ["random", "constant", "two symbols", "periodic"])
def test_every_boundary_agrees_with_a_plain_count(width: int, kind: str) -> None:
    make = random.Random(width)
    two = [make.randbytes(width), make.randbytes(width)]
    for count in COUNTS if width in (4, 32) else COUNTS[:10]:
        digests = {
            "random": [make.randbytes(width) for _ in range(count)],
            "constant": [b"\xff" * width] * count,
            "two symbols": [make.choice(two) for _ in range(count)],
            "periodic": [bytes([i % 7]) * width for i in range(count)],
        }[kind]
        expected = majority(digests)
        for level in LEVELS:
            assert _kernel.simhash_items(digests, level) == expected


def test_a_buffer_of_digests_gives_the_same() -> None:
    digests = [random.Random(i).randbytes(8) for i in range(21)]
    view = memoryview(b"".join(digests))
    assert simhash_buffer(view, 8) == simhash(digests)
    assert simhash_buffer(bytearray(view), 8) == simhash(digests)


@pytest.mark.parametrize("digests", [[], [b""], [b"ab", b"a"], [b"a", b"ab"], ["a"], 5])
def test_refuses_what_has_no_majority(digests: list[bytes]) -> None:
    with pytest.raises(InvalidInput, match="one non-zero width"):
        simhash(digests)


@pytest.mark.parametrize(("buffer", "width"), [(b"", 4), (b"abc", 2), (b"ab", 0), (b"ab", -1)])
def test_refuses_a_buffer_that_holds_no_whole_digests(buffer: bytes, width: int) -> None:
    with pytest.raises(InvalidInput, match="are no digests"):
        simhash_buffer(buffer, width)


def test_refuses_what_is_no_contiguous_buffer() -> None:
    with pytest.raises(InvalidInput, match="contiguous"):
        simhash_buffer(memoryview(b"abcdefgh")[::2], 2)
    with pytest.raises(InvalidInput, match="needs a buffer"):
        simhash_buffer([1, 2], 1)  # type: ignore[arg-type]
