"""What every verb needs to talk to a person: cards, colours, safe names, error lines.

Cards need no library; rich is imported only for what verbs draw beyond them. Colour appears only
on a terminal, and never where the environment variable NO_COLOR is set (https://no-color.org).
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.cli.remedies import describe
from iscckit.errors import IsccError, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, BinaryIO, Self

    from rich.console import Console, RenderableType

__all__ = [
    "Progress",
    "Row",
    "console",
    "is_terminal",
    "libraries_silenced",
    "paint",
    "print_card",
    "report",
    "safe",
    "standard_input",
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
    """One line of a card: a label, its value, and the style of the value (see ``paint``)."""

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

    There is no box around it, and codes and hashes are never broken: they must survive copying.

    Args:
        title: The heading; made safe here.
        rows: The lines, in order. A value may hold line breaks of its own.
        subtitle: A last line, dimmed.
        more: Anything rich can draw, shown under the rows.
    """
    width = _columns() if is_terminal(sys.stdout) else sys.maxsize
    listed = list(rows)
    indent = max((len(row.label) for row in listed), default=0) + 4
    write_line(paint(safe(title), "bold"))
    for row in listed:
        first, *rest = _wrapped(row.value, width - indent)
        write_line(f"  {paint(row.label.ljust(indent - 4), 'dim')}  {paint(first, row.style)}")
        for line in rest:
            write_line(" " * indent + paint(line, row.style))
    if more is not None:
        console().print(more)
    if subtitle:
        write_line(f"  {paint(subtitle, 'dim')}")


def _wrapped(value: str, width: int) -> list[str]:
    """Break ``value`` at its line breaks, and between words where a line is too long."""
    from textwrap import wrap  # noqa: PLC0415 (lines of JSON need neither this nor shutil)

    lines: list[str] = []
    for line in value.split("\n"):
        lines += wrap(line, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]
    return lines


def _columns() -> int:
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().columns


def paint(text: str, style: str) -> str:
    """Return ``text`` in a style, where standard output shows styles.

    Args:
        text: What to paint.
        style: Words out of ``bold dim red green yellow blue magenta cyan good bad warn``.
    """
    if not style or not is_terminal(sys.stdout) or os.environ.get("NO_COLOR"):
        return text
    codes = ";".join(_STYLES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def write_line(text: str, end: str = "\n") -> None:
    """Write ``text`` and ``end`` to standard output as UTF-8, whatever the locale says.

    Undecodable bytes of file names are written as the bytes they are.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write((text + end).encode("utf-8", "surrogateescape"))


def standard_input() -> BinaryIO:
    """Return standard input as bytes.

    Raises:
        UnreadableFile: The caller has closed it, as with ``<&-``.
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
def libraries_silenced() -> Iterator[None]:
    """Keep C libraries from printing on standard error, where our own lines stay.

    libtiff, for one, prints its view of a damaged file past Python. The error that Python gets
    says as much, with the file's name. Pillow warns of oddities in files that it then reads well,
    which is no concern of the user's either.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")
    if sys.stderr is not sys.__stderr__ or sys.stderr is None:
        yield  # somebody else watches standard error, as a test does
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


class Progress:
    """A bar on the last line of standard error, drawn only where a person sees it.

    What is printed in between goes after ``clear``, so that it does not land in the bar.
    """

    _WIDTH: Final = 24
    _PAUSE: Final = 0.1  # seconds between two drawings

    def __init__(self, total: int) -> None:
        self._total = total
        self._shown = False
        self._last = 0.0
        self._started = time.monotonic()
        self._active = total > 1 and is_terminal(sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stdout.flush()
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._shown = False

    def draw(self, done: int, name: str) -> None:
        """Show that ``done`` are done, ``name`` last."""
        now = time.monotonic()
        # Output on the same screen would make the bar flicker: then it is for the pauses only.
        if not self._active or now - self._last < self._PAUSE or done == self._total:
            return
        self._last = now
        filled = self._WIDTH * done // self._total
        bar = "█" * filled + "░" * (self._WIDTH - filled)
        columns = _columns()
        pace = done / max(now - self._started, 0.001)
        left = _clock((self._total - done) / pace) if done else "?"
        line = f"{bar} {done}/{self._total} {pace:.1f}/s {left} left {safe(os.path.basename(name))}"
        sys.stdout.flush()
        sys.stderr.write(f"\r\x1b[2K{line[: columns - 1]}")
        sys.stderr.flush()
        self._shown = True


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
