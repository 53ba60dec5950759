"""The command line of programs that make one page of the documentation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_page(path: Path, text: str, about: str | None) -> int:
    """Write a page, or with ``--check`` compare it only.

    Args:
        path: File of the page.
        text: What it has to hold.
        about: Docstring of the program, for its help.

    Returns:
        The exit code: 1 if a compared page is out of date.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    if parser.parse_args().check:
        return int(path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0
