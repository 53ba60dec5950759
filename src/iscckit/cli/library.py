"""What the verbs that use a library share: its option, its default place, sizes in words."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import click

from iscckit.render.sizes import size_in_words

__all__ = ["default_library", "library_option", "near", "shown", "size_in_words"]

Command = TypeVar("Command", bound=Callable[..., object])


def default_library() -> str:
    """Return the folder of the user's own library, where the system keeps such things."""
    return os.path.join(click.get_app_dir("iscckit"), "library")


def library_option(command: Command) -> Command:
    """Add ``--library`` to a command."""
    return click.option(
        "--library",
        type=click.Path(file_okay=False),
        metavar="DIR",
        help="Folder of the library; by default one for each user.",
    )(command)


def near(path: str) -> str:
    """Return a path as people read it: relative if it is below the current folder."""
    here = os.getcwd().rstrip(os.sep) + os.sep
    return path[len(here) :] if path.startswith(here) else path


def shown(path: str) -> str:
    """Return a path as JSON can hold it."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
