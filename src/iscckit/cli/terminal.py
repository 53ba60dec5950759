"""What every verb needs to talk to a person: cards, colours, safe names, error lines.

Rich is imported only when something is drawn. Colour and box characters appear only on a
terminal, and colour never where the environment variable NO_COLOR is set (https://no-color.org).
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

    from rich.console import Console, RenderableType

__all__ = [
    "Row",
    "console",
    "is_terminal",
    "paint",
    "print_card",
    "report",
    "safe",
    "write_line",
]


_COLOURS: Final = {"good": 32, "bad": 31, "warn": 33, "dim": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: a label, its value, and a rich style for the value."""

    label: str
    value: str
    style: str = ""


def safe(text: str | os.PathLike[str]) -> str:
    """Return ``text`` so that printing it cannot fail, break a line or steer the terminal.

    Control characters, line separators, directional marks and undecodable bytes of file names
    (surrogates) become backslash escapes; everything else stays as it is.
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
    """Tell whether a person sees what is written to ``stream``."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that guesses no markup, emoji or highlighting into user data."""
    from rich.console import Console  # noqa: PLC0415

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

    On a terminal it is a box in colours; into a pipe or a file it is plain aligned text.

    Args:
        title: The heading; made safe here.
        rows: The lines, in order. A value may hold line breaks of its own.
        subtitle: Shown in the box's lower edge, or on a last line.
        more: Anything rich can draw, shown under the rows.
    """
    from rich.console import Group  # noqa: PLC0415
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(Text(row.label, style="dim"), Text(row.value, style=row.style))
    body: RenderableType = grid if more is None else Group(grid, more)
    screen = console()
    if is_terminal(sys.stdout):
        head = Text(safe(title), style="bold")
        foot = Text(subtitle, style="dim") if subtitle else None
        screen.print(Panel(body, title=head, title_align="left", subtitle=foot, expand=False))
        return
    screen.print(Text(safe(title)))
    screen.print(body)
    if subtitle:
        screen.print(Text(subtitle))


def paint(text: str, style: str) -> str:
    """Return ``text`` in a colour, where standard output shows colours."""
    if not is_terminal(sys.stdout) or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"


def write_line(text: str, end: str = "\n") -> None:
    """Write ``text`` and ``end`` to standard output as UTF-8, whatever the locale says.

    Undecodable bytes of file names are written as the bytes they are.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write((text + end).encode("utf-8", "surrogateescape"))


def report(message: str) -> None:
    """Print one error line on standard error, after what standard output holds so far."""
    sys.stdout.flush()
    print(f"iscc: {safe(message)}", file=sys.stderr)
