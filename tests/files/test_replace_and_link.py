"""Acts on files: whatever happens in between, all bytes are afterwards under a known path."""

import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from blake3 import blake3

from iscckit.errors import UnreadableFile
from iscckit.files import renames
from iscckit.files.file_status import Attributes
from iscckit.files.replace_and_link import Copy, link_copy, replace_file, trash_copy
from iscckit.files.temporary import draft_path, is_temporary
from iscckit.files.watched_file import OpenFile

DATA = bytes(range(256)) * 40
OTHER = b"other bytes"
Begin = Callable[[str, Attributes], None]


@pytest.fixture(params=[True, False], ids=["exchange", "no exchange"], autouse=True)
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(renames, "_function", lambda: None)


@pytest.fixture
def pair(tmp_path: Path) -> Copy:
    for name in ("kept", "copy"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.bin").write_bytes(DATA)
        os.utime(tmp_path / name / "a.bin", ns=(10**18, 10**18))
    kept, copy = tmp_path / "kept" / "a.bin", tmp_path / "copy" / "a.bin"
    return Copy(str(copy), str(kept), blake3(DATA).digest())


@pytest.fixture(params=["same", "other"])
def trash(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return a name in a folder of the same file system, or of another one."""
    if request.param == "same":
        (tmp_path / "trash").mkdir()
        yield str(tmp_path / "trash" / "a.bin")
        return
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.fail("there is no second file system at /dev/shm")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield f"{folder}/a.bin"


def nothing(aside: str, attributes: Attributes) -> None:
    """Write nothing down."""


def act_on(pair: Copy, act: str, target: str, begin: Begin) -> None:
    if act == "trash":
        trash_copy(pair, target, begin)
    else:
        link_copy(pair, begin)


def leftovers(copy: Copy) -> list[str]:
    folders = (os.path.dirname(copy.path), os.path.dirname(copy.kept))
    return [name for folder in folders for name in os.listdir(folder) if is_temporary(name)]


def test_a_copy_goes_to_the_trash_with_its_attributes(pair: Copy, trash: str) -> None:
    os.chmod(pair.path, 0o600)
    trash_copy(pair, trash, nothing)
    assert not os.path.lexists(pair.path)
    assert Path(trash).read_bytes() == DATA == Path(pair.kept).read_bytes()
    status = os.stat(trash)
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o600, 10**18)
    assert leftovers(pair) == []


def test_a_copy_becomes_a_link(pair: Copy) -> None:
    link_copy(pair, nothing)
    assert os.path.samefile(pair.path, pair.kept)
    assert Path(pair.kept).read_bytes() == DATA
    assert leftovers(pair) == []


def edit(path: str) -> None:
    Path(path).write_bytes(OTHER)


def replace(path: str) -> None:
    Path(f"{path}.new").write_bytes(OTHER)
    os.replace(f"{path}.new", path)


def link_away(path: str) -> None:
    target = os.path.join(os.path.dirname(os.path.dirname(path)), "elsewhere")
    os.rename(path, target)
    os.symlink(target, path)


def remove(path: str) -> None:
    os.unlink(path)


@pytest.mark.parametrize("change", [edit, replace, link_away, remove])
@pytest.mark.parametrize("which", ["kept", "path"])
@pytest.mark.parametrize("act", ["trash", "link"])
def test_a_change_meanwhile_stops_the_act_and_loses_nothing(
    pair: Copy, tmp_path: Path, act: str, which: str, change: Callable[[str], None]
) -> None:
    victim = getattr(pair, which)

    def begin(aside: str, attributes: Attributes) -> None:
        change(victim)

    (tmp_path / "trash").mkdir()
    target = str(tmp_path / "trash" / "a.bin")
    with pytest.raises((UnreadableFile, OSError)):
        act_on(pair, act, target, begin)
    other = pair.path if which == "kept" else pair.kept
    assert Path(other).read_bytes() == DATA
    if change in (edit, replace):
        assert Path(victim).read_bytes() == OTHER
    elif change is link_away:
        assert (tmp_path / "elsewhere").read_bytes() == DATA
    assert not os.path.lexists(target)
    assert leftovers(pair) == []


@pytest.mark.parametrize("act", ["trash", "link"])
def test_one_file_under_two_names_is_refused(tmp_path: Path, pair: Copy, act: str) -> None:
    os.unlink(pair.path)
    os.link(pair.kept, pair.path)
    with pytest.raises(UnreadableFile, match="same file"):
        act_on(pair, act, str(tmp_path / "t"), nothing)
    assert Path(pair.path).read_bytes() == DATA


def test_a_taken_name_in_the_trash_is_not_overwritten(pair: Copy, trash: str) -> None:
    Path(trash).write_bytes(OTHER)
    with pytest.raises(FileExistsError):
        trash_copy(pair, trash, nothing)
    assert Path(trash).read_bytes() == OTHER
    assert Path(pair.path).read_bytes() == DATA
    assert leftovers(pair) == []


def test_a_full_trash_leaves_all_as_it_was(pair: Copy) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        assert os.stat(folder).st_dev != os.stat(pair.path).st_dev
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        try:
            with pytest.raises(OSError, match="large"):
                trash_copy(pair, f"{folder}/a.bin", nothing)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
        assert os.listdir(folder) == []
    assert Path(pair.path).read_bytes() == DATA
    assert leftovers(pair) == []


@pytest.mark.parametrize("what", ["mode", "attribute"])
def test_a_link_that_would_change_rights_is_refused(pair: Copy, what: str) -> None:
    if what == "mode":
        os.chmod(pair.path, 0o600)
    else:
        os.setxattr(pair.path, "user.note", b"x")
    with pytest.raises(UnreadableFile, match="differ"):
        link_copy(pair, nothing)
    assert not os.path.samefile(pair.path, pair.kept)


class TestReplace:
    """A file is replaced by a new one, and everything beside its bytes stays."""

    def draft(self, path: str) -> str:
        name = draft_path(path)
        Path(name).write_bytes(OTHER)
        return name

    def test_mode_and_attributes_stay(self, pair: Copy) -> None:
        os.chmod(pair.path, 0o640)
        os.setxattr(pair.path, "user.note", b"x")
        with OpenFile(pair.path) as before:
            attributes = Attributes.of(before.number)
            replace_file(self.draft(pair.path), pair.path, before)
        with OpenFile(pair.path) as after:
            now = Attributes.of(after.number)
        assert (now.mode, now.owner, now.extended) == (
            attributes.mode,
            attributes.owner,
            attributes.extended,
        )
        assert Path(pair.path).read_bytes() == OTHER
        assert leftovers(pair) == []

    @pytest.mark.parametrize("why", ["links", "read-only", "edited", "replaced"])
    def test_it_is_refused_where_something_would_be_lost(self, pair: Copy, why: str) -> None:
        if why == "links":
            os.link(pair.path, f"{pair.path}.2")
        if why == "read-only":
            os.chmod(pair.path, 0o444)
        with OpenFile(pair.path) as before:
            draft = self.draft(pair.path)
            if why == "edited":
                Path(pair.path).write_bytes(b"edited")
            elif why == "replaced":
                replace(pair.path)
            there = Path(pair.path).read_bytes()
            with pytest.raises(UnreadableFile):
                replace_file(draft, pair.path, before)
        assert Path(pair.path).read_bytes() == there

    def test_a_name_is_cut_off_on_demand(self, pair: Copy) -> None:
        second = f"{pair.path}.2"
        os.link(pair.path, second)
        with OpenFile(pair.path) as before:
            replace_file(self.draft(pair.path), pair.path, before, cut_links=True)
        assert Path(pair.path).read_bytes() == OTHER
        assert Path(second).read_bytes() == DATA
