import array
import io
import random
import threading

import iscc_lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.data_kinds import Recipe, recipes

from iscckit import _kernel
from iscckit.algorithms.cdc import chunks
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput
from iscckit.units.data import CHUNK, DataHasher, data_code, data_simprints

FORMULA = bytes((i * i * 31 + 7 * i + (i >> 5)) % 256 for i in range(20000))
LEVELS = _kernel.levels["DataHasher"]


def test_published_codes() -> None:
    assert str(data_code(b"")) == "ISCC:GAASL4F2WZY7KBXB"
    assert str(data_code(b"\xff\x00")) == "ISCC:GAAXL2XYM5BQIAZ3"
    assert str(data_code(b"\0", bits=128)) == "ISCC:GABXOD4P2IS6YHS2XOK6IBVPVXPPG"
    assert str(data_code(b"hello world")) == "ISCC:GAA75Q74YXNZC4EK"
    assert str(data_code(bytes(2048))) == "ISCC:GAAZRP6QOHWEOXF6"
    assert str(data_code(bytes(range(256)) * 40)) == "ISCC:GAAVBRXDXKLE4E6F"
    long = "ISCC:GADVSNZJ4D7UYZFB5VFH4TM5NOPAPK3GMGQTIH6YB3NLX6AXIXUADGQ"
    assert str(data_code(FORMULA, bits=256)) == long


@pytest.mark.parametrize("level", LEVELS)
@given(recipe=recipes(max_size=40_000))
def test_kernel_agrees_with_the_readable_twin_at_every_level(level: int, recipe: Recipe) -> None:
    data = recipe.make()
    hasher = _kernel.DataHasher(level)
    hasher.update(data)
    assert hasher.digest() == hashes.data_digest(data)


@given(recipes(max_size=1_000_000))
@example(Recipe("constant", 300_000, 0))
@example(Recipe("periodic", 1_000_000, 1))
def test_kernel_agrees_with_iscc_lib(recipe: Recipe) -> None:
    data = recipe.make()
    assert str(data_code(data, bits=256)) == iscc_lib.gen_data_code_v0(data, 256)["iscc"]


@given(recipes(max_size=300_000), st.lists(st.integers(1, 100_000), min_size=1))
@example(Recipe("constant", 100_000, 0), [777])
@example(Recipe("random", 20_000, 0), [1])
@example(Recipe("random", 200_000, 0), [8191, 65_536, 8193, 1])
@example(Recipe("random", 300_000, 0), [57_344, 8192])
def test_the_code_does_not_depend_on_the_blocks(recipe: Recipe, sizes: list[int]) -> None:
    data = recipe.make()
    hasher = DataHasher()
    start = 0
    while start < len(data):
        for size in sizes:
            hasher.update(data[start : start + size])
            start += size
    assert hasher.unit(256) == data_code(data, bits=256)


@given(st.lists(recipes(max_size=100_000), max_size=5))
def test_asking_for_the_code_does_not_disturb_it(parts: list[Recipe]) -> None:
    blocks = [part.make() for part in parts]
    hasher = DataHasher()
    for k, block in enumerate(blocks):
        hasher.update(block)
        assert hasher.unit(256) == data_code(b"".join(blocks[: k + 1]), bits=256)


def test_any_contiguous_buffer_is_taken_as_bytes() -> None:
    words = array.array("I", range(1000))
    assert data_code(words) == data_code(words.tobytes())


def test_threads_that_share_a_hasher_do_not_break_it() -> None:
    hasher = DataHasher()
    block = bytes(1 << 17)
    threads = [threading.Thread(target=hasher.update, args=(block,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hasher.unit() == data_code(block * 8)


@pytest.mark.parametrize("bits", [0, 31, 100, 257, 288, -32])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput):
        data_code(b"", bits=bits)


@given(st.binary(max_size=300), st.integers(1, 400), st.integers(2, 64))
def test_simprints_do_not_depend_on_the_blocks(data: bytes, repeat: int, average: int) -> None:
    whole = data * repeat
    found = list(data_simprints(io.BytesIO(whole), average=average))
    assert [each.size for each in found] == hashes.chunks(whole, average=average)
    for each in found:
        part = whole[each.offset : each.offset + each.size]
        assert each.body == data_code(part, bits=256).body


@pytest.mark.slow
def test_simprints_of_a_stream_longer_than_a_block_are_those_of_the_whole() -> None:
    data = random.Random(7).randbytes(20_000_000) + bytes(9_000_000)
    found = list(data_simprints(io.BytesIO(data)))
    assert [each.size for each in found] == chunks(data, average=CHUNK)
    assert found[-1].offset + found[-1].size == len(data)
    middle = found[len(found) // 2]
    part = data[middle.offset : middle.offset + middle.size]
    assert middle.body == data_code(part, bits=256).body


def test_simprints_of_no_data_are_one() -> None:
    (only,) = data_simprints(io.BytesIO())
    assert (only.offset, only.size, only.body) == (0, 0, data_code(b"", bits=256).body)
    with pytest.raises(InvalidInput):
        list(data_simprints(io.BytesIO(), average=1))
