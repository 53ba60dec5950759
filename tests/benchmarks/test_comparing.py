"""The changes of the benchmark of compare make parts of their originals."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.robustness.comparing import CHANGES, judge
from tools.planted import SAMPLES

from iscckit.library.search.query import build_query


@pytest.mark.parametrize("name", CHANGES["pictures"])
def test_each_changed_picture_is_found(name: str, tmp_path: Path) -> None:
    changed = CHANGES["pictures"][name](SAMPLES / "rocket.jpg", tmp_path)
    assert changed is not None
    queries = [build_query(str(path), "file") for path in (SAMPLES / "rocket.jpg", changed)]
    by_codes, with_parts = judge(*queries)
    assert with_parts
    assert by_codes or not name.startswith("JPEG")


def test_other_pictures_are_not() -> None:
    queries = [build_query(str(SAMPLES / name), "file") for name in ("rocket.jpg", "cat.jpg")]
    assert judge(*queries) == (False, False)
