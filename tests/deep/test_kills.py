"""Acts on files that are killed, or refused by the system, at each call that changes something.

strace counts the calls of a run, and then each run is cut short at another one of them. Afterwards
the bytes of all files are under a path that is known, and undo or a second run ends well.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.depth import share
from tests.traced import FAULTS, Fault, Run

from iscckit.files.journal import read_journal, text_path
from iscckit.files.temporary import is_temporary
from iscckit.library.clusters.undo import undo

pytestmark = [pytest.mark.slow, pytest.mark.deep]

PICTURE: Final = Path(__file__).parents[2] / "samples" / "cat-small.webp"
COUNT: Final = 8  # runs of an act and a fault in make test-all

ACT: Final = """
import sys
from blake3 import blake3
from iscckit.library.clusters.plan import Step
from iscckit.library.clusters.apply import apply
folder, action, trash = sys.argv[1:]
data = open(f"{folder}/kept/a", "rb").read()
step = Step(f"{folder}/copy/a", f"{folder}/kept/a", bytes([0x1E, 0x20]) + blake3(data).digest(), 1)
print("ready", flush=True)
sys.exit(any(o.problem for o in apply(f"{folder}/lib", [step], action, trash)))
"""
UNDO: Final = """
import sys
from iscckit.library.clusters.undo import undo
print("ready", flush=True)
sys.exit(any(o.problem for o in undo(f"{sys.argv[1]}/lib", sys.argv[2])))
"""
EMBED: Final = """
import sys
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed
print("ready", flush=True)
embed(sys.argv[1], Metadata(rights="mine"))
"""


class Place:
    """A folder with a file that stays, a copy of it, and a trash."""

    def __init__(self, folder: Path, trash: Path) -> None:
        self.folder, self.trash = folder, trash
        self.log_of_strace = str(folder / "strace")
        self.kept, self.copy = folder / "kept" / "a", folder / "copy" / "a"
        self.data = bytes(range(256)) * 300

    def fill(self) -> None:
        """Make all files again."""
        for each in (*self.folder.iterdir(), *self.trash.iterdir()):
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink()
        for path, time in ((self.kept, 1000), (self.copy, 2000)):
            path.parent.mkdir()
            path.write_bytes(self.data)
            os.setxattr(path, "user.note", b"x")
            os.utime(path, (time, time))

    def act(self, action: str) -> Run:
        return Run(ACT, (str(self.folder), action, str(self.trash)))

    def logs(self) -> list[str]:
        return sorted(map(str, (self.folder / "lib" / "undo").glob("*")))

    def check_nothing_is_lost(self) -> None:
        """Find the bytes of both files under paths that are their own or that a log names."""
        assert self.kept.read_bytes() == self.data
        places = [str(self.copy)]
        for log in self.logs():
            for entry in read_journal(log).entries:
                places += [text_path(entry[name]) for name in ("aside", "to") if entry.get(name)]
        assert any(self.has_data(place) for place in places), places

    def has_data(self, path: str) -> bool:
        return os.path.isfile(path) and Path(path).read_bytes() == self.data

    def check_undo_ends_well(self) -> None:
        """Undo all logs, twice; then all is as it was."""
        for _ in range(2):
            for log in self.logs():
                problems = [o.problem for o in undo(str(self.folder / "lib"), log) if o.path != log]
                assert not any(problems), problems
        for path, time in ((self.kept, 1000), (self.copy, 2000)):
            assert path.read_bytes() == self.data
            assert (path.stat().st_mtime, path.stat().st_nlink) == (time, 1)
            assert os.listxattr(path) == ["user.note"]
        names = [*os.listdir(self.copy.parent), *os.listdir(self.kept.parent)]
        assert not any(map(is_temporary, names)), names


@pytest.fixture(params=["same", "other"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Return a place whose trash is on the same file system or on another one."""
    if request.param == "same":
        (tmp_path / "trash").mkdir()
        yield _in_one_place(tmp_path)
        return
    (tmp_path / "files").mkdir()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        assert os.stat(memory).st_dev != os.stat(tmp_path).st_dev
        yield Place(tmp_path / "files", Path(memory))


def _in_one_place(folder: Path) -> Place:
    (folder / "files").mkdir()
    return Place(folder / "files", folder / "trash")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_an_act_that_is_cut_short_loses_nothing(place: Place, action: str, fault: Fault) -> None:
    run = place.act(action)
    place.fill()
    for call in share(run.calls(place.log_of_strace), COUNT):
        place.fill()
        run.cut_short(place.log_of_strace, call, fault)
        place.check_nothing_is_lost()
        place.check_undo_ends_well()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_an_undo_that_is_cut_short_loses_nothing(place: Place, action: str, fault: Fault) -> None:
    def act() -> Run:
        place.fill()
        assert place.act(action).trace(place.log_of_strace, "-e", "trace=none") == (0, "")
        (log,) = place.logs()
        return Run(UNDO, (str(place.folder), log))

    for call in share(act().calls(place.log_of_strace), COUNT):
        act().cut_short(place.log_of_strace, call, fault)
        place.check_nothing_is_lost()
        place.check_undo_ends_well()


@pytest.mark.parametrize("fault", FAULTS)
def test_an_embedding_that_is_cut_short_leaves_one_whole_file(tmp_path: Path, fault: Fault) -> None:
    path, log = tmp_path / "files" / "a.webp", str(tmp_path / "strace")
    path.parent.mkdir()

    def fill() -> Run:
        for each in path.parent.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink()
        shutil.copyfile(PICTURE, path)
        path.chmod(0o640)
        os.setxattr(path, "user.note", b"x")
        return Run(EMBED, (str(path),))

    calls = fill().calls(log)
    new = path.read_bytes()
    assert new != PICTURE.read_bytes()
    for call in share(calls, COUNT):
        run = fill()
        run.cut_short(log, call, fault)
        assert path.read_bytes() in (PICTURE.read_bytes(), new), call
        assert (path.stat().st_mode & 0o777, os.listxattr(path)) == (0o640, ["user.note"]), call
        assert run.trace(log, "-e", "trace=none") == (0, ""), call
        assert path.read_bytes() == new, call
        assert os.listdir(path.parent) == ["a.webp"], call
