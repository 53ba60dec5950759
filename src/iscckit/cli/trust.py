"""``iscc trust``: the signers, hubs and time authorities that the user trusts."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from hashlib import sha256

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.key_options import config_option, default_config
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.trust.keys.trusted import PinnedHub, TrustStore
from iscckit.trust.proof.did import decode_did_key, did_key
from iscckit.trust.proof.ed25519 import PUBLIC_BYTES, check_public_key
from iscckit.trust.proof.multikey import decode_public_key, encode_public_key

__all__ = ["trust"]


@click.group()
def trust() -> None:
    """Say whose signatures, logs and times count.

    A proof that holds shows that nobody changed it. Whether its signer is whom you believe is for
    you to say: pin keys that you got by another way than with the proof.
    """


@trust.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_all(config: str | None, as_json: bool) -> int:
    """Print whom you trust."""
    trusted = TrustStore.read(default_config(config))
    rows: list[dict[str, str | int | None]] = [
        {"kind": "signer", "key": encode_public_key(key), "name": name}
        for key, name in trusted.signers.items()
    ]
    for hub in trusted.hubs.values():
        key = encode_public_key(hub.public_key)
        rows.append({"kind": "hub", "key": key, "name": hub.origin, "hub_id": hub.hub_id})
    for each in trusted.roots:
        rows.append({"kind": "root", "key": sha256(each).hexdigest(), "name": ""})
    for name, public_key in trusted.identities.items():
        rows.append({"kind": "identity", "key": encode_public_key(public_key), "name": name})
    for row in rows:
        if as_json:
            write_line(json.dumps(row, ensure_ascii=False))
        else:
            told = (str(row["kind"]), str(row["key"]), safe(str(row["name"])))
            write_line("  ".join(filter(None, told)))
    return DONE


@trust.command("add")
@click.argument("what")
@click.option("--name", help="A name for the signer; by default its did:key.")
@click.option("--hub-id", type=click.IntRange(0, 4095), help="The number of the hub, if known.")
@config_option
def add(what: str, name: str | None, hub_id: int | None, config: str | None) -> int:
    """Trust WHAT: a did:key or multikey of a signer, the verifier key of a hub's log, or a file.

    A verifier key has the form ORIGIN+ID+KEY, as logs publish it. A file holds the root
    certificate of a time authority, in PEM or DER.

    Exit codes: 0 done, 2 usage, 3 another key is pinned under this name: an alarm.
    """
    folder = default_config(config)
    if os.path.exists(what):
        certificate = _read_certificate(what)
        TrustStore.add_root(folder, certificate)
        told = f"root  {sha256(certificate).hexdigest()}"
    elif "+" in what:
        origin, key = _parse_verifier_key(what)
        hub = PinnedHub(key, origin, origin.partition("/")[0], hub_id)
        TrustStore.add_hub(folder, hub)
        told = f"hub  {encode_public_key(key)}  {origin}"
    else:
        key = decode_did_key(what) if what.startswith("did:") else decode_public_key(what)
        TrustStore.add_signer(folder, key, name or did_key(key))
        told = f"signer  {encode_public_key(key)}"
    write_line(f"{paint('trusted', 'good')}  {safe(told)}")
    return DONE


@trust.command("remove")
@click.argument("what")
@config_option
def remove(what: str, config: str | None) -> int:
    """Trust WHAT no longer: a key, a name, the log or domain of a hub, or a SHA-256 of a root.

    Exit codes: 0 done, 3 nothing of this name was trusted.
    """
    wanted = what.removeprefix("did:key:")
    folder = default_config(config)
    if not (TrustStore.remove(folder, what) or TrustStore.remove(folder, wanted)):
        report(f"{safe(what)}: nothing of this name is trusted")
        return DIFFERENT
    write_line(f"{paint('removed', 'good')}  {safe(what)}")
    return DONE


def _parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Return the origin and the key of a verifier key.

    Raises:
        InvalidInput: The text is not one of Ed25519, or its id is not that of the key.
        VerificationFailed: The key is weak.
    """
    fault = InvalidInput(f"{text!r} is not the verifier key of a log")
    origin, first, rest = text.partition("+")
    number, second, encoded = rest.partition("+")
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        raise fault from None
    wanted = sha256(origin.encode() + b"\n" + data).hexdigest()[:8]
    exact = b64encode(data).decode() == encoded and number == wanted
    if not (origin and first and second and exact) or data[:1] != b"\x01":
        raise fault
    if len(data) != 1 + PUBLIC_BYTES:
        raise fault
    check_public_key(data[1:])
    return origin, data[1:]


def _read_certificate(path: str) -> bytes:
    """Return a certificate in DER.

    Raises:
        UnreadableFile: The file is not one certificate.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        with open(path, "rb") as file:
            data = file.read(1 << 20)
        load = (
            x509.load_pem_x509_certificate if b"-----" in data else x509.load_der_x509_certificate
        )
        return load(data).public_bytes(Encoding.DER)
    except (OSError, ValueError) as error:
        raise UnreadableFile(path, f"is not a certificate: {error}") from None
