"""The progress bar of commands that read many files."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from iscckit.cli.terminal import is_terminal, safe, terminal_width

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Progress"]


class Progress:
    """A progress bar on the last line of standard error; drawn on a terminal only.

    Callers call ``clear`` before they print other lines, and ``draw_again`` after them.
    """

    _WIDTH: Final = 24
    _PAUSE: Final = 0.1  # seconds between two drawings

    def __init__(self, total: int) -> None:
        """Prepare a bar.

        Args:
            total: Number of items; 0 if it is not known yet, and 1 for no bar.
        """
        self._total = total
        self._shown = False
        self._last = 0.0
        self._started = 0.0
        self._line = ""
        self._active = total != 1 and is_terminal(sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove the bar."""
        if self._shown:
            sys.stdout.flush()
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._shown = False

    def note(self, text: str) -> None:
        """Show a text in place of the bar."""
        self._line = text
        self.draw_again()

    def draw(
        self, done: int, name: str, *, total: int = 0, size: int = 0, total_size: int = 0
    ) -> None:
        """Draw the bar for ``done`` finished items, the last of which is ``name``.

        Args:
            done: Number of finished items.
            name: Path of the last of them.
            total: Number of items, where it was not known before.
            size: Bytes of the finished items; the time that is left follows the bytes.
            total_size: Bytes of all items; 0 to go by the number of items.
        """
        now = time.monotonic()
        self._total = total or self._total
        self._started = self._started or now
        # The bar is not drawn too often, since other output on the screen would make it flicker.
        if not self._active or (self._shown and done and now - self._last < self._PAUSE):
            return
        if not self._total or done == self._total:
            self._line = ""
            self.clear()
            return
        share = size / total_size if total_size else done / self._total
        filled = min(self._WIDTH, int(self._WIDTH * share))
        bar = "█" * filled + "░" * (self._WIDTH - filled)
        spent = max(now - self._started, 0.001)
        left = _format_time(spent * (1 - share) / share) if share and done else "?"
        self._line = (
            f"{bar} {done}/{self._total} {done / spent:.1f}/s {left} left "
            f"{safe(os.path.basename(name))}"
        )
        self._last = now
        self.draw_again()

    def draw_again(self) -> None:
        """Draw what was drawn last, after ``clear`` has removed it."""
        if not self._active or not self._line:
            return
        sys.stdout.flush()
        sys.stderr.write(f"\r\x1b[2K{self._line[: terminal_width() - 1]}")
        sys.stderr.flush()
        self._shown = True


def _format_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
