"""What the verbs that use a library share: its option, its default place, sizes in words."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import click

from iscckit.cli.user_folders import data_folder
from iscckit.render.sizes import size_in_words

__all__ = [
    "default_library",
    "library_option",
    "looks_like_path",
    "near",
    "size_in_words",
]

Command = TypeVar("Command", bound=Callable[..., object])


def default_library() -> str:
    """Return the folder of the library of the user, where the system keeps such things."""
    return data_folder("library")


def library_option(command: Command) -> Command:
    """Add ``--library`` to a command."""
    return click.option(
        "--library",
        type=click.Path(file_okay=False),
        metavar="DIR",
        help="Folder of the library; by default one for each user.",
    )(command)


def looks_like_path(text: str) -> bool:
    """Tell whether a text is meant as a path: it has a separator or an ending, and one word."""
    if not text.strip() or "\n" in text or "://" in text or text[:5].upper() == "ISCC:":
        return False
    name = os.path.basename(text)
    stem, ending = os.path.splitext(name)
    has_ending = bool(stem) and 1 < len(ending) <= 6 and ending[1:].isalnum()
    if not has_ending:
        return text.startswith(("/", "./", "../", "~/")) and " " not in text
    return " " not in text or os.sep in text


def near(path: str) -> str:
    """Return a path as people read it: relative if it is below the current folder."""
    here = os.getcwd().rstrip(os.sep) + os.sep
    return path[len(here) :] if path.startswith(here) else path
