"""Paths and other texts of files as JSON, pages, terminals and spreadsheets can hold them."""

from __future__ import annotations

from typing import Final, TypeVar

__all__ = ["readable", "spreadsheet_cell"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that is computed

Cell = TypeVar("Cell")


def readable(name: str) -> str:
    """Return a path or a file name as Unicode text.

    File systems hold names that are not valid UTF-8; Python reads such bytes as lone surrogates,
    which JSON and HTML cannot hold. Each of these bytes becomes a backslash escape.
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def spreadsheet_cell(value: Cell) -> Cell | str:
    """Return a value of a CSV file so that no spreadsheet takes a text for a formula.

    Titles and names come from files of others; ``=HYPERLINK(...)`` would be a link, and worse is
    possible. An apostrophe in front of such a text says that it is text. Numbers stay.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
