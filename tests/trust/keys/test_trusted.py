"""Trust: what is pinned stays until it is removed, and a changed key is an alarm."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.trust.golden import ALICE_PUBLIC, HUB_PUBLIC, VECTORS

from iscckit.errors import LibraryError, VerificationFailed
from iscckit.trust.keys.trusted import PinnedHub, Trusted, TrustStore

HUB = PinnedHub(HUB_PUBLIC, "hub.example/log", "hub.example", 1)


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    folder = str(tmp_path / "config")
    assert TrustStore.read(folder) == Trusted()
    TrustStore.add_signer(folder, ALICE_PUBLIC, "Alice")
    TrustStore.add_hub(folder, HUB)
    TrustStore.add_root(folder, b"certificate")
    TrustStore.add_root(folder, b"certificate")
    TrustStore.pin_identity(folder, "did:web:example.com", ALICE_PUBLIC)
    assert TrustStore.read(folder) == Trusted(
        {ALICE_PUBLIC: "Alice"},
        {"hub.example/log": HUB},
        (b"certificate",),
        {"did:web:example.com": ALICE_PUBLIC},
    )
    assert (tmp_path / "config" / "trusted.json").stat().st_mode & 0o777 == 0o600


def other_signer(folder: str) -> None:
    TrustStore.add_signer(folder, HUB_PUBLIC, "Alice")


def other_hub(folder: str) -> None:
    TrustStore.add_hub(folder, PinnedHub(ALICE_PUBLIC, "hub.example/log", "hub.example"))


def other_log(folder: str) -> None:
    TrustStore.add_hub(folder, PinnedHub(ALICE_PUBLIC, "hub.example/log2", "hub.example"))


def other_identity(folder: str) -> None:
    TrustStore.pin_identity(folder, "did:web:example.com", HUB_PUBLIC)


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        (other_signer, "Alice"),
        (other_hub, "hub.example/log"),
        (other_log, "hub.example/log"),
        (other_identity, "did:web:example.com"),
    ],
)
def test_a_changed_key_is_an_alarm_until_the_old_one_is_removed(
    tmp_path: Path, change: Callable[[str], None], subject: str
) -> None:
    folder = str(tmp_path)
    TrustStore.add_signer(folder, ALICE_PUBLIC, "Alice")
    TrustStore.add_hub(folder, HUB)
    TrustStore.pin_identity(folder, "did:web:example.com", ALICE_PUBLIC)
    TrustStore.pin_identity(folder, "did:web:example.com", ALICE_PUBLIC)
    before = TrustStore.read(folder)
    with pytest.raises(VerificationFailed) as caught:
        change(folder)
    assert caught.value.reason_code == "key-changed"
    assert caught.value.facts == {"subject": subject}
    assert TrustStore.read(folder) == before
    assert TrustStore.remove(folder, subject)
    change(folder)


@pytest.mark.parametrize(
    "what",
    [
        "Alice", VECTORS["alice_pub"], "hub.example", "hub.example/log", VECTORS["hub_pub"],
        sha256(b"certificate").hexdigest(),
    ],
)  # fmt: skip
def test_each_name_removes_what_it_names(tmp_path: Path, what: str) -> None:
    folder = str(tmp_path)
    TrustStore.add_signer(folder, ALICE_PUBLIC, "Alice")
    TrustStore.add_hub(folder, HUB)
    TrustStore.add_root(folder, b"certificate")
    assert TrustStore.remove(folder, what)
    left = TrustStore.read(folder)
    assert len(left.signers) + len(left.hubs) + len(left.roots) == 2
    assert not TrustStore.remove(folder, what)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"mediaType":"application/vnd.iscckit.trust+json;version=2"}',
        b'{"mediaType":"application/vnd.iscckit.trust+json;version=1"}',
        b'{"mediaType":"application/vnd.iscckit.trust+json;version=1","signers":{"z6Mk":"x"},'
        b'"hubs":[],"roots":[],"identities":{}}',
        b'{"mediaType":"application/vnd.iscckit.trust+json;version=1","signers":{},'
        b'"hubs":[1],"roots":[],"identities":{}}',
        b'{"mediaType":"application/vnd.iscckit.trust+json;version=1","signers":{},'
        b'"hubs":[],"roots":["x"],"identities":{}}',
    ],
)
def test_a_damaged_file_trusts_nobody(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "trusted.json").write_bytes(data)
    with pytest.raises(LibraryError, match="damaged"):
        TrustStore.read(str(tmp_path))
