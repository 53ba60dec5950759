"""A library with three copies of one picture and one that resembles them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.library.library import Library


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Library, Path]:
    folder = tmp_path / "files"
    (folder / "a").mkdir(parents=True)
    (folder / "b").mkdir()
    for i, name in enumerate(("a/number one.jpg", "b/two.jpg", "x.jpg")):
        shutil.copyfile(SAMPLES / "cat.jpg", folder / name)
        os.utime(folder / name, (1000 + i, 1000 + i))
    shutil.copyfile(SAMPLES / "cat-small.webp", folder / "small.webp")
    library = Library.open(tmp_path / "lib")
    list(library.add(folder))
    return library, folder
