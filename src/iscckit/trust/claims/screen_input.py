"""What is screened: the files of a folder, or the rows of a list or table."""

from __future__ import annotations

import codecs
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from iscckit.codec.code import normalize
from iscckit.errors import InvalidCode, InvalidInput, MissingDependency, UnreadableFile
from iscckit.library.scan.find_files import find_files
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from iscckit.json_types import JsonValue

__all__ = ["COLUMNS", "Row", "RowKind", "read_rows"]

RowKind = Literal["file", "code", "text", "empty"]
# Columns that are looked for where none is named, the first one wins.
COLUMNS: Final = ("iscc", "iscc_code", "path", "file", "file_name", "text")
_PATHS: Final = frozenset({"path", "file", "file_name"})
_CODES: Final = frozenset({"iscc", "iscc_code"})
_CODE: Final = 1024  # characters of the longest sequence of units
_FILE: Final = re.compile(r"[^\s:]+\.(?=[a-zA-Z0-9]*[a-zA-Z])[a-zA-Z0-9]{2,5}")
_ROWS: Final = 4096  # rows of a table that are in memory at a time
_LINE: Final = 1 << 26  # bytes of the longest line


@dataclass(frozen=True, slots=True)
class Row:
    """One content to be screened.

    Attributes:
        number: Its number, from 0.
        kind: ``file``, ``code``, ``text``; ``empty`` where the row has no value.
        value: Path, code or text.
        source: The row as it was read: a line, or None where ``-o`` writes the path.
    """

    number: int
    kind: RowKind
    value: str
    source: bytes | None = None


def read_rows(
    path: str, column: str | None, failed: Callable[[UnreadableFile], object]
) -> Iterator[Row]:
    """Yield what is to be screened, in the order of the input.

    Args:
        path: A folder; a file of JSON lines (.jsonl, .ndjson); a table (.parquet); a text file
            (.txt, UTF-8) with a path, a code or a text in each line; or one file of any other kind.
        column: Column or member with the content; None for the first one of ``COLUMNS``.
        failed: Gets the errors of folders that cannot be read.

    Raises:
        InvalidInput: The column is missing, a line is not a JSON object or has a name twice, or a
            list is not UTF-8.
        UnreadableFile: The input cannot be read.
        MissingDependency: Parquet needs an extra.
    """
    ending = os.path.splitext(path)[1].lower()
    if os.path.isdir(path):
        yield from _read_folder(path, failed)
    elif ending in {".jsonl", ".ndjson"}:
        yield from _read_lines(path, lambda line: _json_value(line, column, path))
    elif ending == ".txt":
        yield from _read_lines(path, lambda line: _text_line(line, path))
    elif ending == ".parquet":
        yield from _read_table(path, column)
    else:
        yield Row(0, "file", path)


def _read_folder(path: str, failed: Callable[[UnreadableFile], object]) -> Iterator[Row]:
    errors: list[UnreadableFile] = []
    for number, each in enumerate(find_files(path, errors, lambda: False)):
        while errors:
            failed(errors.pop())
        yield Row(number, "file", each)
    for error in errors:
        failed(error)


def _read_lines(path: str, take: Callable[[bytes], tuple[str, str | None]]) -> Iterator[Row]:
    base = os.path.dirname(os.path.abspath(path))
    try:
        with open(path, "rb") as file:
            number = -1
            while line := file.readline(_LINE):
                number += 1
                if len(line) == _LINE:
                    raise InvalidInput(f"{path}: line {number + 1} is too long")
                if number == 0 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise InvalidInput(f"{path}: is UTF-16; write it as UTF-8")
                bare = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
                value, name = take(bare) if bare.strip() else ("", None)
                yield _make_row(number, value, name, base, line)
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read: {error.strerror or error}") from error


def _text_line(line: bytes, path: str) -> tuple[str, None]:
    """Return the value of a line; bytes that are not UTF-8 are kept, as in names of files."""
    if b"\0" in line or b"\r" in line.strip():  # other readers would take it for two lines
        raise InvalidInput(f"{path}: a line has a control character: {line[:60]!r}")
    return os.fsdecode(line).strip(), None


def _make_row(number: int, value: str, name: str | None, base: str, source: bytes | None) -> Row:
    """Return a row: a code if it is valid or named so, a file if there is one, else a text.

    A word with the ending of a file is the name of a file, whether there is one or not.
    """
    if not value.strip():
        return Row(number, "empty", "", source)
    if name in _CODES or _is_code(value):
        return Row(number, "code", value, source)
    path = os.path.join(base, value)
    is_short = len(value) < 4096 and "\n" not in value
    if name in _PATHS or (is_short and (_FILE.fullmatch(value) or _is_file(path))):
        return Row(number, "file", path, source)
    return Row(number, "text", readable(value), source)


def _is_code(value: str) -> bool:
    """Tell whether a value is a code in any spelling."""
    if len(value) > _CODE:
        return False
    try:
        normalize(value)
    except (InvalidCode, InvalidInput):
        return False
    return True


def _is_file(path: str) -> bool:
    try:
        return os.path.isfile(path)
    except ValueError:  # a name with a null byte
        return False


def _json_value(line: bytes, column: str | None, path: str) -> tuple[str, str]:
    try:
        row = json.loads(line, object_pairs_hook=_parse_object)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path}: a line is no JSON: {line[:60]!r}") from error
    if not isinstance(row, dict):
        raise InvalidInput(f"{path}: a line is no JSON object: {line[:60]!r}")
    name = _choose(column, list(row), path)
    return _text_of(row[name], name, path), name


def _parse_object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """Return an object; other readers take another one of two members of one name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _choose(column: str | None, names: Sequence[str], path: str) -> str:
    wanted = COLUMNS if column is None else (column,)
    found = next((name for name in wanted if name in names), None)
    if found is None:
        has = ", ".join(names[:20]) or "none"
        what = f"no column {column}" if column else f"no column {', '.join(COLUMNS)}"
        raise InvalidInput(
            f"{path}: {what}; it has {has}", reason_code="column-missing", path=path, column=column
        )
    return found


def _text_of(value: JsonValue, name: str, path: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(f"{path}: column {name} holds something else than texts")
    return value


def _read_table(path: str, column: str | None) -> Iterator[Row]:
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
    base = os.path.dirname(os.path.abspath(path))
    try:
        with pq.ParquetFile(path) as table:
            name = _choose(column, table.schema_arrow.names, path)
            number = 0
            for batch in table.iter_batches(_ROWS, columns=[name]):
                values = cast("list[Mapping[str, JsonValue]]", batch.to_pylist())
                for row in values:
                    yield _make_row(number, _text_of(row[name], name, path), name, base, None)
                    number += 1
    except pa.ArrowException as error:
        raise UnreadableFile(path, f"cannot be read as Parquet: {error}") from error
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read: {error.strerror or error}") from error
