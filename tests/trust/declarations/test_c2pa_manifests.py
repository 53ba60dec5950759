"""A picture that is signed here, with a certificate of an authority that is made here."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image
from tests.trust.declarations.test_c2pa_binding import VALUE

from iscckit.codec.unit import Unit
from iscckit.errors import UnsupportedMedia
from iscckit.trust.declarations.c2pa_binding import decode_binding, refuse_text_values
from iscckit.trust.declarations.c2pa_manifests import find_manifest, read_manifest

Key = ec.EllipticCurvePrivateKey
Sign = Callable[[], object]  # makes a signer; each signs once
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"


def certify(subject: str, key: Key, issuer: str, by: Key, authority: bool) -> bytes:
    def name(text: str) -> x509.Name:
        organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Press")
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text), organization])

    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + datetime.timedelta(days=36500))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if not authority:
        email = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(email, critical=False)
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def signer() -> Sign:
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain = certify("Ann", leaf, "Root", root, False) + certify("Root", root, "Root", root, True)
    key = leaf.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return lambda: c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    )


def sign(path: Path, signer: Sign, *assertions: dict[str, Any]) -> bytes:
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE}
    manifest = {
        "claim_generator_info": [{"name": "tests", "version": "1"}],
        "format": "image/png",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}, *assertions],
    }
    plain, signed = io.BytesIO(), io.BytesIO()
    Image.linear_gradient("L").save(plain, "png")
    plain.seek(0)
    with c2pa.Builder(manifest) as builder:
        store = builder.sign(signer(), "image/png", plain, signed)
    path.write_bytes(signed.getvalue())
    return bytes(store)


MINING = {
    "label": "cawg.training-mining",
    "data": {
        "entries": {
            "cawg.ai_generative_training": {"use": "notAllowed"},
            "cawg.ai_inference": {"use": "allowed"},
        }
    },
}


def test_the_assertion_of_a_signed_picture_is_read(tmp_path: Path, signer: Sign) -> None:
    path = tmp_path / "signed.png"
    sign(path, signer, MINING)
    found = read_manifest(str(path))
    assert found is not None
    assert (found.state, found.issuer) == ("valid", "Test Press")
    assert found.reservations.said() == {"train-generative": "reserved", "inference": "open"}


def test_a_changed_picture_opens_nothing(tmp_path: Path, signer: Sign) -> None:
    path = tmp_path / "signed.png"
    sign(path, signer, MINING)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"IDAT") + 20] ^= 1
    path.write_bytes(data)
    found = read_manifest(str(path))
    assert found is not None
    assert found.state == "invalid"
    assert found.reservations.said() == {"train-generative": "reserved"}


def test_files_without_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.linear_gradient("L").save(path)
    assert read_manifest(str(path)) is None
    text = tmp_path / "a.txt"
    text.write_text("words")
    assert read_manifest(str(text)) is None


@pytest.mark.parametrize("form", ["text", "array"])
def test_a_soft_binding_given_as_json_is_no_byte_string(
    tmp_path: Path, signer: Sign, form: str
) -> None:
    units: list[str | Unit] = [*decode_binding(VALUE)]
    data = b"".join(unit.data for unit in decode_binding(VALUE))
    value = VALUE if form == "text" else list(data)
    block: dict[str, object] = {"scope": {}, "value": value}
    binding = {"alg": "io.iscc.v0", "blocks": [block]}
    path = tmp_path / "bound.png"
    store = sign(path, signer, {"label": "c2pa.soft-binding", "data": binding})
    with pytest.raises(UnsupportedMedia, match="c2pa-rs issue 2689"):
        refuse_text_values(store, units)
    found = read_manifest(str(path))
    assert found is not None
    assert found.bindings == (VALUE,)


@pytest.mark.parametrize(
    "store",
    [
        "{}",
        '{"active_manifest": "a"}',
        '{"active_manifest": "a", "manifests": {}}',
        '{"active_manifest": 1, "manifests": {"1": {}}}',
        '{"active_manifest": "a", "manifests": []}',
    ],
)
def test_a_store_without_an_active_manifest(store: str) -> None:
    assert find_manifest(json.loads(store)) is None
