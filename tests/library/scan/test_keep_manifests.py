"""A scan keeps the manifest stores of files, also of those that it knew before."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from tests.c2pa_signing import make_signer, sign_bytes

from iscckit.cli.main import main
from iscckit.errors import LibraryError
from iscckit.library.catalog.kept_manifests import NAME, KeptManifests, keeps_manifests
from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions
from iscckit.media.metadata.manifest_store import read_active_label

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, bytes]:
    folder = tmp_path / "files"
    folder.mkdir()
    plain = (SAMPLES / "cat.jpg").read_bytes()
    signed, store = sign_bytes(plain, "image/jpeg", make_signer())
    (folder / "signed.jpg").write_bytes(signed)
    shutil.copy(SAMPLES / "rocket.jpg", folder)
    shutil.copy(SAMPLES / "gettysburg-hay.txt", folder)
    return folder, store


def scan(tmp_path: Path, folder: Path, *, keep: bool) -> list[str]:
    with Library.open(tmp_path / "library") as library:
        options = ScanOptions(jobs=1, keep_manifests=keep)
        return sorted(each.what for each in library.add(folder, options=options))


def hash_of(tmp_path: Path, path: Path) -> bytes:
    with Library.open(tmp_path / "library") as library:
        return next(each.datahash or b"" for each in library.items() if each.path == str(path))


def test_the_store_of_a_file_is_kept(tmp_path: Path, files: tuple[Path, bytes]) -> None:
    folder, store = files
    assert scan(tmp_path, folder, keep=True) == ["new"] * 3
    with KeptManifests(str(tmp_path / "library")) as kept:
        name = kept.name_of(hash_of(tmp_path, folder / "signed.jpg"))
        assert name == read_active_label(store)
        assert kept.get(name) == store
        assert kept.name_of(hash_of(tmp_path, folder / "rocket.jpg")) is None
        assert kept.get("urn:c2pa:another") is None
    mode = stat.S_IMODE(os.stat(tmp_path / "library" / NAME).st_mode)
    assert mode == 0o600


def test_files_of_before_are_read_once(tmp_path: Path, files: tuple[Path, bytes]) -> None:
    folder, store = files
    scan(tmp_path, folder, keep=False)
    assert not keeps_manifests(str(tmp_path / "library"))
    assert scan(tmp_path, folder, keep=True) == []
    signed = hash_of(tmp_path, folder / "signed.jpg")
    with KeptManifests(str(tmp_path / "library")) as kept:
        assert len(kept.known_files()) == 2  # no text is asked
        assert kept.get(kept.name_of(signed) or "") == store
    with Library.open(tmp_path / "library") as library:
        numbers = [item.id for item in library.items()]
    scan(tmp_path, folder, keep=True)
    with Library.open(tmp_path / "library") as library:
        assert [item.id for item in library.items()] == numbers


def test_later_scans_go_on_keeping(tmp_path: Path, files: tuple[Path, bytes]) -> None:
    folder, _ = files
    scan(tmp_path, folder, keep=True)
    again, store = sign_bytes((SAMPLES / "rocket.jpg").read_bytes(), "image/jpeg", make_signer())
    (folder / "later.jpg").write_bytes(again)
    assert scan(tmp_path, folder, keep=False) == ["new"]
    with KeptManifests(str(tmp_path / "library")) as kept:
        assert kept.get(kept.name_of(hash_of(tmp_path, folder / "later.jpg")) or "") == store


def test_the_command_keeps_them(tmp_path: Path, files: tuple[Path, bytes]) -> None:
    place = str(tmp_path / "library")
    assert main(["scan", str(files[0]), "--keep-manifests", "--library", place]) == 0
    assert keeps_manifests(place)


def test_a_name_that_is_taken_does_not_hide_the_other_store(tmp_path: Path) -> None:
    with KeptManifests(str(tmp_path), write=True) as kept:
        kept.keep(b"one", b"store", "urn:c2pa:same")
        kept.keep(b"two", b"other", "urn:c2pa:same")
        kept.keep(b"three", b"third", "no name of a manifest")
        kept.keep(b"one", b"store", "urn:c2pa:same")
        found = [kept.get(kept.name_of(each) or "") for each in (b"one", b"two", b"three")]
        assert found == [b"store", b"other", b"third"]
        assert kept.name_of(b"one") == "urn:c2pa:same"


def test_damage_is_named(tmp_path: Path) -> None:
    with KeptManifests(str(tmp_path), write=True) as kept:
        kept.keep(b"one", b"the store", "urn:c2pa:same")
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"the store", b"the stork"))
    with KeptManifests(str(tmp_path)) as kept, pytest.raises(LibraryError, match="damaged"):
        kept.get("urn:c2pa:same")
    path.write_bytes(b"")
    with pytest.raises(LibraryError, match="no manifests"):
        KeptManifests(str(tmp_path))
