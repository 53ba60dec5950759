"""Where the data of the user lie, by the rules of each system."""

from __future__ import annotations

import os
import sys
from typing import Final

import click

__all__ = ["config_folder", "data_folder", "state_folder"]

_NAME: Final = "iscckit"


def data_folder(part: str) -> str:
    """Return the folder of one kind of data of the user, such as the library.

    On Linux it lies in ``$XDG_DATA_HOME``, by default ``~/.local/share``, as the XDG Base Directory
    Specification says: a value that is empty or relative counts as not set. Data that an earlier
    version put into ``~/.config`` are used where they are. Windows and macOS have other places.

    Args:
        part: Name of the kind.

    Raises:
        UsageError: The system knows no home of the user.
    """
    if sys.platform in {"darwin", "win32"}:
        return os.path.join(click.get_app_dir(_NAME), part)
    folder = os.path.join(_xdg("XDG_DATA_HOME", ".local/share"), _NAME, part)
    before = os.path.join(_xdg("XDG_CONFIG_HOME", ".config"), _NAME, part)
    return before if os.path.isdir(before) and not os.path.isdir(folder) else folder


def config_folder() -> str:
    """Return the folder of the user's keys, and of whom the user trusts.

    On Linux it is ``iscckit`` in ``$XDG_CONFIG_HOME``, by default ``~/.config``.

    Raises:
        UsageError: The system knows no home of the user.
    """
    if sys.platform in {"darwin", "win32"}:
        return os.path.join(click.get_app_dir(_NAME), "config")
    return os.path.join(_xdg("XDG_CONFIG_HOME", ".config"), _NAME)


def state_folder(part: str) -> str:
    """Return the folder of what must not travel with data of the user: the last checkpoints.

    On Linux it lies in ``$XDG_STATE_HOME``, by default ``~/.local/state``.

    Args:
        part: Name of the kind.

    Raises:
        UsageError: The system knows no home of the user.
    """
    if sys.platform in {"darwin", "win32"}:
        return os.path.join(click.get_app_dir(_NAME), "state", part)
    return os.path.join(_xdg("XDG_STATE_HOME", ".local/state"), _NAME, part)


def _xdg(variable: str, default: str) -> str:
    value = os.environ.get(variable, "")
    return value if os.path.isabs(value) else os.path.join(_home(), default)


def _home() -> str:
    """Return the home of the user: ``HOME`` if it is absolute, else that of the system."""
    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    import pwd  # not on Windows; needed only here

    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        home = ""
    if not os.path.isabs(home):
        raise click.UsageError("the user has no home folder; name the folder, or set HOME")
    return home
