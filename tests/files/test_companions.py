"""Which files are companions of which, and that they move without loss."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from iscckit.files import companions
from iscckit.files.companions import find_companions, is_companion, move_companion

BELONG = [
    "paper.pdf.0-4096.iscc-range.json",
    "paper.pdf.iscc-proof.json",
    "paper.pdf.part-12.iscc-proof.json",
]


def test_companions_of_a_file_are_those_of_its_whole_name(tmp_path: Path) -> None:
    others = [
        "paper.iscc-proof.json",
        "paper.pdf.txt.iscc-proof.json",
        "paper.pdf.json",
        "paper.pdf",
    ]
    for name in (*BELONG, *others):
        (tmp_path / name).write_text(name)
    assert find_companions(str(tmp_path / "paper.pdf")) == [str(tmp_path / each) for each in BELONG]
    assert find_companions(str(tmp_path / "gone" / "paper.pdf")) == []


def test_a_name_alone_tells_a_companion() -> None:
    assert all(is_companion(each) for each in BELONG)
    assert not is_companion("paper.pdf.json")


def test_a_companion_moves_into_a_new_folder_and_overwrites_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / BELONG[1], tmp_path / "trash" / BELONG[1]
    source.write_text("proof")
    move_companion(str(source), str(target))
    assert target.read_text() == "proof"
    source.write_text("another")
    with pytest.raises(FileExistsError):
        move_companion(str(source), str(target))
    assert (source.read_text(), target.read_text()) == ("another", "proof")


def test_a_companion_moves_to_another_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(companions, "move_new", refuse)
    source, target = tmp_path / BELONG[1], tmp_path / "b" / BELONG[1]
    source.write_text("proof")
    move_companion(str(source), str(target))
    assert target.read_text() == "proof"
    assert not source.exists()
