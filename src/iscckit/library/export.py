"""What the library knows, for other programs: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, MissingDependency

if TYPE_CHECKING:
    from iscckit.library.catalogue import Catalogue, Item
    from iscckit.record import JsonValue

__all__ = ["COLUMNS", "ENDINGS", "exported"]

ENDINGS: Final = (".jsonl", ".csv", ".parquet")
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
)


def exported(catalogue: Catalogue, ending: str) -> bytes:
    """Return all items as one file.

    Args:
        catalogue: Of the library.
        ending: One of ENDINGS: which kind of file.

    Raises:
        InvalidInput: Another ending.
        MissingDependency: Parquet without pyarrow.
    """
    rows = (_row(item) for item in catalogue.items())
    if ending == ".jsonl":
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        return "".join(f"{line}\n" for line in lines).encode()
    if ending == ".csv":
        return _csv(rows)
    if ending == ".parquet":
        return _parquet(rows)
    raise InvalidInput(f"{ending or 'no ending'}: the file must end with {', '.join(ENDINGS)}")


def _row(item: Item) -> dict[str, JsonValue]:
    return {
        "path": os.fsencode(item.path).decode("utf-8", "backslashreplace"),
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
    }


def _csv(rows: Iterator[dict[str, JsonValue]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                key: " ".join(map(str, value)) if isinstance(value, list) else value
                for key, value in row.items()
            }
        )
    return text.getvalue().encode()


def _parquet(rows: Iterator[dict[str, JsonValue]]) -> bytes:
    try:
        import pyarrow as pa  # noqa: PLC0415 (an extra)
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingDependency("Parquet needs pyarrow: pip install 'iscckit[parquet]'") from error
    texts = {name: pa.string() for name in COLUMNS}
    kinds = texts | {
        "size": pa.int64(),
        "mtime": pa.int64(),
        "units": pa.list_(pa.string()),
        "flags": pa.list_(pa.string()),
    }
    schema = pa.schema([(name, kinds[name]) for name in COLUMNS])
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), target)
    return target.getvalue()
