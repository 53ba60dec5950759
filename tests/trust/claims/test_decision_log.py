"""A screening that was cut short continues, and never with another input."""

from pathlib import Path

import pytest

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.json_types import JsonValue
from iscckit.trust.claims.decision_log import Decided, DecisionLog, read_decided

HEAD: dict[str, JsonValue] = {"input": "rows.txt", "use": "train"}
ROWS: list[dict[str, JsonValue]] = [
    {"row": n, "value": f"text {n}", "decision": "reserved" if n % 3 else "open"} for n in range(10)
]


def write(path: Path, rows: list[dict[str, JsonValue]], *, resume: bool = False) -> DecisionLog:
    with DecisionLog(str(path), HEAD, resume=resume) as log:
        for row in rows:
            log.write(row)
    return log


@pytest.mark.parametrize("cut", [0, 1, 20, 60, 61, 100, 250])
def test_a_file_that_was_cut_anywhere_is_continued(tmp_path: Path, cut: int) -> None:
    whole, path = tmp_path / "whole", tmp_path / "cut"
    write(whole, ROWS)
    path.write_bytes(whole.read_bytes()[:cut])
    with DecisionLog(str(path), HEAD, resume=True) as log:
        for row in ROWS[log.rows :]:
            log.write(row)
        assert log.done == {"reserved": 6, "open": 4}
    assert path.read_bytes() == whole.read_bytes()
    assert list(read_decided(str(path))) == [
        Decided(str(row["value"]), str(row["decision"])) for row in ROWS
    ]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "decisions"
    write(path, ROWS)
    before = path.read_bytes()
    with pytest.raises(InvalidInput) as caught:
        write(path, [])
    assert caught.value.reason_code == "file-exists"
    with pytest.raises(InvalidInput) as caught:
        DecisionLog(str(path), {**HEAD, "use": "search"}, resume=True)
    assert caught.value.reason_code == "decisions-differ"
    assert path.read_bytes() == before


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="missing"):
        DecisionLog(str(tmp_path / "missing" / "file"), HEAD, resume=False)
    with pytest.raises(UnreadableFile, match="gone"):
        list(read_decided(str(tmp_path / "gone")))
    with (
        pytest.raises(UnreadableFile, match="No space"),
        DecisionLog("/dev/full", HEAD, resume=False, force=True) as log,
    ):
        log.write(ROWS[0])


@pytest.mark.parametrize(
    "line", [b"no JSON\n", b"[]\n", b"{}\n", b"\n", b"\xff\n", b"[" * 9999 + b"\n"]
)
def test_a_line_that_is_no_decision_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "decisions"
    write(path, ROWS)
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(InvalidInput, match="line 12") as caught:
        DecisionLog(str(path), HEAD, resume=True)
    assert caught.value.reason_code == "decisions-differ"
    with pytest.raises(UnreadableFile, match="decisions"):
        list(read_decided(str(path)))


def test_rows_that_could_not_be_read_are_counted_after_a_break_too(tmp_path: Path) -> None:
    path = tmp_path / "decisions"
    write(path, [{**ROWS[0], "error": "gone"}, {**ROWS[1], "error": None}])
    with DecisionLog(str(path), HEAD, resume=True) as log:
        assert log.failed == 1
