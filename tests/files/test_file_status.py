"""Which file stands at a path, and with which attributes."""

import os
import sys
from pathlib import Path

import pytest

from iscckit.files.file_status import Attributes, Identity, open_regular


def test_names_of_one_file_are_one_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"A")
    (tmp_path / "b").write_bytes(b"A")
    os.link(tmp_path / "a", tmp_path / "c")
    a, b, c = (Identity.of(str(tmp_path / name)) for name in "abc")
    assert a.is_same_file(c)
    assert c.links == 2
    assert not a.is_same_file(b)


def test_a_write_shows_and_a_rename_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"A")
    os.utime(path, ns=(10**18, 10**18))
    before = Identity.of(str(path))
    path.rename(tmp_path / "b")
    assert Identity.of(str(tmp_path / "b")).has_same_bytes(before)
    (tmp_path / "b").write_bytes(b"B")
    assert not Identity.of(str(tmp_path / "b")).has_same_bytes(before)


@pytest.mark.parametrize("what", ["link", "folder", "pipe", "nothing"])
def test_only_regular_files_are_opened(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a"
    if what == "link":
        (tmp_path / "file").write_bytes(b"")
        path.symlink_to("file")
    elif what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    with pytest.raises(OSError, match=str(path)):
        open_regular(str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX attributes")
def test_a_file_gets_the_attributes_of_another(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"A")
    one.chmod(0o640)
    os.utime(one, ns=(10**18 + 1, 10**18 + 2))
    if hasattr(os, "setxattr"):
        os.setxattr(one, "user.note", b"x")
    if os.geteuid() == 0:
        os.chown(one, 12345, 54321)
    other.write_bytes(b"B")
    a, b = open_regular(str(one)), os.open(other, os.O_RDWR)
    try:
        wanted = Attributes.of(a)
        assert Attributes.from_dict(wanted.to_dict()) == wanted
        assert wanted.give(b) == []
        assert Attributes.of(b) == wanted
    finally:
        os.close(a)
        os.close(b)
    status = other.stat()
    assert (status.st_mode & 0o7777, status.st_mtime_ns) == (0o640, 10**18 + 2)
