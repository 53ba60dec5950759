"""The folder of keys: what is in it, what never is, and how keys follow each other."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.trust.golden import ALICE, ALICE_MULTIKEY, ALICE_PUBLIC

from iscckit.errors import InvalidInput, LibraryError, VerificationFailed
from iscckit.trust.keys.keystore import (
    StoredKey,
    add_command,
    add_key,
    find_key,
    list_keys,
    rotate_key,
    unlock,
)
from iscckit.trust.proof.did import ControlledKey
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.proof.multikey import encode_secret_key

KEY = StoredKey("work", ALICE_PUBLIC, "did:web:example.com", 1_750_000_000_000_000)
NEXT = bytes(range(32))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("filled") / "keys"
    add_key(str(place), KEY, ALICE, "pass")  # once: scrypt takes its time
    return place


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(filled, tmp_path / "keys"))


def test_a_key_is_found_listed_and_unlocked(folder: str) -> None:
    assert find_key(folder, "work") == KEY
    assert list_keys(folder) == [KEY]
    assert unlock(folder, "work", "pass") == ALICE
    assert list_keys(folder + "-gone") == []


def test_no_secret_is_on_the_disk_in_any_spelling(folder: str) -> None:
    rotate_key(folder, "work", NEXT, "pass", 1)
    data = b"".join(path.read_bytes() for path in Path(folder).iterdir())
    assert not re.search(rb"z3u2", data)
    for secret in (ALICE, NEXT):
        for text in (secret, secret.hex().encode(), encode_secret_key(secret).encode()):
            assert text not in data
    assert ALICE_MULTIKEY.encode() not in data


def test_a_wrong_passphrase_and_a_missing_key_are_told_apart(folder: str) -> None:
    with pytest.raises(VerificationFailed) as wrong:
        unlock(folder, "work", "other")
    assert wrong.value.reason_code == "passphrase-wrong"
    with pytest.raises(LibraryError) as missing:
        unlock(folder, "home", "pass")
    assert missing.value.facts == {"key": "home", "folder": folder}


def test_a_key_is_never_replaced_by_another(folder: str) -> None:
    other = StoredKey("work", derive_public_key(NEXT), None, 0)
    with pytest.raises(InvalidInput) as caught:
        add_key(folder, other, NEXT, "pass")
    assert caught.value.reason_code == "key-exists"
    assert unlock(folder, "work", "pass") == ALICE


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "a.1", "a b", "ä", 65 * "a", "a\n"])
def test_a_name_stays_in_the_folder(folder: str, name: str) -> None:
    with pytest.raises(InvalidInput):
        add_key(folder, replace(KEY, name=name), ALICE, "pass")
    if name != "a.1":
        with pytest.raises(InvalidInput):
            find_key(folder, name)


def test_the_secret_must_be_that_of_the_key(folder: str) -> None:
    with pytest.raises(InvalidInput):
        add_key(folder, replace(KEY, name="x"), NEXT, "pass")
    with pytest.raises(InvalidInput):
        add_key(folder, replace(KEY, name="x"), ALICE, "")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("mediaType", "x"),
        ("publicKey", "z6Mk"),
        ("publicKey", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"),
        ("controller", "did:web:evil.example"),
        ("created", "x"),
        ("earlier", [1]),
        ("earlier", None),
        ("salt", "AAAA"),
        ("salt", "A"),
        ("sealed", "é"),
        ("sealed", 80 * "A"),
    ],
)
def test_a_changed_file_opens_nothing(folder: str, member: str, value: object) -> None:
    path = Path(folder, "work.key.json")
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps(document | {member: value}), encoding="utf-8")
    with pytest.raises((LibraryError, VerificationFailed)):
        unlock(folder, "work", "pass")
    path.write_bytes(b"{")
    with pytest.raises(LibraryError, match="damaged"):
        list_keys(folder)


@pytest.mark.slow
def test_a_rotated_key_is_kept_and_named_as_revoked(folder: str) -> None:
    first = rotate_key(folder, "work", NEXT, "pass", 5)
    assert first.earlier == (ControlledKey(ALICE_PUBLIC, 5),)
    assert first.controller == "did:web:example.com"
    second = rotate_key(folder, "work", bytes(32), "pass", 9)
    assert second.earlier == (ControlledKey(derive_public_key(NEXT), 9), *first.earlier)
    assert [key.name for key in list_keys(folder)] == ["work", "work.1", "work.2"]
    assert unlock(folder, "work.2", "pass") == NEXT
    with pytest.raises(InvalidInput):
        rotate_key(folder, "work.1", NEXT, "pass", 9)


@pytest.mark.slow
def test_a_rotation_needs_the_passphrase_and_goes_on_after_a_break(folder: str) -> None:
    with pytest.raises(VerificationFailed):
        rotate_key(folder, "work", NEXT, "other", 5)
    assert list_keys(folder) == [KEY]
    before = Path(folder, "work.key.json").read_bytes()
    rotate_key(folder, "work", NEXT, "pass", 5)
    Path(folder, "work.key.json").write_bytes(before)  # as if it broke off between two files
    assert rotate_key(folder, "work", bytes(32), "pass", 6).earlier[0].revoked_us == 6
    assert unlock(folder, "work.1", "pass") == ALICE


def test_a_command_needs_no_secret(folder: str) -> None:
    key = StoredKey("token", ALICE_PUBLIC, None, 0, command="sign --slot 1")
    add_command(folder, key)
    assert find_key(folder, "token") == key
    with pytest.raises(InvalidInput):
        unlock(folder, "token", "pass")
    with pytest.raises(InvalidInput):
        add_command(folder, replace(KEY, name="other"))
