"""Options of commands that open the log of a hub: its key, its pin, and whom it admits."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.key_options import (
    choose_signer,
    config_option,
    keys_folder,
    passphrase_option,
)
from iscckit.cli.user_folders import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from iscckit.trust.log.admission import HubPolicy
    from iscckit.trust.log.hub import Hub
    from iscckit.trust.log.identity import LogIdentity

__all__ = ["find_pin", "log_key_options", "open_hub", "pin_option", "split_logs"]

_FORMS: Final = ("text", "json", "off")

pin_option = click.option(
    "--pin",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="File of the last checkpoint, outside the folder; by default one in the user's state.",
)


def log_key_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a command that opens a log for writing."""
    options = (
        click.option("--key", metavar="NAME", help="Key of the log, as iscc key list has it."),
        passphrase_option,
        config_option,
        pin_option,
        click.option(
            "--allow",
            "allowed",
            multiple=True,
            metavar="KEY",
            help="Public key that may declare, z6Mk…; by default all may.",
        ),
        click.option(
            "--other-realm",
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            help="Log of this hub in the other realm, whose nonces are refused here.",
        ),
        click.option(
            "--resolve",
            "is_online",
            is_flag=True,
            help="Ask the site of a did:web whether it has the key of a note.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def split_logs(given: Sequence[str]) -> tuple[str, str | None]:
    """Return the form of the log of requests, and the folder of the log of a hub or None.

    Raises:
        UsageError: More than one of a kind is given.
    """
    forms = [each for each in given if each in _FORMS]
    folders = [each for each in given if each not in _FORMS]
    if len(forms) > 1 or len(folders) > 1:
        raise click.UsageError("--log takes one of text, json and off, and one folder")
    return (forms[0] if forms else "off"), (folders[0] if folders else None)


def find_pin(given: str | None, identity: LogIdentity) -> str:
    """Return the file of the last checkpoint of a log, by default in the user's state."""
    from iscckit.trust.log.pin import pin_name

    return given or os.path.join(state_folder("logs"), pin_name(identity))


@contextmanager
def open_hub(folder: str, given: Mapping[str, Any]) -> Iterator[Hub]:
    """Open a log as a hub, with the values of ``log_key_options``.

    Raises:
        UsageError: The key is not that of the log.
    """
    from contextlib import closing

    from iscckit.trust.log.hub import Hub
    from iscckit.trust.log.store import LogStore
    from iscckit.trust.log.writer import LogWriter

    with closing(LogStore(folder)) as store:
        identity = store.identity
    signer = choose_signer(keys_folder(given["config"]), given["key"], given["passphrase_file"])
    if signer.public_key != identity.public_key:
        raise click.UsageError(f"{signer.name} is not the key of {identity.origin}; name --key")
    with ExitStack() as stack:
        knows_nonce: Callable[[bytes], bool] = lambda _: False  # noqa: E731
        if given["other_realm"] is not None:
            other = stack.enter_context(closing(LogStore(given["other_realm"])))
            knows_nonce = other.has_nonce
        pin = find_pin(given["pin"], identity)
        writer = stack.enter_context(LogWriter(folder, signer.sign, pin, knows_nonce=knows_nonce))
        yield stack.enter_context(closing(Hub(writer, signer.sign, _make_policy(given))))


def _make_policy(given: Mapping[str, Any]) -> HubPolicy:
    from iscckit.trust.log.admission import HubPolicy, authorize_offline
    from iscckit.trust.proof.multikey import decode_public_key

    keys = frozenset(decode_public_key(each) for each in given["allowed"]) or None
    if not given["is_online"]:
        return HubPolicy(keys=keys, authorize=authorize_offline)
    from iscckit.trust.remote.controller_documents import ControllerDocuments

    documents = ControllerDocuments()
    return HubPolicy(
        keys=keys,
        authorize=lambda controller, key, keyid, when_us: (
            documents.identify(controller, key, keyid, when_us).state
        ),
    )
