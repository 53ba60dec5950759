"""A log of steps: what was written is read back, and a torn line costs itself only."""

import json
from pathlib import Path

import pytest

from iscckit.files.journal import Journal, path_text, read_journal, read_trashed, text_path

FIRST = {"event": "begin", "step": 1, "path": "a\nb"}
SECOND = {"event": "done", "step": 1}


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    log = str(tmp_path / "logs" / "a.jsonl")
    with Journal(log) as journal:
        journal.write(FIRST)
        journal.write(SECOND)
    assert read_journal(log).entries == (FIRST, SECOND)
    assert (tmp_path / "logs" / "a.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_torn_last_line_is_named_and_the_log_goes_on(tmp_path: Path, cut: int) -> None:
    log = tmp_path / "a.jsonl"
    with Journal(str(log)) as journal:
        journal.write(FIRST)
        journal.write(SECOND)
    log.write_bytes(log.read_bytes()[:-cut])
    torn = (2,) if cut > 1 else ()  # without its line feed alone, a line is whole
    assert read_journal(str(log)).torn == torn
    with Journal(str(log)) as journal:
        journal.write({"event": "undone", "step": 1})
    pages = read_journal(str(log))
    assert pages.torn == torn
    assert pages.entries[0] == FIRST
    assert pages.entries[-1] == {"event": "undone", "step": 1}


def test_a_changed_line_is_torn(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    with Journal(str(log)) as journal:
        journal.write(FIRST)
    log.write_bytes(log.read_bytes().replace(b"begin", b"begun"))
    assert read_journal(str(log)) == type(read_journal(str(log)))((), (1,))


def test_lines_of_older_versions_have_no_checksum(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    old = {"action": "trash", "path": "/a", "kept": "/b", "to": "/t/a"}
    log.write_text(json.dumps(old) + "\n" + '{"action": "trash", "pa\n')
    assert read_journal(str(log)).entries == (old,)
    assert read_journal(str(log)).torn == (2,)


@pytest.mark.parametrize("path", ["/a/ä.jpg", "/a/b\udcff.jpg", "/a b/'c"])
def test_paths_of_any_bytes_go_through_json(path: str) -> None:
    assert text_path(json.loads(json.dumps(path_text(path)))) == path


def test_what_lies_in_a_trash_is_told_by_the_logs(tmp_path: Path) -> None:
    begin = {"event": "begin", "action": "trash", "path": "/p", "kept": "/k"}
    with Journal(str(tmp_path / "a.jsonl")) as journal:
        for step, ends in enumerate(["done", "back", "undone", None], 1):
            journal.write({**begin, "step": step, "to": path_text(f"/t/{step}")})
            if ends:
                journal.write({"event": ends, "step": step})
        journal.write({**begin, "step": 9, "action": "hardlink", "to": ""})
    old = {"action": "trash", "path": "/p", "kept": "/k", "to": "/t/old"}
    (tmp_path / "b.jsonl").write_text(json.dumps(old) + "\n" + "torn")
    assert read_trashed(str(tmp_path)) == {"/t/1", "/t/4", "/t/old"}
    assert read_trashed(str(tmp_path / "none")) == set()
