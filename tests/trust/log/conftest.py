"""A log for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trust.log.material import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a folder with an empty log."""
    made = Place(tmp_path)
    made.create()
    return made
