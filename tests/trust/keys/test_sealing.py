"""Sealed secrets: opened by their passphrase and nothing else."""

import pytest

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.keys.sealing import SALT_BYTES, SEALED_BYTES, seal, unseal

SECRET = bytes(range(32))


def test_a_secret_is_sealed_and_opened() -> None:
    salt, sealed = seal(SECRET, "päss", b"header")
    assert (len(salt), len(sealed)) == (SALT_BYTES, SEALED_BYTES)
    assert SECRET not in sealed
    assert unseal(salt, sealed, "päss", b"header") == SECRET
    assert seal(SECRET, "päss", b"header") != (salt, sealed)


def test_any_change_keeps_it_shut() -> None:
    salt, sealed = seal(SECRET, "pass", b"header")
    damaged = bytes([sealed[0] ^ 1]) + sealed[1:]
    for arguments in (
        (salt, sealed, "Pass", b"header"),
        (salt, sealed, "pass", b"Header"),
        (salt, damaged, "pass", b"header"),
        (salt, sealed[:-1] + bytes([sealed[-1] ^ 1]), "pass", b"header"),
        (bytes(SALT_BYTES), sealed, "pass", b"header"),
    ):
        with pytest.raises(VerificationFailed) as caught:
            unseal(*arguments)
        assert caught.value.reason_code == "passphrase-wrong"


def test_an_empty_passphrase_seals_nothing() -> None:
    with pytest.raises(InvalidInput):
        seal(SECRET, "", b"")
