"""A file that is changed in place stays what it was beside its bytes, or is left as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.errors import UnreadableFile
from iscckit.files.file_status import Attributes
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed
from iscckit.records.embed_task import embed_apart
from iscckit.records.replacement import Replacement

MINE = Metadata(rights="mine")
KILLED = """
import os, signal, sys
from iscckit.records.replacement import Replacement
with Replacement(sys.argv[1]) as replacement:
    replacement.draft.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "cat.jpg"
    shutil.copyfile(SAMPLES / "cat.jpg", path)
    return path


def attributes(path: Path) -> tuple[object, ...]:
    number = os.open(path, os.O_RDONLY)
    try:
        found = Attributes.of(number)
    finally:
        os.close(number)
    return found.mode, found.owner, found.group, found.extended


@pytest.mark.parametrize("apart", [False, True])
def test_mode_owner_and_attributes_stay(picture: Path, apart: bool) -> None:
    os.setxattr(picture, "user.note", b"x")
    if os.geteuid() == 0:
        os.chown(picture, 12345, 23456)
    picture.chmod(0o640)
    before, bytes_before = attributes(picture), picture.read_bytes()
    if apart:
        embed_apart(str(picture), MINE)
    else:
        embed(picture, MINE)
    assert picture.read_bytes() != bytes_before
    assert attributes(picture) == before
    assert list(picture.parent.iterdir()) == [picture]


def test_an_access_control_list_stays_and_none_of_the_folder_comes(picture: Path) -> None:
    # Version 2; owner rw, user 1 r, group r, mask r, others none (linux/posix_acl_xattr.h).
    entries = [(1, 6, -1), (2, 4, 1), (4, 4, -1), (16, 4, -1), (32, 0, -1)]
    packed = b"\2\0\0\0" + b"".join(
        tag.to_bytes(2, "little")
        + rights.to_bytes(2, "little")
        + (who % 2**32).to_bytes(4, "little")
        for tag, rights, who in entries
    )
    os.setxattr(picture.parent, "system.posix_acl_default", packed)
    plain = picture.parent / "plain.jpg"
    shutil.copyfile(picture, plain)
    os.removexattr(plain, "system.posix_acl_access")
    os.setxattr(picture, "system.posix_acl_access", packed)
    for path in (picture, plain):
        before = attributes(path)
        embed(path, MINE)
        assert attributes(path) == before


@pytest.mark.parametrize(
    ("why", "reason"), [("links", "links-cut"), ("read-only", "write-protected")]
)
@pytest.mark.parametrize("apart", [False, True])
def test_what_would_be_lost_is_said_and_nothing_happens(
    picture: Path, why: str, reason: str, apart: bool
) -> None:
    second = picture.parent / "second.jpg"
    if why == "links":
        second.hardlink_to(picture)
    else:
        picture.chmod(0o444)
    before, names = picture.read_bytes(), set(picture.parent.iterdir())
    with pytest.raises(UnreadableFile) as refused:
        embed_apart(str(picture), MINE) if apart else embed(picture, MINE)
    assert refused.value.reason_code == reason
    assert picture.read_bytes() == before
    assert set(picture.parent.iterdir()) == names
    embed(picture, MINE, out=picture.parent / "copy.jpg")  # a copy is still made
    if why == "links":
        embed(picture, MINE, cut_links=True)
        assert second.read_bytes() == before != picture.read_bytes()


def test_an_edit_meanwhile_is_kept(picture: Path) -> None:
    with Replacement(picture) as replacement:
        replacement.draft.write_bytes(b"new")
        picture.write_bytes(b"edited")
        with pytest.raises(UnreadableFile, match="changed meanwhile"):
            replacement.finish()
    assert picture.read_bytes() == b"edited"
    assert list(picture.parent.iterdir()) == [picture]


def test_what_a_killed_run_has_left_is_cleared_by_the_next(picture: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(picture)]
    assert subprocess.run(command, check=False).returncode == -9
    assert len(list(picture.parent.iterdir())) == 2
    embed(picture, MINE)
    assert list(picture.parent.iterdir()) == [picture]


def test_a_link_is_followed(picture: Path) -> None:
    link = picture.parent / "link.jpg"
    link.symlink_to(picture.name)
    before = picture.read_bytes()
    embed(link, MINE)
    assert link.is_symlink()
    assert picture.read_bytes() != before
