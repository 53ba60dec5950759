"""The timestamp tokens of a proof file, each checked with the roots that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from iscckit.errors import IsccError, VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.proof_file import ProofFile
    from iscckit.trust.proof.timestamp import Stamped

__all__ = ["TokenFound", "check_root", "check_tokens"]


@dataclass(frozen=True, slots=True)
class TokenFound:
    """One token whose signature holds.

    Attributes:
        stamped: What it says.
        root: The root that leads to it, in DER.
        pinned: Whether the caller trusts that root; else it travels in the proof.
        covers: How many earlier tokens it covers.
    """

    stamped: Stamped
    root: bytes
    pinned: bool
    covers: int

    @property
    def latest_us(self) -> int:
        """The end of the interval in which the token was made, in microseconds since 1970."""
        return self.stamped.time_us + (self.stamped.accuracy_us or 0)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the token in JSON types."""
        return {
            "authority": self.stamped.authority,
            "time_us": self.stamped.time_us,
            "accuracy_us": self.stamped.accuracy_us,
            "valid_until_us": self.stamped.valid_until_us,
            "root": sha256(self.root).hexdigest(),
            "pinned": self.pinned,
            "covers": self.covers,
        }


def check_tokens(proof: ProofFile, pinned: Sequence[bytes]) -> tuple[TokenFound, ...] | IsccError:
    """Check all tokens of a proof, and that each root that travels with them leads to one.

    Args:
        proof: The proof file.
        pinned: Roots that the caller trusts, in DER.

    Returns:
        What each token says, or the error of the first that does not hold.
    """
    found = []
    used: set[bytes] = set()
    try:
        for root in proof.roots:
            check_root(root)
        for number, token in enumerate(proof.tokens):
            message = proof.find_message(number)
            roots = _find_roots(token.token, message, (*pinned, *proof.roots))
            used |= {root for root, _ in roots}
            root, stamped = roots[0]
            found.append(TokenFound(stamped, root, root in pinned, token.covers))
        if set(proof.roots) - used:
            raise VerificationFailed(
                "a root in the proof leads to no timestamp",
                reason_code="timestamp-invalid",
                check="root",
            )
    except IsccError as error:
        return error
    return tuple(found)


def check_root(root: bytes) -> None:
    """Check that a certificate is signed by itself, so that no byte of it can be changed.

    Raises:
        VerificationFailed: It is not (``timestamp-invalid``).
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.x509 import load_der_x509_certificate

    try:
        certificate = load_der_x509_certificate(root)
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise VerificationFailed(
            "a root of a timestamp authority is not signed by itself",
            reason_code="timestamp-invalid",
            check="root",
        ) from error


def _find_roots(
    token: bytes, message: bytes, roots: Sequence[bytes]
) -> list[tuple[bytes, Stamped]]:
    """Return the roots that lead to a token, in the order of ``roots``.

    Raises:
        VerificationFailed: None does, or the token does not hold.
    """
    from iscckit.trust.proof.timestamp import read_token

    found = []
    unknown: VerificationFailed | None = None
    for root in dict.fromkeys(roots):
        try:
            found.append((root, read_token(token, message, [root])))
        except VerificationFailed as error:
            if error.reason_code != "timestamp-root-unknown":
                raise
            unknown = error
    if not found and unknown is None:
        read_token(token, message, [])  # raises: there is no root at all
    if unknown is not None and not found:
        raise unknown
    return found
