"""``iscc trust``: each kind of thing that can be trusted, and alarms."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.trust.golden import VECTORS

from iscckit.cli.main import main

DID = f"did:key:{VECTORS['alice_pub']}"


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    return ["--config", str(tmp_path / "config")]


def certificate() -> x509.Certificate:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(9))
    return builder.sign(key, None)


def test_signers_hubs_and_roots(
    tmp_path: Path, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = certificate()
    for name, encoding in (("pem", Encoding.PEM), ("der", Encoding.DER)):
        file = tmp_path / name
        file.write_bytes(root.public_bytes(encoding))
        assert main(["trust", "add", str(file), *config]) == 0
    assert main(["trust", "add", DID, "--name", "Alice", *config]) == 0
    assert main(["trust", "add", VECTORS["vkey"], "--hub-id", "1", *config]) == 0
    capsys.readouterr()
    assert main(["trust", "list", "--json", *config]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["kind"], row["name"]) for row in rows] == [
        ("signer", "Alice"), ("hub", "hub.example/log"), ("root", ""),
    ]  # fmt: skip
    assert (rows[1]["key"], rows[1]["hub_id"]) == (VECTORS["hub_pub"], 1)
    for what in (DID, "hub.example", rows[2]["key"]):
        assert main(["trust", "remove", what, *config]) == 0
        assert main(["trust", "remove", what, *config]) == 3
    capsys.readouterr()
    assert main(["trust", "list", *config]) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_key_is_an_alarm_that_names_the_way_out(
    config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trust", "add", DID, "--name", "Alice", *config]) == 0
    capsys.readouterr()
    assert main(["trust", "add", VECTORS["hub_pub"], "--name", "Alice", *config]) == 3
    told = capsys.readouterr().err
    assert VECTORS["alice_pub"] in told
    assert "iscc trust remove Alice" in told


@pytest.mark.parametrize(
    "what",
    [
        "alice",
        "did:web:example.com",
        DID[:-1],
        VECTORS["vkey"].replace("d6", "d7"),
        VECTORS["vkey"].replace("hub.", "hab."),
        VECTORS["vkey"][:-4],
        "hub.example/log+d6fbbafb",
        "+d6fbbafb+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    ],
)
def test_what_is_not_a_key_is_refused(
    config: list[str], capsys: pytest.CaptureFixture[str], what: str
) -> None:
    assert main(["trust", "add", what, *config]) == 2
    assert capsys.readouterr().err.startswith("iscc: ")


def test_a_file_that_is_not_a_certificate_is_refused(
    tmp_path: Path, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    assert main(["trust", "add", str(file), *config]) == 1
    assert "not a certificate" in capsys.readouterr().err
