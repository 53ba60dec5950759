"""Private files have the rights of the user alone, from their first byte."""

import os
import stat
import threading
from pathlib import Path

import pytest

from iscckit.errors import LibraryError
from iscckit.trust.keys.private_files import make_private_folder, read_private, write_private


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_rights_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a" / "keys" / "x"
    before = os.umask(0)
    try:
        assert write_private(str(path), b"one")
        assert write_private(str(path), b"two", replace=True)
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert read_private(str(path)) == b"two"


def test_no_name_in_the_folder_is_ever_readable_by_others(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    seen: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            for entry in os.scandir(folder) if folder.exists() else ():
                try:
                    seen.add(stat.S_IMODE(entry.stat().st_mode))
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    before = os.umask(0)
    try:
        for number in range(200):
            write_private(str(folder / "x"), bytes([number]) * 4096, replace=True)
    finally:
        os.umask(before)
        done.set()
        watcher.join()
    assert seen == {0o600}


def test_an_existing_file_is_not_replaced_and_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    assert write_private(str(folder / "x"), b"one")
    assert not write_private(str(folder / "x"), b"two")
    assert read_private(str(folder / "x")) == b"one"
    assert mode(folder) == 0o700
    assert [each.name for each in folder.iterdir()] == ["x"]
    assert read_private(str(folder / "y")) is None


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for use in (
        lambda: make_private_folder(str(file)),
        lambda: write_private(str(file / "x"), b""),
        lambda: read_private(str(tmp_path)),
    ):
        with pytest.raises(LibraryError, match=str(tmp_path)):
            use()
