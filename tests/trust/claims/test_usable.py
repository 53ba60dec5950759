"""What may be used is written in the form of the input, whole or not at all."""

from pathlib import Path

import pytest

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.trust.claims.decision_log import Decided
from iscckit.trust.claims.usable import write_usable

OUTCOMES = ["open", "reserved", "unknown", "review"]


def decided(*values: object) -> list[Decided]:
    return [Decided(str(value), out) for value, out in zip(values, OUTCOMES, strict=False)]


def test_lines_stay_as_they_are(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [f'{{"text":  "{n}", "more": {n}}}\n' for n in range(4)]
    source.write_text("".join(lines).rstrip("\n"))
    assert write_usable(str(source), None, decided(*range(4)), str(target)) == 2
    assert target.read_text() == lines[0] + lines[2]
    with pytest.raises(InvalidInput):
        write_usable(str(source), None, decided(*range(4)), str(target))


def test_of_a_folder_the_paths_are_written(tmp_path: Path) -> None:
    folder, target = tmp_path / "in", tmp_path / "out.txt"
    folder.mkdir()
    for name in "abcd":
        (folder / name).write_text(name)
    paths = [folder / name for name in "abcd"]
    write_usable(str(folder), None, decided(*paths), str(target))
    assert target.read_text().splitlines() == [str(folder / "a"), str(folder / "c")]


def test_a_table_keeps_its_columns_and_types(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table({"text": ["a", "b", "c", "d"], "n": pa.array([1, 2, 3, 4], pa.int16())})
    pq.write_table(table, tmp_path / "in.parquet")
    target = tmp_path / "out.parquet"
    assert write_usable(str(tmp_path / "in.parquet"), None, decided(*"abcd"), str(target)) == 2
    assert pq.read_table(target).equals(table.take([0, 2]))


def test_a_list_in_the_folder_that_was_screened(tmp_path: Path) -> None:
    for name in "bcde":
        (tmp_path / name).write_text(name)
    target = tmp_path / "a.txt"
    assert write_usable(str(tmp_path), None, decided(*(tmp_path / x for x in "bcde")), str(target))
    assert target.read_text().splitlines() == [str(tmp_path / "b"), str(tmp_path / "d")]


@pytest.mark.parametrize("name", ["rows.txt", "rows.jsonl", "rows.parquet"])
@pytest.mark.parametrize("now", ["bacd", "abc", "abcde", ""])
def test_rows_that_have_changed_are_refused(tmp_path: Path, name: str, now: str) -> None:
    source, target = tmp_path / name, tmp_path / "out"
    if name.endswith("txt"):
        source.write_text("".join(f"{each}\n" for each in now))
    elif name.endswith("jsonl"):
        source.write_text("".join(f'{{"text": "{each}"}}\n' for each in now))
    else:
        pa = pytest.importorskip("pyarrow")
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"text": pa.array(list(now), pa.string())}), source)
    with pytest.raises(UnreadableFile, match="has changed"):
        write_usable(str(source), None, decided(*"abcd"), str(target))
    assert not target.exists()


def test_a_file_that_came_into_the_folder_meanwhile_moves_no_decision(tmp_path: Path) -> None:
    folder, target = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in "abcd":
        (folder / name).write_text(name)
    with pytest.raises(UnreadableFile, match="has changed"):
        write_usable(str(folder), None, decided(*(folder / x for x in "bcd")), str(target))
    assert not target.exists()


def test_a_path_with_a_line_break_is_left_out(tmp_path: Path) -> None:
    folder, target = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    paths = [folder / "a\nb", folder / "b"]
    for path in paths:
        path.write_text("text")
    decisions = [Decided(str(path), "unknown") for path in paths]
    assert write_usable(str(folder), None, decisions, str(target)) == 1
    assert target.read_text() == f"{folder / 'b'}\n"
