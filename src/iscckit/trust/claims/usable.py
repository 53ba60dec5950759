"""The rows of a collection that may be used: without those that are reserved or for review."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.errors import UnreadableFile
from iscckit.files.atomic import atomic_write
from iscckit.trust.claims.decision_log import show_value
from iscckit.trust.claims.screen_input import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from iscckit.trust.claims.decision_log import Decided
    from iscckit.trust.claims.screen_input import Row

__all__ = ["match_rows", "write_usable"]

_USABLE: Final = frozenset({"open", "unknown"})
_BREAKS: Final = frozenset("\n\r")  # a path with one of them would be two lines


def write_usable(
    source: str, column: str | None, decided: Iterable[Decided], path: str, *, force: bool = False
) -> int:
    """Write the rows that may be used, in the form of the input; of a folder its paths.

    Paths with a line break in them are left out: as lines they would be other paths.

    Args:
        source: What was screened.
        column: As for ``read_rows``.
        decided: The decision about each row, in order.
        path: The file to be written, as a whole or not at all.
        force: Whether an existing file is replaced.

    Returns:
        The number of rows that were written.

    Raises:
        UnreadableFile: The rows are not those that were decided about.
        IsccError: As for ``read_rows`` and ``atomic_write``.
    """
    rows: Iterable[Row] = read_rows(source, column, lambda _: None)
    if os.path.isdir(source):
        rows = list(rows)  # before a file is made, which may lie in this folder
    matched = match_rows(rows, decided, source)
    with atomic_write(path, force=force) as file:
        if os.path.splitext(source)[1].lower() == ".parquet" and os.path.isfile(source):
            return _write_table(source, matched, file)
        count = 0
        for row, outcome in matched:
            if outcome in _USABLE and (row.source is not None or not _BREAKS & set(row.value)):
                line = row.source or os.fsencode(row.value) + b"\n"
                file.write(line if line.endswith(b"\n") else line + b"\n")
                count += 1
        return count


def match_rows(
    rows: Iterable[Row], decided: Iterable[Decided], source: str, *, some: bool = False
) -> Iterator[tuple[Row, str]]:
    """Yield each row with the decision about it.

    Args:
        rows: The rows, in order.
        decided: The decisions, in order.
        source: What was screened, for errors.
        some: Whether rows may follow about which nothing is decided yet.

    Raises:
        UnreadableFile: A row is not the one that was decided about, or there are more or fewer.
    """
    remaining = iter(rows)
    for each in decided:
        row = next(remaining, None)
        if row is None or show_value(row.value) != each.value:
            raise _make_error(source)
        yield row, each.outcome
    if not some and next(remaining, None) is not None:
        raise _make_error(source)


def _make_error(source: str) -> UnreadableFile:
    return UnreadableFile(source, "has changed since it was screened")


def _write_table(source: str, matched: Iterator[tuple[Row, str]], file: BinaryIO) -> int:
    import pyarrow as pa  # an extra, which the screening needed already
    import pyarrow.parquet as pq

    count = 0
    try:
        with pq.ParquetFile(source) as table, pq.ParquetWriter(file, table.schema_arrow) as writer:
            batch: Any
            for batch in table.iter_batches():
                kept = [next(matched, (None, ""))[1] in _USABLE for _ in range(batch.num_rows)]
                chosen = batch.filter(pa.array(kept, pa.bool_()))
                writer.write_batch(chosen)
                count += chosen.num_rows
    except pa.ArrowException as error:
        raise UnreadableFile(source, f"cannot be read as Parquet: {error}") from error
    if next(matched, None) is not None:
        raise _make_error(source)
    return count
