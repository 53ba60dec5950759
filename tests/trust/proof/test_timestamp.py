"""Requests and tokens against an authority made by ``openssl``, and both against rfc3161-client."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc3161_client
from cryptography.x509 import load_der_x509_certificate
from tests.trust.authority import (
    Authority,
    Key,
    make_authority,
    make_certificate,
    make_root,
    run_openssl,
    to_der,
)

from iscckit.errors import InvalidInput, IsccError, VerificationFailed
from iscckit.trust.proof import der
from iscckit.trust.proof.timestamp import (
    list_certificates,
    make_request,
    read_token,
    read_unrooted_token,
)

MESSAGE = b"hub.example/log\n3\nkAwhE9uWR84GZ7Wb0be3Wnx6EwHd2u3uQOF1PA7O46A=\n"
NONCE = 0x8123456789ABCDEF
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"


@pytest.fixture(scope="module", params=["rsa", "ec"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Authority:
    key: Key = request.param
    return make_authority(tmp_path_factory.mktemp(key), key)


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return authority.answer(make_request(MESSAGE, NONCE))


def reason_of(token: bytes, roots: list[bytes], message: bytes = MESSAGE) -> str:
    """Return why a token is refused."""
    with pytest.raises(IsccError) as error:
        read_token(token, message, roots, nonce=NONCE)
    return error.value.reason_code


def test_a_token_says_what_its_authority_configured(authority: Authority, token: bytes) -> None:
    before = time.time_ns() // 1000 - 60_000_000
    stamped = read_token(token, MESSAGE, [authority.root], nonce=NONCE)
    assert before < stamped.time_us < before + 120_000_000
    assert stamped.accuracy_us == 1_500_100
    assert stamped.authority == "CN=Test tsa,O=Tests"
    assert stamped.policy == "1.2.3.4.1"
    assert stamped.nonce == NONCE
    assert stamped.departures == ()
    shown = run_openssl("ts", "-reply", "-in", write(authority, token), "-text").decode()
    assert f"Serial number: 0x{stamped.serial:04X}" in shown
    fraction = f"{stamped.time_us % 1_000_000:06}".rstrip("0")
    assert f":{datetime.fromtimestamp(stamped.time_us // 1_000_000, UTC):%S}" in shown
    assert f".{fraction}" in shown


def write(authority: Authority, token: bytes) -> str:
    """Write a token into the folder of its authority."""
    path = authority.folder / "t.tsr"
    path.write_bytes(token)
    return str(path)


def test_openssl_verifies_what_we_verify(
    authority: Authority, token: bytes, tmp_path: Path
) -> None:
    message = tmp_path / "message"
    message.write_bytes(MESSAGE)
    done = run_openssl(
        *("ts", "-verify", "-in", write(authority, token), "-data", str(message)),
        *("-CAfile", str(authority.folder / "root.pem")),
    )
    assert b"Verification: OK" in done


def test_a_request_is_what_openssl_and_the_client_read(tmp_path: Path) -> None:
    query = tmp_path / "r.tsq"
    query.write_bytes(make_request(MESSAGE, NONCE))
    shown = run_openssl("ts", "-query", "-in", str(query), "-text").decode()
    assert "Certificate required: yes" in shown
    assert "Nonce: 0x8123456789ABCDEF" in shown
    assert "Hash Algorithm: sha256" in shown
    (tmp_path / "message").write_bytes(MESSAGE)
    theirs = run_openssl(
        "ts", "-query", "-data", str(tmp_path / "message"), "-sha256", "-cert", "-no_nonce"
    )
    assert make_request(MESSAGE) == theirs


def test_a_token_for_the_request_of_the_client_is_verified(authority: Authority) -> None:
    builder = rfc3161_client.TimestampRequestBuilder().data(MESSAGE)
    request = builder.build()  # SHA-512 by default
    token = authority.answer(request.as_bytes())
    stamped = read_token(token, MESSAGE, [authority.root], nonce=request.nonce)
    assert len(stamped.digest) == 64


def accept_flips(token: bytes, root: bytes, places: Iterable[tuple[int, int]]) -> list[object]:
    """Return the flipped bits (byte, bit) with which a token is still accepted."""
    accepted: list[object] = []
    for position, bit in places:
        changed = bytearray(token)
        changed[position] ^= 1 << bit
        try:
            read_token(bytes(changed), MESSAGE, [root], nonce=NONCE)
        except (InvalidInput, VerificationFailed):
            continue
        accepted.append((position, bit))
    return accepted


def test_a_flipped_bit_in_each_byte_is_refused(authority: Authority, token: bytes) -> None:
    places = ((position, position % 8) for position in range(len(token)))
    assert accept_flips(token, authority.root, places) == []


@pytest.mark.slow
def test_every_flipped_bit_is_refused(authority: Authority, token: bytes) -> None:
    places = ((position, bit) for position in range(len(token)) for bit in range(8))
    assert accept_flips(token, authority.root, places) == []


def test_the_flips_that_the_client_accepts_are_refused(authority: Authority, token: bytes) -> None:
    accepted = []
    root = load_der_x509_certificate(authority.root)
    verifier = rfc3161_client.VerifierBuilder(roots=[root], nonce=NONCE).build()
    for position in range(len(token)):
        changed = bytearray(token)
        changed[position] ^= 1
        try:
            answer = rfc3161_client.decode_timestamp_response(bytes(changed))
            verifier.verify_message(answer, MESSAGE)
        except (ValueError, rfc3161_client.VerificationError):
            continue
        accepted.append((position, 0))
    assert accepted  # the reason of the strict checks; if it goes, they may go
    assert accept_flips(token, authority.root, accepted) == []


def test_every_truncated_token_and_every_appended_byte_is_refused(
    authority: Authority, token: bytes
) -> None:
    for size in range(len(token)):
        with pytest.raises(InvalidInput):
            read_token(token[:size], MESSAGE, [authority.root])
    with pytest.raises(InvalidInput):
        read_token(token + b"\0", MESSAGE, [authority.root])


def test_wrong_root_nonce_and_message_have_their_reasons(
    authority: Authority, token: bytes, tmp_path: Path
) -> None:
    make_root(tmp_path, "ec", "Another Root")
    other = to_der(tmp_path / "root.pem")
    assert reason_of(token, [other]) == "timestamp-root-unknown"
    assert reason_of(token, []) == "timestamp-root-unknown"
    assert reason_of(token, [authority.root], MESSAGE + b" ") == "timestamp-message-differs"
    with pytest.raises(VerificationFailed) as error:
        read_token(token, MESSAGE, [authority.root], nonce=NONCE + 1)
    assert error.value.reason_code == "timestamp-nonce-differs"
    read_token(token, MESSAGE, [other, authority.root])  # one root of many is enough


def test_without_a_root_the_rest_of_the_checks_still_holds(
    authority: Authority, token: bytes
) -> None:
    rooted = read_token(token, MESSAGE, [authority.root], nonce=NONCE)
    assert read_unrooted_token(token, MESSAGE, nonce=NONCE) == rooted
    for position in range(len(token)):
        changed = bytearray(token)
        changed[position] ^= 1
        with pytest.raises((InvalidInput, VerificationFailed)):
            read_unrooted_token(bytes(changed), MESSAGE, nonce=NONCE)


def test_a_root_of_the_same_name_with_another_key_is_unknown(
    authority: Authority, token: bytes, tmp_path: Path
) -> None:
    make_root(tmp_path, "rsa", "Test Root")
    assert reason_of(token, [to_der(tmp_path / "root.pem")]) == "timestamp-root-unknown"


def test_a_token_outlives_the_certificate_of_its_authority(tmp_path: Path) -> None:
    end = datetime.now(UTC) + timedelta(seconds=3)
    authority = make_authority(tmp_path, "ec", end=end)
    token = authority.answer(make_request(MESSAGE))
    while datetime.now(UTC) <= end:
        time.sleep(0.1)
    stamped = read_token(token, MESSAGE, [authority.root])
    assert stamped.valid_until_us < time.time_ns() // 1000


def test_a_certificate_that_had_expired_is_refused(tmp_path: Path) -> None:
    authority = make_authority(tmp_path, "ec", end=datetime(2021, 1, 1, tzinfo=UTC))
    token = authority.answer(make_request(MESSAGE, NONCE))
    with pytest.raises(VerificationFailed) as error:
        read_token(token, MESSAGE, [authority.root])
    assert error.value.facts["check"] == "validity"


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_other_digests_and_the_older_name_of_the_certificate_are_read(
    tmp_path: Path, digest: str
) -> None:
    authority = make_authority(tmp_path, "ec", digest=digest, ess="sha1")
    token = authority.answer(make_request(MESSAGE, NONCE))
    assert read_token(token, MESSAGE, [authority.root], nonce=NONCE).nonce == NONCE


def test_certificates_out_of_order_are_a_departure_not_a_fault(tmp_path: Path) -> None:
    # OpenSSL writes them in the order of its configuration; which one comes first depends on keys.
    found = set()
    for number in range(12):
        authority = make_authority(tmp_path / str(number), "ec", with_chain=True)
        token = authority.answer(make_request(MESSAGE, NONCE))
        assert set(list_certificates(token)) == {authority.root, authority.certificate}
        stamped = read_token(token, MESSAGE, [authority.root], nonce=NONCE)
        found.add(stamped.departures)
        if stamped.departures:
            with pytest.raises(ValueError, match="InvalidSetOrdering"):
                rfc3161_client.decode_timestamp_response(token)
            break
    assert ("certificates-unsorted",) in found


def test_a_flipped_bit_of_a_certificate_that_nothing_needs_changes_no_statement(
    tmp_path: Path,
) -> None:
    authority = make_authority(tmp_path, "ec", with_chain=True)
    token = authority.answer(make_request(MESSAGE, NONCE))
    true = replace(read_token(token, MESSAGE, [authority.root], nonce=NONCE), departures=())
    refused = 0
    for position in range(len(token)):
        changed = bytearray(token)
        changed[position] ^= 1 << position % 8
        try:
            said = read_token(bytes(changed), MESSAGE, [authority.root], nonce=NONCE)
        except (InvalidInput, VerificationFailed):
            refused += 1
            continue
        assert replace(said, departures=()) == true
    assert refused > len(token) - len(authority.root)


def forge(authority: Authority, token: bytes, usage: str) -> bytes:
    """Return a token whose content another certificate of the same root signs."""
    folder = authority.folder
    make_certificate(folder, "other", "ec", usage)
    signed = der.read_element(token).children(der.SEQUENCE)[1].children(der.SEQUENCE)[1]
    content = der.read_element(signed.content).children(der.SEQUENCE)[2].children(der.SEQUENCE)[1]
    (folder / "info").write_bytes(der.read_element(content.content).content)
    cms = run_openssl(
        *("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-econtent_type"),
        *(TST_INFO, "-md", "sha256", "-outform", "DER", "-in", str(folder / "info")),
        *("-signer", str(folder / "other.pem"), "-inkey", str(folder / "other.key")),
    )
    status = der.encode_element(der.SEQUENCE, der.encode_integer(0))
    return der.encode_element(der.SEQUENCE, status, cms)


def test_a_certificate_for_something_else_cannot_stamp(authority: Authority, token: bytes) -> None:
    read_token(forge(authority, token, "critical,timeStamping"), MESSAGE, [authority.root])
    for usage in ("timeStamping", "critical,codeSigning", "critical,timeStamping,codeSigning"):
        with pytest.raises(VerificationFailed) as error:
            read_token(forge(authority, token, usage), MESSAGE, [authority.root])
        assert error.value.facts["check"] == "purpose"


def test_a_root_that_is_not_a_certificate_is_named(authority: Authority, token: bytes) -> None:
    for root in (b"", b"junk", authority.root[:-1], authority.root + b"\0"):
        with pytest.raises(VerificationFailed) as error:
            read_token(token, MESSAGE, [root])
        assert error.value.facts["check"] == "certificate"


def test_a_refusal_says_what_the_authority_said(authority: Authority) -> None:
    request = make_request(MESSAGE).replace(
        der.encode_object_identifier("2.16.840.1.101.3.4.2.1"),
        der.encode_object_identifier("2.16.840.1.101.3.4.2.4"),  # SHA-224, which it does not take
    )
    with pytest.raises(VerificationFailed, match="refused") as error:
        read_token(authority.answer(request), MESSAGE, [authority.root])
    assert error.value.reason_code == "timestamp-refused"


@pytest.mark.parametrize(
    "junk", [b"", b"<html>", b"0\x80\0\0", bytes(100), b"\x30\x03\x02\x01\x00"]
)
def test_what_is_not_a_token_is_malformed(junk: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        read_token(junk, MESSAGE, [])
    assert error.value.reason_code == "malformed-document"
