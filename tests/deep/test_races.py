"""An editor writes to, replaces, renames or links a file while an act is held after one call.

Whatever the editor does and whenever, the bytes that stood under a path before, and those that the
editor wrote, are afterwards under a path, and where that is a temporary one, a log names it.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from blake3 import blake3
from tests.depth import share
from tests.traced import Run

from iscckit.files.journal import read_journal, text_path
from iscckit.files.temporary import is_temporary
from iscckit.library.clusters.undo import undo

pytestmark = [pytest.mark.slow, pytest.mark.deep]

PICTURE: Final = Path(__file__).parents[2] / "samples" / "cat-small.webp"
DATA: Final = bytes(range(256)) * 300
EDIT: Final = b"what the editor wrote"
COUNT: Final = 10  # cases of an act in make test-all

ACT: Final = f"""
import sys
from iscckit.library.clusters.plan import Step
from iscckit.library.clusters.apply import apply
folder, action = sys.argv[1:]
datahash = bytes.fromhex("1e20{blake3(DATA).hexdigest()}")
step = Step(f"{{folder}}/copy/a", f"{{folder}}/kept/a", datahash, 1)
print("ready", flush=True)
sys.exit(any(o.problem for o in apply(f"{{folder}}/lib", [step], action, f"{{folder}}/trash")))
"""
EMBED: Final = """
import sys
from iscckit.media.metadata.fields import Metadata
from iscckit.records.embed import embed
print("ready", flush=True)
embed(sys.argv[1], Metadata(rights="mine"))
"""


def write(path: Path) -> None:
    path.write_bytes(EDIT)


def replace(path: Path) -> None:
    draft = path.parent.parent / "of the editor"
    draft.write_bytes(EDIT)
    os.replace(draft, path)


def rename(path: Path) -> None:
    os.rename(path, path.parent.parent / "renamed")


def link(path: Path) -> None:
    rename(path)
    path.symlink_to(path.parent.parent / "renamed")


def hardlink(path: Path) -> None:
    os.link(path, path.parent.parent / "linked")


EDITS: Final = (write, replace, rename, link, hardlink)


def fill(folder: Path) -> None:
    """Make both files again."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("kept", "copy"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a").write_bytes(DATA)
        os.utime(folder / name / "a", (1000, 1000))


def contents(folder: Path) -> dict[bytes, set[Path]]:
    """Return which bytes are under which paths; symbolic links count for nothing."""
    found: dict[bytes, set[Path]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and "lib" not in path.parts:
            found.setdefault(path.read_bytes(), set()).add(path)
    return found


def named(folder: Path) -> set[Path]:
    """Return the paths that logs name."""
    entries = [
        entry
        for log in (folder / "lib" / "undo").glob("*")
        for entry in read_journal(str(log)).entries
    ]
    return {Path(text_path(entry["aside"])) for entry in entries if entry.get("aside")}


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_an_editor_at_any_step_loses_nothing(tmp_path: Path, action: str) -> None:
    folder, log = tmp_path / "files", str(tmp_path / "strace")
    run = Run(ACT, (str(folder), action))
    fill(folder)
    calls = run.calls(log)
    for call, which, edit in share(list(itertools.product(calls, ("kept", "copy"), EDITS)), COUNT):
        fill(folder)
        path, case = folder / which / "a", (call, which, edit.__name__)
        is_edited = act_on(run, log, call, path, edit)
        found = contents(folder)
        if is_edited and edit in (write, replace):
            assert EDIT in found, case
        # A write through one name of a link that was made is a write to the other name.
        joined = edit is write and is_edited and action == "hardlink"
        assert DATA in found or joined, case
        for places in found.values():
            if all(is_temporary(str(place)) for place in places):
                assert places & named(folder), case
        for each in (folder / "lib" / "undo").glob("*"):
            list(undo(str(folder / "lib"), str(each)))
        after = contents(folder)
        assert found.keys() <= after.keys(), case


def act_on(
    run: Run, log: str, call: tuple[str, int], path: Path, edit: Callable[[Path], None]
) -> bool:
    """Let the editor act while the run is held; return whether the file was at its path."""
    done = []

    def act() -> None:
        if path.exists():  # else it is aside at the moment, or in the trash
            edit(path)
            done.append(path)

    run.hold(log, call, act)
    return bool(done)


def test_an_editor_of_a_file_that_is_changed_in_place_loses_nothing(tmp_path: Path) -> None:
    folder, log = tmp_path / "files", str(tmp_path / "strace")
    path = folder / "in" / "a.webp"

    def fill_picture() -> Run:
        shutil.rmtree(folder, ignore_errors=True)
        path.parent.mkdir(parents=True)
        shutil.copyfile(PICTURE, path)
        return Run(EMBED, (str(path),))

    calls = fill_picture().calls(log)
    new = path.read_bytes()
    for call, edit in share(list(itertools.product(calls, EDITS)), COUNT):
        act_on(fill_picture(), log, call, path, edit)
        found = contents(folder)
        wanted = {EDIT} if edit in (write, replace) else {PICTURE.read_bytes(), new}
        assert found.keys() & wanted, (call, edit.__name__)
        if edit is not write and edit is not replace:
            assert found.keys() <= wanted, (call, edit.__name__)
