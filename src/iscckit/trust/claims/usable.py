"""The rows of a collection that may be used: without those that are reserved or for review."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.files.atomic import atomic_write
from iscckit.trust.claims.screen_input import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

__all__ = ["write_usable"]

_USABLE: Final = frozenset({"open", "unknown"})


def write_usable(
    source: str, column: str | None, outcomes: Iterator[str], path: str, *, force: bool = False
) -> int:
    """Write the rows that may be used, in the form of the input; of a folder its paths.

    Args:
        source: What was screened.
        column: As for ``read_rows``.
        outcomes: The outcome of each row, in order.
        path: The file to be written, as a whole or not at all.
        force: Whether an existing file is replaced.

    Returns:
        The number of rows that were written.

    Raises:
        IsccError: As for ``read_rows`` and ``atomic_write``.
    """
    with atomic_write(path, force=force) as file:
        if os.path.splitext(source)[1].lower() == ".parquet" and os.path.isfile(source):
            return _write_table(source, outcomes, file)
        count = 0
        for row, outcome in zip(read_rows(source, column, lambda _: None), outcomes, strict=False):
            if outcome in _USABLE:
                line = row.source or os.fsencode(row.value) + b"\n"
                file.write(line if line.endswith(b"\n") else line + b"\n")
                count += 1
        return count


def _write_table(source: str, outcomes: Iterator[str], file: BinaryIO) -> int:
    import pyarrow as pa  # an extra, which the screening needed already
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetFile(source) as table, pq.ParquetWriter(file, table.schema_arrow) as writer:
        batch: Any
        for batch in table.iter_batches():
            kept = [next(outcomes, "") in _USABLE for _ in range(batch.num_rows)]
            chosen = batch.filter(pa.array(kept))
            writer.write_batch(chosen)
            count += chosen.num_rows
    return count
