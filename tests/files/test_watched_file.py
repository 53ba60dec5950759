"""Files that are read under watch: what changed meanwhile shows."""

import os
from pathlib import Path

import pytest
from blake3 import blake3

from iscckit.errors import UnreadableFile
from iscckit.files.watched_file import OpenFile, copy_bytes

DATA = bytes(range(256)) * 5000
DIGEST = blake3(DATA).digest()


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "a").write_bytes(DATA)
    return str(tmp_path / "a")


@pytest.mark.parametrize("age", [0, 100])
def test_a_write_of_the_same_size_shows(path: str, age: int) -> None:
    status = os.stat(path)
    old = (status.st_atime_ns, status.st_mtime_ns - age * 10**9)
    os.utime(path, ns=old)
    with OpenFile(path) as file:
        file.check(DIGEST)
        file.check_again(DIGEST)
        Path(path).write_bytes(DATA[::-1])
        if not age:
            os.utime(path, ns=old)  # within one step of the clock, times do not tell
        with pytest.raises(UnreadableFile) as refused:
            file.check_again(DIGEST)
    assert refused.value.reason_code == "file-changed"


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "nothing"])
def test_only_regular_files_are_opened(tmp_path: Path, path: str, kind: str) -> None:
    other = tmp_path / "other"
    if kind == "link":
        other.symlink_to(path)
    elif kind == "folder":
        other.mkdir()
    elif kind == "pipe":
        os.mkfifo(other)
    with pytest.raises(UnreadableFile):
        OpenFile(str(other))


def test_bytes_are_copied_and_told(tmp_path: Path, path: str) -> None:
    target = os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT)
    with OpenFile(path) as file:
        assert copy_bytes(file, target) == DIGEST
    os.close(target)
    assert (tmp_path / "b").read_bytes() == DATA
