"""Options of commands that sign: which key, and the passphrase by prompt or file."""

from __future__ import annotations

import os
import sys
from typing import Final

import click

from iscckit.cli.user_folders import config_folder
from iscckit.errors import UnreadableFile
from iscckit.trust.keys.keystore import StoredKey, find_key, list_keys
from iscckit.trust.keys.signer import Signer, open_signer

__all__ = [
    "choose_key",
    "choose_signer",
    "config_option",
    "default_config",
    "keys_folder",
    "passphrase_option",
    "read_passphrase",
]

_LONGEST: Final = 4096  # bytes of a passphrase

config_option = click.option(
    "--config",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Folder of keys and trust; by default one for each user.",
)
passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="File with the passphrase in its first line; without it, it is asked for.",
)


def default_config(config: str | None) -> str:
    """Return the configuration folder, by default that of the user."""
    return config or config_folder()


def keys_folder(config: str | None) -> str:
    """Return the folder of the keys."""
    return os.path.join(default_config(config), "keys")


def read_passphrase(file: str | None, *, confirm: bool = False) -> str:
    """Return the passphrase from a file, or from the terminal.

    Args:
        file: The file, ``-`` for standard input; None asks.
        confirm: Whether a new passphrase is asked for twice.

    Raises:
        UsageError: There is no file and no terminal, or the passphrase is empty.
        UnreadableFile: The file cannot be read.
    """
    if file is None:
        if not sys.stdin.isatty():
            raise click.UsageError("no terminal to ask for the passphrase; name --passphrase-file")
        asked: str = click.prompt(
            "Passphrase", hide_input=True, confirmation_prompt=confirm, err=True
        )
        return asked
    try:
        with click.open_file(file, "rb") as stream:
            data: bytes = stream.read(_LONGEST)
        line = data.split(b"\n")[0].removesuffix(b"\r").decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file, f"is not a file with a passphrase: {error}") from None
    if not line:
        raise click.UsageError(f"{file}: the first line, which is the passphrase, is empty")
    return line


def choose_key(folder: str, name: str | None) -> StoredKey:
    """Return the key of a name, or the only current one.

    Raises:
        UsageError: There are several, and none is named.
        LibraryError: There is no such key (``key-missing``).
    """
    if name is None:
        current = [key for key in list_keys(folder) if "." not in key.name]
        if len(current) > 1:
            raise click.UsageError("there are several keys; name one with --key")
        name = current[0].name if current else "default"
    return find_key(folder, name)


def choose_signer(folder: str, name: str | None, passphrase_file: str | None) -> Signer:
    """Return the signer of a key, whose passphrase is read or asked for if it has one.

    Raises:
        UsageError: As for ``choose_key`` and ``read_passphrase``.
        LibraryError: There is no such key (``key-missing``).
        VerificationFailed: The passphrase is wrong (``passphrase-wrong``).
    """
    key = choose_key(folder, name)
    passphrase = "" if key.command is not None else read_passphrase(passphrase_file)
    return open_signer(folder, key, passphrase)
