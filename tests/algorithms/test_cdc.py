import iscc_core
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.data_kinds import Recipe, recipes

from iscckit import _kernel
from iscckit.algorithms.cdc import chunks
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput

FORMULA = bytes((i * i * 31 + 7 * i + (i >> 5)) % 256 for i in range(20000))
PERIOD = [509, 1496, 261, 667, 1357, 928, 644, 2330]


def test_published_lengths() -> None:
    assert chunks(b"") == [0]
    assert chunks(b"a" * 100) == [100]
    assert chunks(bytes(20000)) == [8192, 8192, 3616]
    assert chunks(bytes(range(256)) * 40) == [793, *[768] * 12, 231]
    assert chunks(FORMULA) == [1184, *PERIOD * 2, 509, 1496, 261, 166]
    assert chunks(bytes(range(256)) * 40, average=2048, utf32=True) == [10240]


@given(recipes(max_size=40_000), st.sampled_from([64, 512, 1024, 2048, 4096]))
def test_kernel_agrees_with_the_readable_twin(recipe: Recipe, average: int) -> None:
    data = recipe.make()
    assert chunks(data, average=average) == hashes.chunks(data, average=average)


@given(recipes(max_size=40_000), st.integers(16, 5000))
@example(Recipe("periodic", 40_000, 3), 2048)
def test_cuts_of_utf32_fall_on_characters(recipe: Recipe, average: int) -> None:
    data = recipe._replace(size=recipe.size // 4 * 4).make()
    lengths = chunks(data, average=average, utf32=True)
    assert lengths == hashes.chunks(data, average=average, utf32=True)
    assert all(length % 4 == 0 for length in lengths)


@given(recipes(max_size=300_000), st.sampled_from([1024, 2048]), st.booleans())
@example(Recipe("constant", 300_000, 0), 1024, False)
def test_kernel_agrees_with_iscc_core(recipe: Recipe, average: int, utf32: bool) -> None:
    data = recipe._replace(size=recipe.size // 4 * 4).make()
    theirs = iscc_core.alg_cdc_chunks(data, utf32=utf32, avg_chunk_size=average)
    assert chunks(data, average=average, utf32=utf32) == [len(chunk) for chunk in theirs]


@given(st.integers(2, 2**28))
def test_any_average_is_possible_and_keeps_all_bytes(average: int) -> None:
    data = bytes(range(256)) * 8
    lengths = chunks(data, average=average)
    assert sum(lengths) == len(data)
    assert max(lengths) <= 8 * average


@pytest.mark.parametrize("average", range(2, 70))
def test_small_averages_agree_with_the_readable_twin(average: int) -> None:
    assert chunks(FORMULA[:3000], average=average) == hashes.chunks(FORMULA[:3000], average=average)


@pytest.mark.parametrize("level", _kernel.levels["xxh32"])
@given(recipe=recipes(max_size=20_000))
def test_xxh32_agrees_with_the_readable_twin_at_every_level(level: int, recipe: Recipe) -> None:
    data = recipe.make()
    assert _kernel.xxh32(data, level) == hashes.xxh32(data)


@pytest.mark.parametrize("level", _kernel.levels["data_chunk_lengths"])
@given(recipe=recipes(max_size=60_000))
@example(Recipe("random", 40_000, 1))
@example(Recipe("random", 32_768, 2))
@example(Recipe("runs", 60_000, 3))
def test_data_chunks_agree_with_the_readable_twin_at_every_level(
    level: int, recipe: Recipe
) -> None:
    data = recipe.make()
    assert _kernel.data_chunk_lengths(data, level) == hashes.chunks(data)


@given(st.lists(recipes(max_size=300_000), min_size=1, max_size=4))
@example([Recipe("random", 150_000, 1), Recipe("constant", 70_000, 2), Recipe("two", 300_000, 3)])
def test_lanes_cut_where_one_byte_after_the_other_cuts(parts: list[Recipe]) -> None:
    data = b"".join(part.make() for part in parts)
    expected = _kernel.chunk_lengths(data, 1024, False)
    for level in (0, *_kernel.levels["data_chunk_lengths"]):
        assert _kernel.data_chunk_lengths(data, level) == expected


@pytest.mark.parametrize("average", [-1, 0, 1, 2**28 + 1])
def test_refuses_an_average_out_of_range(average: int) -> None:
    with pytest.raises(InvalidInput, match="average"):
        chunks(b"", average=average)


@pytest.mark.parametrize(("data", "average"), [(b"abc", 1024), (b"abcd", 15)])
def test_refuses_what_utf32_cannot_cut(data: bytes, average: int) -> None:
    with pytest.raises(InvalidInput, match="utf32"):
        chunks(data, average=average, utf32=True)
