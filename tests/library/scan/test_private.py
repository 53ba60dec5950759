"""A new library is private, unless it is to be shared; an existing one keeps its permissions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from iscckit.library.catalog.item import Item, Stat
from iscckit.library.partitions.store import rebuild
from iscckit.library.scan.scan import ScanOptions, open_writer, scan


def modes(folder: Path) -> dict[str, int]:
    """Return the permissions of a library's folder and of what lies in it."""
    return {
        str(path.relative_to(folder.parent)): path.stat().st_mode & 0o777
        for path in [folder, *folder.rglob("*")]
    }


@pytest.fixture(autouse=True)
def common_umask() -> Iterator[None]:
    """Set the umask that most systems have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def fill(folder: Path, *, shared: bool = False) -> None:
    list(scan(str(folder), [], ScanOptions(shared=shared)))
    with open_writer(str(folder)) as catalog:
        with catalog.transaction():
            catalog.add(Item(0, "/a", Stat(1, 1, 1, 1), "present"))
        rebuild(catalog, force=True)


@pytest.mark.parametrize(("shared", "of_folder", "of_file"), [(False, 0o700, 0o600),
                                                              (True, 0o755, 0o644)])  # fmt: skip
def test_a_new_library(tmp_path: Path, shared: bool, of_folder: int, of_file: int) -> None:
    folder = tmp_path / "deep" / "lib"
    fill(folder, shared=shared)
    found = modes(folder)
    assert set(found) == {"lib", "lib/lock", "lib/catalogue.sqlite", "lib/index", "lib/index/1",
                          "lib/index/1/shelves-3.json"}  # fmt: skip
    for name, mode in found.items():
        assert mode == (of_folder if (folder.parent / name).is_dir() else of_file), name
    assert folder.parent.stat().st_mode & 0o777 == 0o755


def test_an_existing_library_keeps_its_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "lib"
    fill(folder, shared=True)
    before = modes(folder)
    fill(folder)
    after = modes(folder)
    assert {name: after[name] for name in before if name in after} == {
        name: mode for name, mode in before.items() if name in after
    }
    assert after["lib/index/2"] == 0o755
