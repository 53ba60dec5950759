"""The kernel's tables of Chromaprint and frame signatures and the twin's are the same numbers."""

import hashlib
import importlib.util
import json
import math
from pathlib import Path
from types import ModuleType

import pytest

from iscckit.algorithms.twin.av import tables

ROOT = Path(__file__).resolve().parents[2]


def generator() -> ModuleType:
    path = ROOT / "tools/generate_av_tables.py"
    spec = importlib.util.spec_from_file_location("generate_av_tables", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_header_is_what_the_generator_writes() -> None:
    assert (ROOT / "kernel/tables/av.hpp").read_text(encoding="ascii") == generator().render()


def test_limits_are_the_least_ratios_that_reach_their_thresholds() -> None:
    for *_, t0, t1, t2 in tables("chromaprint")["classifiers"]:
        for threshold in (t0, t1, t2):
            limit = generator().limit(threshold)
            assert math.log(limit) >= threshold
            assert math.log(math.nextafter(limit, 0.0)) < threshold


def test_notes_follow_from_the_frequencies_of_their_bins() -> None:
    table = tables("chromaprint")
    frequencies = (b * 11025 / 4096 for b in range(table["first_bin"], table["last_bin"] + 1))
    notes = [int(12 * (math.log2(f / 27.5) % 1)) for f in frequencies]
    assert table["note_of_bin"] == notes


def test_categories_have_their_published_sizes() -> None:
    rows = tables("frame_signature")["categories"]
    assert [c["count"] for c in rows] == [20, 12, 116, 25, 36, 30, 62, 9, 50, 20]
    assert [c["threshold_index"] for c in rows] == [int(0.333 * c["count"]) for c in rows]
    assert [c["first"] for c in rows] == [sum(c["count"] for c in rows[:i]) for i in range(10)]
    for category in rows:
        for element in category["elements"]:
            assert len(element) == category["left"] + category["right"]
            assert all(0 <= x0 <= x1 <= 31 and 0 <= y0 <= y1 <= 31 for x0, y0, x1, y1 in element)


@pytest.mark.parametrize(
    ("name", "field", "sha256"),
    [
        (
            "chromaprint",
            "classifiers",
            "94df0d5d9358292e7fa8c695fbf582b2e727eef984d83284881d5e9b3b1bd440",
        ),
        (
            "frame_signature",
            "categories",
            "9cba7fa09857fa494900b30879aeead13a13fd9b8eb6b293855c0303e3474f7a",
        ),
    ],
)
def test_tables_have_their_known_digests(name: str, field: str, sha256: str) -> None:
    text = json.dumps(tables(name)[field], separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == sha256
