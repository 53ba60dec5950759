"""The structure of timestamp tokens (RFC 3161 in CMS): read strictly, not verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof import der
from iscckit.trust.proof.der import OCTET_STRING, SEQUENCE, SET, Element

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LARGEST_TOKEN", "Token", "parse_token"]

LARGEST_TOKEN: Final = 1 << 16  # bytes; real ones have 2 to 8 KiB
_HASHES: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
_UTF8_STRING: Final = 0x0C
_GENERALIZED_TIME: Final = 0x18
_TIME: Final = re.compile(rb"(\d{14})(?:\.(\d{0,8}[1-9]))?Z")
_GRANTED: Final = 0
_NULL: Final = b"\x05\x00"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its bytes say.

    Attributes:
        content: The signed TSTInfo.
        time_us: Its time in microseconds since 1970.
        accuracy_us: The accuracy of the time in microseconds, or None.
        policy: The policy as numbers with dots.
        serial: The number of the token.
        nonce: The nonce of the request, or None.
        imprint_hash: The name of the hash of the stamped message.
        imprint: The digest of the stamped message.
        certificates: The certificates in it, in DER.
        signer: Issuer in DER and serial number of the certificate that signed.
        digest_hash: The name of the hash of content and signed attributes.
        content_digest: The digest of the content, from the signed attributes.
        certificate_hashes: Hash names and digests of the signer's certificate, from the signed
            attributes; at least one.
        signed: The bytes that the signature covers.
        signature_algorithm: Its object identifier, and its parameters in DER.
        signature: The signature.
        normalized: The token with its certificates in the order of DER.
        departures: Rules that the token breaks outside of what is signed.
    """

    content: bytes
    time_us: int
    accuracy_us: int | None
    policy: str
    serial: int
    nonce: int | None
    imprint_hash: str
    imprint: bytes
    certificates: tuple[bytes, ...]
    signer: tuple[bytes, int]
    digest_hash: str
    content_digest: bytes
    certificate_hashes: tuple[tuple[str, bytes], ...]
    signed: bytes
    signature_algorithm: tuple[str, bytes]
    signature: bytes
    normalized: bytes
    departures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Info:
    """The members of TSTInfo that are used."""

    time_us: int
    accuracy_us: int | None
    policy: str
    serial: int
    nonce: int | None
    imprint_hash: str
    imprint: bytes


@dataclass(frozen=True, slots=True)
class _Signer:
    """The members of SignerInfo."""

    signer: tuple[bytes, int]
    digest_hash: str
    content_digest: bytes
    certificate_hashes: tuple[tuple[str, bytes], ...]
    signed: bytes
    signature_algorithm: tuple[str, bytes]
    signature: bytes


def _fail(reason: str) -> InvalidInput:
    return InvalidInput(
        f"not a timestamp: {reason}", reason_code="malformed-document", field="token"
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise _fail(reason)


def parse_token(token: bytes) -> Token:
    """Read a token (``TimeStampResp``) without verifying its signature.

    Raises:
        InvalidInput: ``token`` is not one, or has members that nothing would protect
            (``malformed-document``).
        VerificationFailed: The authority refused the request (``timestamp-refused``).
    """
    _require(len(token) <= LARGEST_TOKEN, f"more than {LARGEST_TOKEN} bytes")
    signed_data = _open_response(token)
    version, digests, encapsulated, *rest = _at_least(signed_data.children(SEQUENCE), 4)
    _require(version.integer() == 3, "the version of SignedData is not 3")
    kind, wrapped = _exactly(encapsulated.children(SEQUENCE), 2)
    _require(kind.object_identifier() == _TST_INFO, "the signed content is not TSTInfo")
    content = der.read_element(wrapped.expect(0xA0).content).expect(OCTET_STRING).content
    certificates = rest[0].children(0xA0) if len(rest) == 2 else ()
    _require(len(rest) <= 2, "members that no signature covers (revocation lists)")
    (signer_info,) = _exactly(rest[-1].children(SET), 1)
    signer = _read_signer(signer_info)
    (digest,) = _exactly(digests.children(SET), 1)
    _require(_hash_name(digest) == signer.digest_hash, "two digest algorithms")
    info = _read_info(content)
    ordered = der.sort_set(certificates)
    # Both have the same length, so that no header changes.
    before, after = (b"".join(each.raw for each in all_) for all_ in (certificates, ordered))
    return Token(
        content=content,
        certificates=tuple(each.raw for each in certificates),
        normalized=token if before == after else token.replace(before, after, 1),
        departures=() if before == after else ("certificates-unsorted",),
        **{name: getattr(info, name) for name in info.__slots__},
        **{name: getattr(signer, name) for name in signer.__slots__},
    )


def _at_least(elements: tuple[Element, ...], count: int) -> tuple[Element, ...]:
    _require(len(elements) >= count, "a member is missing")
    return elements


def _exactly(elements: tuple[Element, ...], count: int) -> tuple[Element, ...]:
    _require(len(elements) == count, f"{len(elements)} members where {count} belong")
    return elements


def _open_response(token: bytes) -> Element:
    """Return the SignedData of an answer that grants the request."""
    status, *rest = _at_least(der.read_element(token).children(SEQUENCE), 1)
    number, *texts = _at_least(status.children(SEQUENCE), 1)
    if number.integer() != _GRANTED:
        said = [
            each.content.decode("utf-8", "replace")[:200]
            for text in texts
            if text.tag == SEQUENCE
            for each in text.children(SEQUENCE)
        ]
        raise VerificationFailed(
            f"the timestamp authority refused: {'; '.join(said) or number.integer()}",
            reason_code="timestamp-refused",
        )
    _require(len(texts) <= 1, "a reason to refuse beside the permission")
    for each in (part for text in texts for part in text.children(SEQUENCE)):
        each.expect(_UTF8_STRING)
    _require(len(rest) == 1, "no token")
    kind, wrapped = _exactly(rest[0].children(SEQUENCE), 2)
    _require(kind.object_identifier() == _SIGNED_DATA, "not SignedData")
    return der.read_element(wrapped.expect(0xA0).content)


def _algorithm(element: Element) -> tuple[str, bytes]:
    name, *parameters = _at_least(element.children(SEQUENCE), 1)
    return name.object_identifier(), b"".join(each.raw for each in parameters)


def _hash_name(element: Element) -> str:
    name, parameters = _algorithm(element)
    _require(name in _HASHES and parameters in (b"", _NULL), f"the hash {name} is not accepted")
    return _HASHES[name]


def _read_info(content: bytes) -> _Info:
    """Read TSTInfo."""
    version, policy, imprint, serial, time, *rest = _at_least(
        der.read_element(content).children(SEQUENCE), 5
    )
    _require(version.integer() == 1, "the version of TSTInfo is not 1")
    algorithm, digest = _exactly(imprint.children(SEQUENCE), 2)
    optional = {each.tag: each for each in rest}
    _require(list(optional) == [each.tag for each in rest], "a member that occurs twice")
    _require(set(optional) <= {SEQUENCE, 0x01, 0x02, 0xA0, 0xA1}, "a member of unknown kind")
    accuracy, nonce = optional.get(SEQUENCE), optional.get(0x02)
    return _Info(
        time_us=_read_time(time),
        accuracy_us=None if accuracy is None else _read_accuracy(accuracy),
        policy=policy.object_identifier(),
        serial=serial.integer(),
        nonce=None if nonce is None else nonce.integer(),
        imprint_hash=_hash_name(algorithm),
        imprint=digest.expect(OCTET_STRING).content,
    )


def _read_time(element: Element) -> int:
    """Return a GeneralizedTime in microseconds since 1970, as integers all the way."""
    match = _TIME.fullmatch(element.expect(_GENERALIZED_TIME).content)
    if match is None:
        raise _fail("a time that is not in UTC or not as RFC 3161 says")
    try:
        whole = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise _fail("a time that does not exist") from None
    seconds = int((whole - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return seconds * 1_000_000 + int((match[2] or b"").ljust(6, b"0")[:6] or b"0")


def _read_accuracy(element: Element) -> int:
    """Return the accuracy in microseconds."""
    weights = {0x02: 1_000_000, 0x80: 1_000, 0x81: 1}
    parts = element.children(SEQUENCE)
    _require(all(each.tag in weights for each in parts), "an accuracy of unknown kind")
    _require(len({each.tag for each in parts}) == len(parts), "an accuracy that occurs twice")
    numbers = [der.decode_integer(each.content) for each in parts]
    _require(all(number >= 0 for number in numbers), "an accuracy below zero")
    return sum(weights[each.tag] * number for each, number in zip(parts, numbers, strict=True))


def _read_signer(element: Element) -> _Signer:
    """Read SignerInfo, whose version, algorithm and unsigned attributes nothing signs."""
    members = element.children(SEQUENCE)
    _require(len(members) == 6, "members that no signature covers (unsigned attributes)")
    version, identifier, digest, attributes, algorithm, signature = members
    # Version 3 names the key instead, which neither rfc3161-client reads nor authorities write.
    _require(version.integer() == 1, "the version of SignerInfo is not 1")
    issuer, serial = _exactly(identifier.children(SEQUENCE), 2)
    values = _read_attributes(attributes)
    _require(
        values[_CONTENT_TYPE].object_identifier() == _TST_INFO, "the signed type is not TSTInfo"
    )
    return _Signer(
        signer=(issuer.expect(SEQUENCE).raw, serial.integer()),
        digest_hash=_hash_name(digest),
        content_digest=values[_MESSAGE_DIGEST].expect(OCTET_STRING).content,
        certificate_hashes=_read_certificate_hashes(values),
        # The signature is over the attributes as a SET, not with the tag that they have here.
        signed=der.encode_element(SET, attributes.content),
        signature_algorithm=_algorithm(algorithm),
        signature=signature.expect(OCTET_STRING).content,
    )


def _read_attributes(element: Element) -> Mapping[str, Element]:
    """Return the signed attributes, of which each has one value."""
    found: dict[str, Element] = {}
    for attribute in element.children(0xA0):
        name, values = _exactly(attribute.children(SEQUENCE), 2)
        (found_value,) = _exactly(values.children(SET), 1)
        _require(name.object_identifier() not in found, "a signed attribute that occurs twice")
        found[name.object_identifier()] = found_value
    _require({_CONTENT_TYPE, _MESSAGE_DIGEST} <= set(found), "a signed attribute is missing")
    return found


def _read_certificate_hashes(values: Mapping[str, Element]) -> tuple[tuple[str, bytes], ...]:
    """Return the hashes of the signer's certificate (ESSCertID of RFC 2634, RFC 5035)."""
    found = []
    for name, default in ((_SIGNING_CERTIFICATE, "sha1"), (_SIGNING_CERTIFICATE_V2, "sha256")):
        if name in values:
            first = _at_least(values[name].children(SEQUENCE), 1)[0]
            members = _at_least(_at_least(first.children(SEQUENCE), 1)[0].children(SEQUENCE), 1)
            stated = members[0].tag == SEQUENCE
            kind = _hash_name(members[0]) if stated else default
            digest = _at_least(members[int(stated) :], 1)[0]
            found.append((kind, digest.expect(OCTET_STRING).content))
    _require(bool(found), "the signed attributes do not name the certificate")
    return tuple(found)
