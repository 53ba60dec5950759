"""``iscc key``: make, list, export, import and rotate keys, and write the did.json of a site."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.key_options import (
    config_option,
    default_config,
    keys_folder,
    passphrase_option,
    read_passphrase,
)
from iscckit.cli.terminal import paint, write_line
from iscckit.errors import UnreadableFile
from iscckit.files.atomic import write_whole
from iscckit.trust.keys.keystore import (
    StoredKey,
    add_command,
    add_key,
    find_key,
    list_keys,
    rotate_key,
    unlock,
)
from iscckit.trust.keys.private_files import make_private_folder
from iscckit.trust.keys.signer import make_command_signer
from iscckit.trust.proof.did import ControlledKey, did_key, document_url, make_did_document
from iscckit.trust.proof.ed25519 import SECRET_BYTES, derive_public_key
from iscckit.trust.proof.multikey import (
    decode_public_key,
    decode_secret_key,
    encode_public_key,
    encode_secret_key,
)

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["key"]

_LONGEST: Final = 1024  # bytes of a file with a secret key


@click.group()
def key() -> None:
    """Make and keep the keys that declarations are signed with.

    A key is a file that only you can read, sealed under a passphrase. A secret key is never an
    argument, and never on a disk in the clear.
    """


@key.command("new")
@click.argument("name", default="default")
@click.option("--controller", metavar="DID", help="The did:web or HTTPS address that has the key.")
@passphrase_option
@config_option
def new(name: str, controller: str | None, passphrase_file: str | None, config: str | None) -> int:
    """Make the key NAME, by default called default."""
    if controller is not None:
        document_url(controller)
    passphrase = read_passphrase(passphrase_file, confirm=True)
    _store(config, name, controller, os.urandom(SECRET_BYTES), passphrase)
    return DONE


@key.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_all(config: str | None, as_json: bool) -> int:
    """Print the keys that are here."""
    for each in list_keys(keys_folder(config)):
        if as_json:
            write_line(json.dumps(_as_json(each), ensure_ascii=False))
        else:
            told = [each.name, did_key(each.public_key), each.controller or ""]
            write_line("  ".join(filter(None, told)))
    return DONE


@key.command("export")
@click.argument("name", default="default")
@click.option("--secret", is_flag=True, help="Print the secret key. Who reads it can sign as you.")
@passphrase_option
@config_option
def export(name: str, secret: bool, passphrase_file: str | None, config: str | None) -> int:
    """Print the public key of NAME, or its secret key, as multikey."""
    folder = keys_folder(config)
    stored = find_key(folder, name)
    if secret:
        write_line(encode_secret_key(unlock(folder, name, read_passphrase(passphrase_file))))
    else:
        write_line(encode_public_key(stored.public_key))
    return DONE


@key.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), required=False)
@click.option("--signer", metavar="CMD",
              help="Instead of FILE: a command that signs what it reads.")  # fmt: skip
@click.option("--public-key", metavar="KEY", help="With --signer: its public key as multikey.")
@click.option("--controller", metavar="DID", help="The did:web or HTTPS address that has the key.")
@passphrase_option
@config_option
def import_key(  # noqa: PLR0917 (one argument an option)
    name: str,
    file: str | None,
    signer: str | None,
    public_key: str | None,
    controller: str | None,
    passphrase_file: str | None,
    config: str | None,
) -> int:
    """Store the secret key in FILE, a multikey, as NAME; - reads standard input."""
    if (signer is None) != (public_key is None) or (signer is None) == (file is None):
        raise click.UsageError("give FILE, or --signer together with --public-key")
    if controller is not None:
        document_url(controller)
    if signer is not None and public_key is not None:
        public = decode_public_key(public_key)
        make_command_signer(signer, public, name)
        make_private_folder(default_config(config))
        stored = StoredKey(name, public, controller, _now_us(), command=signer)
        add_command(keys_folder(config), stored)
        _tell("imported", stored)
        return DONE
    secret = decode_secret_key(_read_secret(str(file)))
    passphrase = read_passphrase(passphrase_file, confirm=True)
    _store(config, name, controller, secret, passphrase)
    return DONE


@key.command("rotate")
@click.argument("name", default="default")
@passphrase_option
@config_option
def rotate(name: str, passphrase_file: str | None, config: str | None) -> int:
    """Replace the key NAME by a new one, and keep the old one, revoked, as NAME.1.

    What the old key signed in a log before stays verified, if the site of your did:web has the
    document that the command did prints. Only the old key can withdraw what it declared.
    """
    folder = keys_folder(config)
    find_key(folder, name)
    passphrase = read_passphrase(passphrase_file)
    _tell("rotated", rotate_key(folder, name, os.urandom(SECRET_BYTES), passphrase, _now_us()))
    return DONE


@key.command("did")
@click.argument("name", default="default")
@click.option("--controller", metavar="DID", help="Instead of the one that the key has.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write the document to FILE; --force replaces it.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@config_option
def did(
    name: str, controller: str | None, output: str | None, force: bool, config: str | None
) -> int:
    """Print the did.json for your site, with the key NAME and those that it replaced."""
    stored = find_key(keys_folder(config), name)
    subject = controller or stored.controller
    if subject is None:
        subject = did_key(stored.public_key)
    document_url(subject)
    keys = [ControlledKey(stored.public_key), *stored.earlier]
    text = json.dumps(make_did_document(subject, keys), indent=2, ensure_ascii=False)
    if output is None:
        write_line(text)
    else:
        write_whole(output, (text + "\n").encode("utf-8"), force=force)
    return DONE


def _store(
    config: str | None, name: str, controller: str | None, secret: bytes, passphrase: str
) -> None:
    stored = StoredKey(name, derive_public_key(secret), controller, _now_us())
    make_private_folder(default_config(config))
    add_key(keys_folder(config), stored, secret, passphrase)
    _tell("stored", stored)


def _tell(what: str, stored: StoredKey) -> None:
    write_line(f"{paint(what, 'good')}  {stored.name}  {did_key(stored.public_key)}")


def _as_json(stored: StoredKey) -> dict[str, JsonValue]:
    return {
        "name": stored.name,
        "public_key": encode_public_key(stored.public_key),
        "did": did_key(stored.public_key),
        "controller": stored.controller,
        "created_us": stored.created_us,
        "replaced": "." in stored.name,
        "command": stored.command,
    }


def _read_secret(file: str) -> str:
    try:
        with click.open_file(file, "rb") as stream:
            data: bytes = stream.read(_LONGEST)
        return data.decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "is not text"
        raise UnreadableFile(file, f"cannot be read as a secret key: {told}") from None


def _now_us() -> int:
    return time.time_ns() // 1000
