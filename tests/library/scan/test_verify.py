"""Verification says of each file whether it is still what it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image
from tools.planted import SAMPLES

from iscckit.library.library import Library
from iscckit.library.scan.verify import Checked
from iscckit.render.library_json import checked_json, describe_checked


def test_each_kind_of_damage_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("cat.jpg", "rocket.jpg", "song.opus", "paper.pdf", "gettysburg-hay.txt"):
        shutil.copy2(SAMPLES / name, folder / name)
    shutil.copy2(SAMPLES / "gettysburg-bliss.md", folder / "gone.md")
    library = Library.open(tmp_path / "lib")
    list(library.add(folder))
    assert {each.finding for each in library.verify()} == {"intact"}

    with Image.open(folder / "cat.jpg") as picture:
        picture.save(folder / "cat.jpg", quality=60)
    (folder / "rocket.jpg").write_bytes((SAMPLES / "cat-small.webp").read_bytes())
    (folder / "song.opus").rename(folder / "renamed.opus")
    (folder / "gone.md").unlink()
    path = folder / "gettysburg-hay.txt"
    stat, data = path.stat(), bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    found = {Path(each.path).name: each for each in library.verify()}
    assert {name: each.finding for name, each in found.items()} == {
        "cat.jpg": "modified",
        "rocket.jpg": "replaced",
        "song.opus": "moved",
        "paper.pdf": "intact",
        "gone.md": "missing",
        "gettysburg-hay.txt": "modified",
    }
    assert "Content-Code Image bits are equal" in describe_checked(found["cat.jpg"])
    assert "Content-Code Image bits are equal" in str(checked_json(found["cat.jpg"])["detail"])
    assert checked_json(found["paper.pdf"])["detail"] is None
    assert found["song.opus"].detail == str(folder / "renamed.opus")
    assert [name for name, each in found.items() if each.rotten] == ["gettysburg-hay.txt"]
    assert {Path(item.path).name for item in library.items()} == set(found)  # nothing changed


def test_only_folders_that_are_asked_for_are_read(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "files" / name).mkdir(parents=True)
        shutil.copy2(SAMPLES / "cat.jpg", tmp_path / "files" / name / f"{name}.jpg")
    library = Library.open(tmp_path / "lib")
    list(library.add(tmp_path / "files"))
    (only,) = library.verify(tmp_path / "files" / "a")
    assert only == Checked(str(tmp_path / "files" / "a" / "a.jpg"), "intact")
