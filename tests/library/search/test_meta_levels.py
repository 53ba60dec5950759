"""Each level of a title says which files share it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.planted import SAMPLES

from iscckit.library.scan.scan import scan
from iscckit.library.search.meta_levels import meta_levels
from iscckit.units.meta import meta_code


def test_each_level_of_a_title_says_who_shares_it(tmp_path: Path) -> None:
    files, folder = tmp_path / "files", str(tmp_path / "lib")
    files.mkdir()
    for name in ("gettysburg-hay.txt", "rocket.jpg"):
        shutil.copy(SAMPLES / name, files)
    list(scan(folder, [str(files)]))
    first, second = meta_levels("gettysburg hay", "another one", folder)
    assert first.unit == meta_code("gettysburg hay")
    assert [Path(path).name for path in first.paths] == ["gettysburg-hay.txt"]
    assert second.unit == meta_code("gettysburg hay", "another one")
    assert second.paths == ()
    assert [each.paths for each in meta_levels("gettysburg hay", None, str(tmp_path))] == [()]
