"""Export of the catalog for other programs: JSON lines, CSV or Parquet."""

from __future__ import annotations

import codecs
import csv
import json
import os
from itertools import islice
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, MissingDependency
from iscckit.records.safe_text import readable, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item

__all__ = ["COLUMNS", "ENDINGS", "export"]

ENDINGS: Final = (".jsonl", ".csv", ".parquet")
_GROUP: Final = 10_000  # rows of a Parquet file that are written at a time
COLUMNS: Final = (
    "path",
    "state",
    "iscc",
    "mode",
    "mediatype",
    "name",
    "size",
    "mtime",
    "datahash",
    "units",
    "flags",
    "error",
    "path_bytes",
)


def export(catalog: Catalog, file: BinaryIO, ending: str) -> None:
    """Write all items into a stream, in the order of their paths.

    Memory does not grow with the number of items.

    Args:
        catalog: Catalog of the library.
        file: Binary stream, open for writing.
        ending: Ending that names the format; one of ``ENDINGS``.

    Raises:
        InvalidInput: The ending is not one of ``ENDINGS``.
        MissingDependency: pyarrow, which Parquet needs, is not installed.
    """
    if ending not in _WRITERS:
        raise InvalidInput(f"{ending or 'no ending'}: the file must end with {', '.join(ENDINGS)}")
    _WRITERS[ending]((_row(item) for item in catalog.items_by_path()), file)


def _row(item: Item) -> dict[str, JsonValue]:
    path = os.fsencode(item.path)
    return {
        "path": readable(item.path),
        "state": item.state,
        "iscc": item.iscc,
        "mode": item.mode,
        "mediatype": item.mediatype,
        "name": item.name,
        "size": item.stat.size,
        "mtime": item.stat.mtime,
        "datahash": item.datahash.hex() if item.datahash else None,
        "units": [str(unit) for unit in item.units],
        "flags": list(item.flags),
        "error": item.error,
        "path_bytes": None if path.isascii() or _is_text(path) else path.hex(),
    }


def _is_text(path: bytes) -> bool:
    """Tell whether a path is valid UTF-8, so that its text stands for no other path."""
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def _jsonl(rows: Iterator[dict[str, JsonValue]], file: BinaryIO) -> None:
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _csv(rows: Iterator[dict[str, JsonValue]], file: BinaryIO) -> None:
    writer = csv.DictWriter(codecs.getwriter("utf-8")(file), COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                key: spreadsheet_cell(" ".join(map(str, value)))
                if isinstance(value, list)
                else spreadsheet_cell(value)
                for key, value in row.items()
            }
        )


def _parquet(rows: Iterator[dict[str, JsonValue]], file: BinaryIO) -> None:
    try:
        import pyarrow as pa  # an extra
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingDependency(
            "Parquet needs pyarrow, which the extra 'parquet' installs",
            reason_code="extra-missing",
            package="pyarrow",
            extra="parquet",
        ) from error
    texts = {name: pa.string() for name in COLUMNS}
    kinds = texts | {
        "size": pa.int64(),
        "mtime": pa.int64(),
        "units": pa.list_(pa.string()),
        "flags": pa.list_(pa.string()),
    }
    schema = pa.schema([(name, kinds[name]) for name in COLUMNS])
    with pq.ParquetWriter(file, schema) as writer:
        while group := list(islice(rows, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


_WRITERS: Final[dict[str, Callable[[Iterator[dict[str, JsonValue]], BinaryIO], None]]] = dict(
    zip(ENDINGS, (_jsonl, _csv, _parquet), strict=True)
)
