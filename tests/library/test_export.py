"""The export of a library: every file in every format, whole or not at all, in little memory."""

from __future__ import annotations

import csv
import io
import json
import os
import tracemalloc
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from iscckit.cli.main import main
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.export import COLUMNS, ENDINGS, export
from iscckit.library.scan.scan import open_writer
from iscckit.records.safe_text import readable

COUNT = 25_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a library with many items."""
    folder = str(tmp_path_factory.mktemp("library"))
    units = (
        Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32))),
        Unit(MainType.DATA, 0, bytes(range(32, 64))),
    )
    odd = [
        Item(0, '/a/caf\udce9, "b"\n.txt', Stat(1, 2, 3, 4), "failed", error='no, "really"'),
        Item(0, "/a/日本", Stat(0, 0, 0, 0), "missing", name="名前", flags=("flat-image",)),  # type: ignore[arg-type]
    ]
    many = [
        Item(
            0, f"/a/{i}", Stat(i, 1 << 60, 0, 0), "present", "text", "text/plain", f"title {i}",
            units=units, datahash=bytes(34),
        )
        for i in range(COUNT - 2)
    ]  # fmt: skip
    with open_writer(folder) as catalog, catalog.transaction():
        catalog.add_many(odd + many)
    return folder


def exported(catalog: Catalog, ending: str) -> bytes:
    file = io.BytesIO()
    export(catalog, file, ending)
    return file.getvalue()


def test_the_export_has_every_file_in_every_format(folder: str) -> None:
    catalog = Catalog(folder)
    paths = sorted(os.fsencode(item.path) for item in catalog.items())
    lines = [json.loads(line) for line in exported(catalog, ".jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(exported(catalog, ".csv").decode(), newline="")))
    table = pq.read_table(io.BytesIO(exported(catalog, ".parquet")))
    catalog.close()
    assert len(lines) == len(rows) == COUNT
    assert [line["path"] for line in lines] == [readable(os.fsdecode(path)) for path in paths]
    assert '/a/caf\\xe9, "b"\n.txt' in {line["path"] for line in lines}
    assert [row["path"] for row in rows] == [line["path"] for line in lines]
    assert [row["units"].split() for row in rows] == [line["units"] for line in lines]
    assert tuple(rows[0]) == tuple(table.column_names) == COLUMNS
    assert table.to_pylist() == lines


@pytest.mark.parametrize("ending", ENDINGS)
def test_memory_does_not_grow_with_the_number_of_files(
    folder: str, tmp_path: Path, ending: str
) -> None:
    catalog = Catalog(folder)
    with open(tmp_path / "warm", "wb") as file:
        export(catalog, file, ending)  # imports what it needs
    tracemalloc.start()
    with open(tmp_path / "out", "wb") as file:
        export(catalog, file, ending)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    catalog.close()
    # All rows take 50 MB as Python has them, and a group of Parquet rows takes 20.
    assert peak < (25 << 20 if ending == ".parquet" else 1 << 20)


def test_a_parquet_file_is_written_group_by_group(folder: str) -> None:
    catalog = Catalog(folder)
    found = pq.ParquetFile(io.BytesIO(exported(catalog, ".parquet")))
    assert found.num_row_groups == 3
    catalog.close()


def test_an_empty_library_is_exported(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        assert exported(catalog, ".jsonl") == b""
        assert exported(catalog, ".csv").decode().strip() == ",".join(COLUMNS)
        assert pq.read_table(io.BytesIO(exported(catalog, ".parquet"))).num_rows == 0


def test_the_command_writes_a_whole_file_or_none(folder: str, tmp_path: Path) -> None:
    target = tmp_path / "all.csv"
    command = ["export", "--library", folder]
    assert main([*command, str(target)]) == 0
    assert main([*command, str(target)]) == 2
    whole = target.read_bytes()
    assert main([*command, str(target), "--force"]) == 0
    assert target.read_bytes() == whole
    assert main([*command, str(tmp_path / "all.xls")]) == 2
    assert main([*command, str(tmp_path / "none" / "all.csv")]) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["all.csv"]
