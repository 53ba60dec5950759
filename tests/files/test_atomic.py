"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.files.atomic import atomic_write


def _fill_the_disk(target: Path) -> None:
    with atomic_write(target, force=True) as file:
        file.write(b"half")
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")


def test_a_draft_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(InvalidInput, match="exists"), atomic_write(target):
        pytest.fail("there is a file")
    with pytest.raises(UnreadableFile, match="No space"):
        _fill_the_disk(target)
    assert target.read_bytes() == b"old"
    with atomic_write(target, force=True) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
