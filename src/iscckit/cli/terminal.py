"""Output of all verbs: cards, colours, safe names, error lines.

Cards need no library; rich is imported only for further drawings. Colour appears only on a
terminal, and only if the environment variable NO_COLOR is not set (https://no-color.org).
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.cli.ways_out import describe
from iscckit.errors import IsccError, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, BinaryIO

    from rich.console import Console, RenderableType

__all__ = [
    "Row",
    "console",
    "is_terminal",
    "paint",
    "print_card",
    "report",
    "safe",
    "silence_libraries",
    "standard_input",
    "terminal_width",
    "write_line",
]


_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "good": "32",
    "bad": "31",
    "warn": "33",
}


class Row(NamedTuple):
    """One line of a card: a label, its value, and the style of the value as for ``paint``."""

    label: str
    value: str
    style: str = ""


def safe(text: str | os.PathLike[str]) -> str:
    """Return ``text`` in a form that cannot fail to print, break a line or control the terminal.

    Control characters, line separators, directional marks and undecodable bytes of file names
    (surrogates) become backslash escapes; other characters stay.
    """
    text = os.fspath(text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def is_terminal(stream: IO[str]) -> bool:
    """Return whether ``stream`` is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that does not interpret markup, emoji or numbers in user data."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=not is_terminal(stream),
    )


def print_card(
    title: str, rows: Iterable[Row], *, subtitle: str = "", more: RenderableType | None = None
) -> None:
    """Print a titled list of labels and values on standard output.

    There is no box, and codes and hashes are not broken, so that they can be copied.

    Args:
        title: The heading; this function makes it safe.
        rows: The lines in order. A value may hold line breaks.
        subtitle: A dimmed last line.
        more: A drawing of rich below the rows.
    """
    width = terminal_width() if is_terminal(sys.stdout) else sys.maxsize
    listed = list(rows)
    indent = max((len(row.label) for row in listed), default=0) + 4
    write_line(paint(safe(title), "bold"))
    for row in listed:
        first, *rest = _wrap(row.value, width - indent)
        write_line(f"  {paint(row.label.ljust(indent - 4), 'dim')}  {paint(first, row.style)}")
        for line in rest:
            write_line(" " * indent + paint(line, row.style))
    if more is not None:
        console().print(more)
    if subtitle:
        write_line(f"  {paint(subtitle, 'dim')}")


def _wrap(value: str, width: int) -> list[str]:
    """Split ``value`` at its line breaks, and long lines between words."""
    from textwrap import wrap  # JSON needs neither this nor shutil

    lines: list[str] = []
    for line in value.split("\n"):
        lines += wrap(line, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]
    return lines


def terminal_width() -> int:
    """Return the columns of the terminal."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


def paint(text: str, style: str) -> str:
    """Return ``text`` in a style if standard output shows styles.

    Args:
        text: The text to paint.
        style: Words of ``bold dim red green yellow blue magenta cyan good bad warn``.
    """
    if not style or not is_terminal(sys.stdout) or os.environ.get("NO_COLOR"):
        return text
    codes = ";".join(_STYLES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def write_line(text: str, end: str = "\n") -> None:
    """Write ``text`` and ``end`` to standard output as UTF-8 in any locale.

    Undecodable bytes of file names are written unchanged.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write((text + end).encode("utf-8", "surrogateescape"))


def standard_input() -> BinaryIO:
    """Return standard input as bytes.

    Raises:
        UnreadableFile: Standard input is closed, as with ``<&-``.
    """
    if sys.stdin is None:
        raise UnreadableFile("standard input", "is closed")
    return sys.stdin.buffer


def report(fault: IsccError | str) -> None:
    """Print one line on standard error, after the pending standard output.

    Args:
        fault: An error, which is printed with its way out, or a finished sentence.
    """
    message = describe(fault) if isinstance(fault, IsccError) else fault
    sys.stdout.flush()
    print(f"iscc: {safe(message)}", file=sys.stderr)


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Discard what C libraries print on standard error; lines of ``report`` still appear.

    libtiff, for example, prints messages about a damaged file directly. The error in Python says
    the same, with the name of the file. Warnings of Pillow about files that it can read are
    discarded too.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")
    if sys.stderr is not sys.__stderr__ or sys.stderr is None:
        yield  # standard error is redirected, for example by a test
        return
    ours, before = os.dup(2), sys.stderr
    sys.stderr.flush()
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        with open(os.dup(ours), "w", 1, before.encoding, "backslashreplace") as sys.stderr:
            yield
    finally:
        sys.stderr = before
        os.dup2(ours, 2)
        os.close(ours)
