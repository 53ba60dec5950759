"""Checksum lines say the same to us and to iscc-sum, and tell similar from other."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iscc_sum import code_iscc_sum

from iscckit.errors import UnreadableFile
from iscckit.records.checksums import Entry, check, format_line, hash_path, parse_line, sum_code

NARROW = "ISCC:KUACL4F2WZY7KBXBV4JUTOPV7GQ2M"  # of the empty file, as is the next one
WIDE = "ISCC:K4ACL4F2WZY7KBXBYUZPREWZ26IXVLYTJG47L6NBU2QEATPKG3OMSSI"


def blob(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 5000, 3_000_000])
def test_codes_are_those_of_iscc_sum(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(blob(size))
    hashes = hash_path(path)
    assert sum_code(hashes) == code_iscc_sum(str(path), wide=True).iscc
    assert sum_code(hashes, wide=False) == code_iscc_sum(str(path), wide=False).iscc


def test_lines_have_two_styles() -> None:
    entry = Entry(NARROW, "a b.txt")
    assert format_line(entry) == f"{NARROW} *a b.txt"
    assert format_line(entry, tag=True) == f"ISCC-SUM (a b.txt) = {NARROW}"


def test_a_line_break_in_a_name_does_not_tear_the_line() -> None:
    entry = Entry(WIDE, "a\\b\nc")
    assert format_line(entry) == f"\\{WIDE} *a\\\\b\\nc"
    assert format_line(entry, terminator="\0") == f"{WIDE} *a\\b\nc"


@given(st.text(min_size=1), st.booleans(), st.sampled_from([NARROW, WIDE]))
def test_a_line_reads_as_it_was_written(path: str, tag: bool, code: str) -> None:
    line = format_line(Entry(code, path), tag=tag)
    assert "\n" not in line
    assert parse_line(line) == Entry(code, path)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        f"{NARROW}  a.txt",
        f"{NARROW} *",
        f"{NARROW[:-1]} *a.txt",
        "ISCC:AAAZXZ6OU74YAZIM *a",
    ],
)
def test_other_lines_are_no_checksums(line: str) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize("wide", [True, False])
def test_a_changed_file_is_similar_or_not(tmp_path: Path, wide: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(blob(200_000))
    entry = Entry(sum_code(hash_path(path), wide=wide), str(path))
    assert check(entry).status == "ok"

    path.write_bytes(blob(200_000) + b"one more line\n")
    result = check(entry)
    assert (result.status, result.compared_bits, result.similar) == (
        "changed",
        128 if wide else 64,
        True,
    )

    path.write_bytes(blob(200_000, seed=2))
    assert not check(entry).similar


def test_a_folder_is_one_stream_in_the_order_of_its_walk(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_bytes(blob(700_000))
    (tmp_path / "a").write_bytes(blob(600_000, seed=2))
    (tmp_path / "empty").write_bytes(b"")
    whole = tmp_path / ".x.iscc.json"  # not part of the tree
    whole.write_bytes(blob(600_000, seed=2) + blob(700_000))
    assert hash_path(f"{tmp_path}/") == hash_path(whole)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    result = check(Entry(NARROW, str(tmp_path / "gone")))
    assert result.status == "unreadable"
    with pytest.raises(UnreadableFile, match="is a folder"):
        hash_path(tmp_path)
    with pytest.raises(UnreadableFile, match="no files found"):
        hash_path(f"{tmp_path}/")
    with pytest.raises(UnreadableFile, match="NUL"):
        hash_path("a\0b")
