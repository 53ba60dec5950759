"""Files that are signed here, with a certificate of an authority that is made here."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["MINING", "Sign", "make_signer", "sign_bytes"]

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


def make_signer() -> Sign:
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


def sign_bytes(
    plain: bytes, mediatype: str, signer: Sign, *assertions: dict[str, Any]
) -> tuple[bytes, bytes]:
    """Return a signed file, and its manifest store."""
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE}
    manifest = {
        "claim_generator_info": [{"name": "tests", "version": "1"}],
        "format": mediatype,
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}, *assertions],
    }
    signed = io.BytesIO()
    with c2pa.Builder(manifest) as builder:
        store = builder.sign(signer(), mediatype, io.BytesIO(plain), signed)
    return signed.getvalue(), bytes(store)


MINING = {
    "label": "cawg.training-mining",
    "data": {
        "entries": {
            "cawg.ai_generative_training": {"use": "notAllowed"},
            "cawg.ai_inference": {"use": "allowed"},
        }
    },
}
