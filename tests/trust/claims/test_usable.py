"""What may be used is written in the form of the input, whole or not at all."""

from pathlib import Path

import pytest

from iscckit.errors import InvalidInput
from iscckit.trust.claims.usable import write_usable

OUTCOMES = ["open", "reserved", "unknown", "review"]


def test_lines_stay_as_they_are(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [f'{{"text":  "{n}", "more": {n}}}\n' for n in range(4)]
    source.write_text("".join(lines).rstrip("\n"))
    assert write_usable(str(source), None, iter(OUTCOMES), str(target)) == 2
    assert target.read_text() == lines[0] + lines[2]
    with pytest.raises(InvalidInput):
        write_usable(str(source), None, iter(OUTCOMES), str(target))


def test_of_a_folder_the_paths_are_written(tmp_path: Path) -> None:
    folder, target = tmp_path / "in", tmp_path / "out.txt"
    folder.mkdir()
    for name in "abcd":
        (folder / name).write_text(name)
    write_usable(str(folder), None, iter(OUTCOMES), str(target))
    assert target.read_text().splitlines() == [str(folder / "a"), str(folder / "c")]


def test_a_table_keeps_its_columns_and_types(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table({"text": ["a", "b", "c", "d"], "n": pa.array([1, 2, 3, 4], pa.int16())})
    pq.write_table(table, tmp_path / "in.parquet")
    target = tmp_path / "out.parquet"
    assert write_usable(str(tmp_path / "in.parquet"), None, iter(OUTCOMES), str(target)) == 2
    assert pq.read_table(target).equals(table.take([0, 2]))
