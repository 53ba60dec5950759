"""The data of the user lie where the XDG Base Directory Specification says."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from iscckit.cli.user_folders import config_folder, data_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other places")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_default_is_below_the_home(home: Path) -> None:
    assert data_folder("library") == str(home / ".local/share/iscckit/library")


def test_the_configuration_has_a_variable_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert config_folder() == str(home / ".config/iscckit")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))
    assert config_folder() == str(home / "settings/iscckit")
    monkeypatch.setenv("XDG_CONFIG_HOME", "settings")
    assert config_folder() == str(home / ".config/iscckit")


def test_the_variable_counts_if_it_is_absolute(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    assert data_folder("models") == str(home / "data/iscckit/models")
    for other in ("", "data", "./data"):
        monkeypatch.setenv("XDG_DATA_HOME", other)
        assert data_folder("models") == str(home / ".local/share/iscckit/models")


@pytest.mark.parametrize("value", [None, "", "somewhere"])
def test_without_a_home_that_of_the_system_counts(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", value)
    there = pwd.getpwuid(os.getuid()).pw_dir
    assert data_folder("library").startswith(os.path.join(there, ""))


def test_a_library_of_an_earlier_version_stays_where_it_is(home: Path) -> None:
    before = home / ".config/iscckit/library"
    before.mkdir(parents=True)
    assert data_folder("library") == str(before)
    (home / ".local/share/iscckit/library").mkdir(parents=True)
    assert data_folder("library") == str(home / ".local/share/iscckit/library")
