"""A function runs at the levels that it lists and refuses every other one."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from iscckit import _kernel

KERNEL = Path(__file__).parent.parent.parent / "kernel"
NUMBERS = range(1, 7)  # of all levels
DATA = bytes(i * i % 251 for i in range(70_000))
SLICE = len(DATA).to_bytes(8, "little") + _kernel.bao_nodes(DATA, 0, 9, 40_009)
PLANE = memoryview(DATA).cast("Q")


def data_hasher(level: int) -> bytes:
    hasher = _kernel.DataHasher(level)
    hasher.update(DATA)
    return hasher.digest()


def outboard(level: int) -> tuple[bytes, bytes, bytes]:
    hasher = _kernel.OutboardHasher(level)
    return hasher.update(DATA), *hasher.finish()


def fingerprint(level: int) -> bytes:
    fingerprinter = _kernel.Fingerprinter(level)
    fingerprinter.feed(DATA)
    return fingerprinter.words()


def table() -> tuple[int, int, array[int], array[int], array[int]]:
    offsets = array("I", bytes(4 * 257))
    codes, rows = array("Q", bytes(len(DATA))), array("I", bytes(len(DATA) // 2))
    _kernel.search_fill(PLANE, 0, 8, offsets, codes, rows)
    return 0, 8, offsets, codes, rows


TABLES = [table()]
CALLS: dict[str, Callable[[int], object]] = {
    "xxh32": lambda level: _kernel.xxh32(DATA, level),
    "data_chunk_lengths": lambda level: _kernel.data_chunk_lengths(DATA, level),
    "minhash": lambda level: _kernel.minhash(DATA, level),
    "data_digest": lambda level: _kernel.data_digest(DATA, level),
    "DataHasher": data_hasher,
    "OutboardHasher": outboard,
    "bao_nodes": lambda level: _kernel.bao_nodes(DATA, 0, 100, 40_000, level),
    "bao_verify": lambda level: _kernel.bao_verify(SLICE, _kernel.blake3(DATA), 9, 40_000, level),
    "text_collapse": lambda level: _kernel.text_collapse("Abc, " * 50, level),
    "text_digest": lambda level: _kernel.text_digest("Abc, " * 50, level),
    "meta_digest": lambda level: _kernel.meta_digest("A title", DATA, level),
    "image_digest": lambda level: _kernel.image_digest(DATA[:1024], 256, False, level),
    "normalize_pixels": lambda level: _kernel.normalize_pixels(
        DATA[:69_000], 230, 100, 2, 1, 1, level
    ),
    "crop_box": lambda level: _kernel.crop_box(DATA[:69_000], 230, 100, 2, 1, 1, level),
    "simhash": lambda level: _kernel.simhash(DATA, 8, level),
    "simhash_items": lambda level: _kernel.simhash_items([DATA[:8], DATA[8:16]], level),
    "audio_digest": lambda level: _kernel.audio_digest(memoryview(DATA).cast("i"), 256, level),
    "video_digest": lambda level: _kernel.video_digest([list(DATA[:380])], 256, level),
    "Fingerprinter": fingerprint,
    "frame_signature": lambda level: _kernel.frame_signature(DATA, 350, 200, 350, level),
    "search_within": lambda level: _kernel.search_within([PLANE], DATA[:8], 64, 20, level),
    "search_nearest": lambda level: _kernel.search_nearest([PLANE], DATA[:8], 64, 9, 64, level),
    "search_probe": lambda level: _kernel.search_probe(TABLES, 5, 0, level),
    "search_probe_nearest": lambda level: _kernel.search_probe_nearest(
        TABLES, 5, 9, 0, 10**6, level
    ),
    "search_join": lambda level: _kernel.search_join(TABLES, 0, 1, level),
}


def test_every_function_that_takes_a_level_lists_its_levels() -> None:
    named = {name: getattr(_kernel, name) for name in dir(_kernel) if not name.startswith("_")}
    texts = {
        name: (vars(thing)["__init__"] if isinstance(thing, type) else thing).__doc__ or ""
        for name, thing in named.items()
        if callable(thing)
    }
    takes = {name for name, text in texts.items() if "level: int = 0" in text}
    assert takes == set(_kernel.levels) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_a_function_gives_one_result_at_all_its_levels_and_refuses_others(name: str) -> None:
    call, levels = CALLS[name], _kernel.levels[name]
    assert all(map(_kernel.can_run, levels))
    assert 1 in levels
    expected = call(0)
    for level in levels:
        assert call(level) == expected
    for level in {-1, *NUMBERS, 7, 17} - set(levels):
        lacks = "this function has no version" if _kernel.can_run(level) else "cannot run"
        with pytest.raises(ValueError, match=f"{lacks}.* {level}$"):
            call(level)


def test_each_level_of_this_machine_is_that_of_some_function() -> None:
    found = {level for levels in _kernel.levels.values() for level in levels}
    assert found == {level for level in NUMBERS if _kernel.can_run(level)}


def test_a_level_includes_those_that_it_requires() -> None:
    can = {level: _kernel.can_run(level) for level in (*NUMBERS, -1, 7)}
    assert can[1]
    assert can[4]
    assert not can[-1]
    assert not can[7]
    assert can[2] >= can[3] >= max(can[5], can[6])
    assert _kernel.best_level() == max(level for level in (1, 2, 3) if can[level])


def test_one_file_asks_the_processor_and_chooses_the_version() -> None:
    for path in KERNEL.glob("*/*.[hc]pp"):
        text = path.read_text(encoding="utf-8")
        if path.name != "cpu.hpp":
            assert "__builtin_cpu" not in text, path.name
            assert not re.search(r"case (iscckit::)?Level::", text), path.name
            assert "target(" not in text.replace("::target(", ""), path.name
