"""The keys of the user: one file each, sealed under a passphrase, or with a command that signs."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, LibraryError, VerificationFailed
from iscckit.trust.keys.private_files import read_private, write_private
from iscckit.trust.keys.sealing import SALT_BYTES, SEALED_BYTES, seal, unseal
from iscckit.trust.proof.did import ControlledKey
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.proof.multikey import decode_public_key, encode_public_key
from iscckit.trust.proof.strict_json import canonicalize, make_fault, parse_json

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["StoredKey", "add_command", "add_key", "find_key", "list_keys", "rotate_key", "unlock"]

MEDIATYPE: Final = "application/vnd.iscckit.key+json;version=1"

_SUFFIX: Final = ".key.json"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_ROTATED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(?:\.[0-9]{1,4})?")
_MEMBERS: Final = ("mediaType", "publicKey", "controller", "created", "earlier", "command")
_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key in the folder of the user; its secret stays sealed.

    Attributes:
        name: The name that the user gave it; after a rotation with a number at the end.
        public_key: The key, 32 bytes.
        controller: The DID or HTTPS URL that has the key; or None.
        created_us: When it was made, in microseconds since 1970 UTC.
        earlier: The keys that it replaced, with the time since when each is revoked.
        command: The command that signs with it; None if the secret is in the file.
    """

    name: str
    public_key: bytes
    controller: str | None
    created_us: int
    earlier: tuple[ControlledKey, ...] = ()
    command: str | None = None


def list_keys(folder: str) -> list[StoredKey]:
    """Return the keys in a folder by name; none if the folder does not exist.

    Raises:
        LibraryError: A file cannot be read, or is not a key.
    """
    try:
        files = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LibraryError(f"{folder}: cannot be read: {error.strerror or error}") from error
    names = [each.removesuffix(_SUFFIX) for each in files if each.endswith(_SUFFIX)]
    return [find_key(folder, name) for name in sorted(names) if _ROTATED.fullmatch(name)]


def find_key(folder: str, name: str) -> StoredKey:
    """Return a key by its name.

    Raises:
        InvalidInput: The name cannot be that of a key.
        LibraryError: There is no such key (``key-missing``), or its file is not what it was.
    """
    return _read(folder, name)[0]


def add_key(folder: str, key: StoredKey, secret: bytes, passphrase: str) -> None:
    """Store a new key under its name; an existing one is never replaced.

    Args:
        folder: The folder of the keys, which is made if need be.
        key: The key.
        secret: Its secret key, 32 bytes. It is written sealed only.
        passphrase: What unseals it.

    Raises:
        InvalidInput: The name is taken or not allowed, the passphrase is empty, or the secret key
            is that of another key.
        LibraryError: The file cannot be written.
    """
    if not _NAME.fullmatch(key.name):
        raise InvalidInput(f"{key.name!r}: a name has letters, digits, - and _, at most 64")
    _write(folder, key, _seal_key(key, secret, passphrase))


def add_command(folder: str, key: StoredKey) -> None:
    """Store a key whose secret is elsewhere: in hardware, or with an agent.

    Raises:
        InvalidInput: The name is taken or not allowed, or the key has no command.
        LibraryError: The file cannot be written.
    """
    if not _NAME.fullmatch(key.name) or not key.command:
        raise InvalidInput(f"{key.name!r}: a name has letters, digits, - and _, at most 64")
    _write(folder, key, _header(key))


def unlock(folder: str, name: str, passphrase: str) -> bytes:
    """Return the secret key, 32 bytes.

    Raises:
        InvalidInput: The passphrase is empty, or a command signs with the key.
        LibraryError: There is no such key, or its file is not what it was.
        VerificationFailed: The passphrase is wrong (``passphrase-wrong``).
    """
    key, document = _read(folder, name)
    if key.command is not None:
        raise InvalidInput(f"{name}: the secret of this key is not here, a command signs")
    try:
        salt, sealed = (b64decode(str(document.get(each, ""))) for each in ("salt", "sealed"))
    except ValueError:
        raise _make_damage(folder, name) from None
    if len(salt) != SALT_BYTES or len(sealed) != SEALED_BYTES:
        raise _make_damage(folder, name)
    secret = unseal(salt, sealed, passphrase, canonicalize(_header(key)))
    if derive_public_key(secret) != key.public_key:
        raise _make_damage(folder, name)
    return secret


def rotate_key(folder: str, name: str, secret: bytes, passphrase: str, now_us: int) -> StoredKey:
    """Replace a key by a new one, and keep the old one under a name with a number.

    The old key is still needed: only it can withdraw what it declared.

    Args:
        folder: The folder of the keys.
        name: The key to be replaced.
        secret: The new secret key, 32 bytes.
        passphrase: That of the old key; the new one gets it, too.
        now_us: Since when the old key is revoked, in microseconds since 1970 UTC.

    Returns:
        The new key, which has the old ones in ``earlier``.

    Raises:
        InvalidInput: The key was replaced already, or a command signs with it.
        LibraryError: There is no such key, or a file cannot be written.
        VerificationFailed: The passphrase is wrong (``passphrase-wrong``).
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{name!r} is not the name of a current key")
    old_secret = unlock(folder, name, passphrase)
    old = find_key(folder, name)
    kept = replace(old, name=f"{name}.{len(old.earlier) + 1}")
    earlier = (ControlledKey(old.public_key, now_us), *old.earlier)
    new = StoredKey(name, derive_public_key(secret), old.controller, now_us, earlier)
    document = _seal_key(new, secret, passphrase)
    if not _is_kept(folder, kept):
        _write(folder, kept, _seal_key(kept, old_secret, passphrase))
    _write(folder, new, document, replace_file=True)
    return new


def _is_kept(folder: str, key: StoredKey) -> bool:
    """Say whether a rotation that was broken off has kept the old key already."""
    try:
        return find_key(folder, key.name).public_key == key.public_key
    except LibraryError:
        return False


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, name + _SUFFIX)


def _header(key: StoredKey) -> dict[str, JsonValue]:
    """Return what the file says openly; the seal covers it."""
    earlier: list[JsonValue] = [
        {"publicKey": encode_public_key(each.public_key), "revoked": each.revoked_us}
        for each in key.earlier
    ]
    return {
        "mediaType": MEDIATYPE,
        "publicKey": encode_public_key(key.public_key),
        "controller": key.controller,
        "created": key.created_us,
        "earlier": earlier,
        "command": key.command,
    }


def _seal_key(key: StoredKey, secret: bytes, passphrase: str) -> dict[str, JsonValue]:
    if derive_public_key(secret) != key.public_key:
        raise InvalidInput("the secret key is that of another public key")
    header = _header(key)
    salt, sealed = seal(secret, passphrase, canonicalize(header))
    texts = {"salt": salt, "sealed": sealed}
    return header | {name: b64encode(data).decode("ascii") for name, data in texts.items()}


def _write(
    folder: str, key: StoredKey, document: Mapping[str, JsonValue], *, replace_file: bool = False
) -> None:
    path = _path(folder, key.name)
    if not write_private(path, canonicalize(document) + b"\n", replace=replace_file):
        raise InvalidInput(f"{key.name}: a key has this name", reason_code="key-exists", path=path)


def _read(folder: str, name: str) -> tuple[StoredKey, dict[str, JsonValue]]:
    if not _ROTATED.fullmatch(name):
        raise InvalidInput(f"{name!r} cannot be the name of a key")
    data = read_private(_path(folder, name))
    if data is None:
        raise LibraryError(
            f"{name}: there is no such key", reason_code="key-missing", key=name, folder=folder
        )
    try:
        document = parse_json(data, limit=_MAX_BYTES)
        if not isinstance(document, dict) or document.get("mediaType") != MEDIATYPE:
            raise make_fault("is not a key")
        key = _parse(name, document)
        if _header(key) != {each: document[each] for each in _MEMBERS}:
            raise make_fault("is not a key")
    except (InvalidInput, VerificationFailed, KeyError, TypeError, ValueError):
        raise _make_damage(folder, name) from None
    return key, document


def _parse(name: str, document: Mapping[str, JsonValue]) -> StoredKey:
    controller, command, created = (document[each] for each in ("controller", "command", "created"))
    earlier = document["earlier"]
    if not isinstance(created, int) or not isinstance(earlier, list):
        raise make_fault("is not a key")
    keys = tuple(
        ControlledKey(decode_public_key(str(each["publicKey"])), int(str(each["revoked"])))
        for each in earlier
        if isinstance(each, dict)
    )
    public_key = decode_public_key(str(document["publicKey"]))
    where = None if controller is None else str(controller)
    return StoredKey(
        name, public_key, where, created, keys, None if command is None else str(command)
    )


def _make_damage(folder: str, name: str) -> LibraryError:
    return LibraryError(f"{_path(folder, name)}: is damaged, or not a key of this version")
