"""A folder of real files with planted variants, scanned once."""

from __future__ import annotations

import shutil
from pathlib import Path

import iscc_samples
import pytest
from tools.planted import SAMPLES, pdf_with

from iscckit.library.scan.scan import scan


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with real files: texts, pictures, sound, films, documents, copies."""
    folder = tmp_path_factory.mktemp("archive")
    for path in SAMPLES.iterdir():
        if path.name != "README.md":
            shutil.copy2(path, folder / path.name)
    for path in (
        *iscc_samples.texts(ext="docx"),
        *iscc_samples.texts(ext="txt"),
        *iscc_samples.texts(ext="epub"),
    ):
        shutil.copy2(path, folder / path.name)
    for path in iscc_samples.videos(ext="mp4"):
        shutil.copy2(path, folder / path.name)
    (folder / "copies").mkdir()
    shutil.copy2(SAMPLES / "cat.jpg", folder / "copies" / "same cat.jpg")
    pdf_with(SAMPLES / "rocket.jpg", folder / "with a rocket.pdf")
    return folder


@pytest.fixture(scope="session")
def library(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a library of the archive. Tests must not write to it."""
    folder = str(tmp_path_factory.mktemp("library") / "lib")
    changes = list(scan(folder, [str(archive)]))
    assert {change.what for change in changes} == {"new"}
    return folder
