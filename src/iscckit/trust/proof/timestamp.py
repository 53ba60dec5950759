"""Timestamps of RFC 3161: requests, and strict verification of tokens.

A token is the whole ``TimeStampResp``, the content of a file ``.tsr``. CMS signs neither the
versions of its structures nor the name of the signature algorithm, and CMS verifiers accept tokens
in which those are changed. Here every member of a token is either covered by the signature or
compared with the one value that it may have.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, IsccError, MissingDependency, VerificationFailed
from iscckit.trust.proof import der
from iscckit.trust.proof.timestamp_token import parse_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.x509 import Certificate

    from iscckit.trust.proof.timestamp_token import Token

__all__ = ["Stamped", "list_certificates", "make_request", "read_token", "read_unrooted_token"]

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_RSA: Final = "1.2.840.113549.1.1.1"
_RSA_WITH: Final = {"sha256": 11, "sha384": 12, "sha512": 13}  # below 1.2.840.113549.1.1
_ECDSA_WITH: Final = {"sha256": 2, "sha384": 3, "sha512": 4}  # below 1.2.840.10045.4.3
_NULL: Final = b"\x05\x00"
_TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a verified token says.

    Attributes:
        time_us: When the digest existed at the latest, in microseconds since 1970, without the
            accuracy.
        accuracy_us: By how much the clock of the authority may be wrong, in microseconds; None if
            the token does not say so.
        authority: The subject of the authority's certificate (RFC 4514).
        policy: The object identifier of the policy by which the token was issued.
        serial: The number of the token.
        digest: The digest that was stamped.
        nonce: The nonce of the request, or None.
        valid_until_us: When the certificate of the authority expires, in microseconds since 1970.
        departures: Rules of DER that the token breaks outside of what is signed:
            ``certificates-unsorted`` (OpenSSL 3.0 writes such tokens).
    """

    time_us: int
    accuracy_us: int | None
    authority: str
    policy: str
    serial: int
    digest: bytes
    nonce: int | None
    valid_until_us: int
    departures: tuple[str, ...]


def make_request(message: bytes, nonce: int | None = None) -> bytes:
    """Return a request for a token over the SHA-256 of ``message``, in DER.

    The request asks for the certificate of the authority.

    Args:
        message: The bytes to be stamped, for example the text of a checkpoint.
        nonce: A random number of 64 bits; the token repeats it.
    """
    algorithm = der.encode_element(der.SEQUENCE, der.encode_object_identifier(_SHA256), _NULL)
    digest = der.encode_element(der.OCTET_STRING, hashlib.sha256(message).digest())
    return der.encode_element(
        der.SEQUENCE,
        der.encode_integer(1),
        der.encode_element(der.SEQUENCE, algorithm, digest),
        b"" if nonce is None else der.encode_integer(nonce),
        der.encode_element(der.BOOLEAN, b"\xff"),
    )


def list_certificates(token: bytes) -> tuple[bytes, ...]:
    """Return the certificates that travel in a token, in DER. They are not verified.

    Raises:
        InvalidInput: ``token`` is not a token (``malformed-document``).
        VerificationFailed: The authority refused the request (``timestamp-refused``).
    """
    return parse_token(token).certificates


def read_token(
    token: bytes, message: bytes, roots: Sequence[bytes], *, nonce: int | None = None
) -> Stamped:
    """Verify a token over ``message``.

    The certificate of the authority must have been valid at the time of the token, not today: a
    token outlives the certificate.

    Args:
        token: The answer of the authority (``TimeStampResp``) in DER.
        message: The bytes that were stamped.
        roots: Certificates in DER to one of which the chain must lead.
        nonce: The nonce of the request, where it is known.

    Raises:
        InvalidInput: ``token`` is not a token, or has a member that no signature covers and no rule
            fixes (``malformed-document``).
        VerificationFailed: The authority refused (``timestamp-refused``); the token is over another
            message (``timestamp-message-differs``) or answers another request
            (``timestamp-nonce-differs``); the signature or what belongs to it does not hold
            (``timestamp-invalid``, the fact ``check`` says what); no chain leads to ``roots``
            (``timestamp-root-unknown``).
        MissingDependency: rfc3161-client is not installed.

    Source:
        RFC 3161 section 2.4.2, RFC 5652 section 5, RFC 5816.
    """
    parsed = parse_token(token)
    with _name_faults():
        signer = _check_token(parsed, message, nonce)
        _check_chain(parsed, signer, roots)
        return _state(parsed, signer)


def read_unrooted_token(token: bytes, message: bytes, *, nonce: int | None = None) -> Stamped:
    """Verify a token as ``read_token`` does, but not whose authority it is.

    The result shows that the token is whole and over ``message``. It shows no time: anybody can
    make a certificate and stamp with it.

    Args:
        token: The answer of the authority (``TimeStampResp``) in DER.
        message: The bytes that were stamped.
        nonce: The nonce of the request, where it is known.

    Raises:
        InvalidInput: As for ``read_token``.
        VerificationFailed: As for ``read_token``, without ``timestamp-root-unknown``.
    """
    parsed = parse_token(token)
    with _name_faults():
        return _state(parsed, _check_token(parsed, message, nonce))


def _check_token(token: Token, message: bytes, nonce: int | None) -> Certificate:
    """Check all but the chain, and return the certificate of the authority."""
    if hashlib.new(token.imprint_hash, message).digest() != token.imprint:
        raise VerificationFailed(
            "the timestamp is of other bytes", reason_code="timestamp-message-differs"
        )
    if nonce is not None and token.nonce != nonce:
        raise VerificationFailed(
            "the timestamp answers another request: its nonce differs",
            reason_code="timestamp-nonce-differs",
        )
    signer = _find_signer(token)
    _check_certificate(token, signer)
    _check_signature(token, signer)
    return signer


def _state(token: Token, signer: Certificate) -> Stamped:
    return Stamped(
        token.time_us,
        token.accuracy_us,
        signer.subject.rfc4514_string(),
        token.policy,
        token.serial,
        token.imprint,
        token.nonce,
        int(signer.not_valid_after_utc.timestamp()) * 1_000_000,
        token.departures,
    )


def _fail(check: str, reason: str) -> VerificationFailed:
    return VerificationFailed(
        f"the timestamp does not hold: {reason}", reason_code="timestamp-invalid", check=check
    )


@contextmanager
def _name_faults() -> Iterator[None]:
    """Turn what cryptography says of malformed certificates into an error with a reason.

    It reads a certificate when its parts are asked for, so that a fault may come late.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import DuplicateExtension, InvalidVersion

    try:
        yield
    except IsccError:
        raise
    except (
        *(ValueError, TypeError, OverflowError),
        *(UnsupportedAlgorithm, DuplicateExtension, InvalidVersion),
    ) as error:
        raise _fail("certificate", f"a certificate cannot be read ({error})") from error


def _find_signer(token: Token) -> Certificate:
    """Return the certificate that the signer names and whose hash is signed."""
    from cryptography.x509 import load_der_x509_certificate

    for certificate in token.certificates:
        if not all(
            hashlib.new(name, certificate).digest() == digest
            for name, digest in token.certificate_hashes
        ):
            continue
        loaded = load_der_x509_certificate(certificate)
        if token.signer == (loaded.issuer.public_bytes(), loaded.serial_number):
            return loaded
    raise _fail("certificate", "the certificate of the signer is not in it")


def _check_certificate(token: Token, signer: Certificate) -> None:
    """Check that the certificate is for timestamps only, and was valid at the time."""
    from cryptography import x509

    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        raise _fail("purpose", "its certificate is not for timestamps") from None
    if not usage.critical or [each.dotted_string for each in usage.value] != [_TIME_STAMPING]:
        raise _fail("purpose", "its certificate is not for timestamps only")
    begin, end = signer.not_valid_before_utc, signer.not_valid_after_utc
    if not begin.timestamp() <= token.time_us / 1_000_000 <= end.timestamp():
        raise _fail("validity", "its certificate was not valid at its time")


def _check_signature(token: Token, signer: Certificate) -> None:
    """Check the signature and that its algorithm is that of the key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    name = token.digest_hash
    hashed = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]
    key = signer.public_key()
    if hashlib.new(name, token.content).digest() != token.content_digest:
        raise _fail("digest", "the signed digest is of other content")
    allowed: tuple[tuple[str, bytes], ...] = ()
    if isinstance(key, rsa.RSAPublicKey):
        allowed = ((_RSA, _NULL), (f"1.2.840.113549.1.1.{_RSA_WITH[name]}", _NULL))
    elif isinstance(key, ec.EllipticCurvePublicKey):
        allowed = ((f"1.2.840.10045.4.3.{_ECDSA_WITH[name]}", b""),)
    if token.signature_algorithm not in allowed:
        raise _fail("algorithm", "the signature algorithm is not that of the key")
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(token.signature, token.signed, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(token.signature, token.signed, ec.ECDSA(hashed))
    except InvalidSignature:
        raise _fail("signature", "the signature is not of this key") from None


def _check_chain(token: Token, signer: Certificate, roots: Sequence[bytes]) -> None:
    """Let rfc3161-client verify the token a second time, and the chain at the time of the token."""
    from cryptography.x509 import load_der_x509_certificate

    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError as error:
        raise MissingDependency(
            "rfc3161-client is not installed; timestamps cannot be verified",
            reason_code="package-missing",
            package="rfc3161-client",
        ) from error
    unknown = VerificationFailed(
        f"the timestamp is by an authority without a known root: {signer.issuer.rfc4514_string()}",
        reason_code="timestamp-root-unknown",
        authority=signer.subject.rfc4514_string(),
    )
    if not roots:
        raise unknown
    try:
        answer = decode_timestamp_response(token.normalized)
    except ValueError as error:
        raise InvalidInput(
            f"not a timestamp: {error}", reason_code="malformed-document", field="token"
        ) from error
    verifier = VerifierBuilder(roots=list(map(load_der_x509_certificate, roots))).build()
    try:
        verifier.verify(answer, token.imprint)
    except (VerificationError, ValueError):
        raise unknown from None
