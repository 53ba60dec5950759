"""Verifying, resolving and proving from Python, with results that show themselves.

Nothing here reads what the user of the command line trusts: trusted signers are arguments. The
protocol is the IDP-Declaration v0.1-draft; nothing of it is part of ISO 24138.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iscckit.files.companions import PROOF_SUFFIX
from iscckit.library.library import Library
from iscckit.render.claim_json import answer_json
from iscckit.render.page import standalone
from iscckit.render.proof_html import claims_html, range_html, verification_html
from iscckit.render.proof_json import verification_json
from iscckit.trust.declarations.verify_file import verify_file
from iscckit.trust.keys.parse_key import parse_key
from iscckit.trust.proof.check_values import Trust
from iscckit.trust.proof.range_document import write_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.library.search.query import QueryKind
    from iscckit.records.record import Record
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.declarations.verify_file import Verified
    from iscckit.trust.proof.byte_range import ByteRange, Proven
    from iscckit.trust.proof.check_values import Check, State

__all__ = ["RangeProof", "Resolution", "Verification", "prove", "resolve", "verify"]

Path = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Verification:
    """A proof that was checked.

    Attributes:
        verified: The proof and its checks.
    """

    verified: Verified

    @property
    def state(self) -> State:
        """``invalid`` if a check fails, ``trusted`` if the signer is, else ``valid``."""
        return self.verified.verdict.state

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks, each with ``name``, ``status``, ``result`` and ``facts``."""
        return self.verified.verdict.checks

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``iscc verify --json`` prints it."""
        return verification_json(self.verified)

    def _repr_html_(self) -> str:
        return standalone(verification_html(self.verified))


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was declared about a content.

    Attributes:
        query: What was looked for.
        matches: Claims, those of trusted signers first, then the closest.
    """

    query: str
    matches: tuple[ClaimMatch, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``iscc resolve --json`` prints it."""
        return answer_json(self.query, self.matches)

    def _repr_html_(self) -> str:
        return standalone(claims_html(self.matches))


@dataclass(frozen=True, slots=True)
class RangeProof:
    """The proof that some bytes lie at some place of a file.

    Attributes:
        byte_range: The range with its slices.
        proven: What it proves: its bytes, and the length of the file.
    """

    byte_range: ByteRange
    proven: Proven

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``iscc prove`` writes."""
        return write_range(self.byte_range)

    def write(self, path: Path, *, force: bool = False) -> None:
        """Write the document as a file, best with a name that ends in ``.iscc-range.json``.

        Raises:
            InvalidInput: The file exists, and ``force`` is not set.
            UnreadableFile: The file cannot be written.
        """
        from iscckit.trust.declarations.prove_range import write_range_file

        write_range_file(path, self.byte_range, force=force)

    def _repr_html_(self) -> str:
        return standalone(range_html(self.byte_range, self.proven))


def verify(
    path: Path,
    proof: Path | None = None,
    *,
    signers: Iterable[str | bytes] = (),
    logs: Iterable[str | bytes] = (),
    roots: Iterable[bytes] = (),
    require: Iterable[str] = (),
) -> Verification:
    """Check a file with its proof, without network.

    Args:
        path: The file, or its proof.
        proof: The proof file; by default the one beside the file.
        signers: Keys that are trusted: did:key, multikey or 32 bytes each.
        logs: Keys of logs that are trusted, in the same forms or as verifier keys.
        roots: Trusted root certificates of timestamp authorities, in DER.
        require: Checks that must hold: ``time``, ``log``, ``doi``.

    Raises:
        InvalidInput: A key is malformed.
        UnreadableFile: The file or the proof cannot be read.
    """
    name: str | None = os.fspath(path)
    if proof is not None:
        target = os.fspath(proof)
    elif os.fspath(path).endswith(PROOF_SUFFIX):
        name, target = None, os.fspath(path)
    else:
        target = os.fspath(path) + PROOF_SUFFIX
    trust = Trust(
        signers={key: "trusted signer" for key in _keys(signers)},
        hub_keys=_keys(logs),
        roots=tuple(roots),
    )
    return Verification(
        verify_file(name, target, trust, require=frozenset(require), read=_read_record)
    )


def resolve(
    query: Path,
    library: Library | Path,
    *,
    kind: QueryKind = "auto",
    signers: Iterable[str | bytes] = (),
    limit: int = 20,
) -> Resolution:
    """Find what was declared about a content, from any copy of it or a part.

    Args:
        query: A file, a code or a text.
        library: The library whose folder has the claims, or that folder.
        kind: ``file``, ``code`` or ``text``; ``auto`` takes a path if there is such a file, else
            a code if it is valid, else text.
        signers: Keys whose claims hold: did:key, multikey or 32 bytes each. Claims of others are
            found, and never applied.
        limit: Claims at most.

    Raises:
        InvalidInput: A key is malformed, or the query is empty.
        LibraryError: The folder has neither a library nor claims.
        UnreadableFile: The file cannot be read.
    """
    from iscckit.library.search.query import build_query
    from iscckit.trust.claims.resolve import Claims

    given = os.fspath(query)
    folder = library.folder if isinstance(library, Library) else os.fspath(library)
    with closing(Claims(folder, _keys(signers))) as claims:
        return Resolution(given, claims.resolve(build_query(given, kind), limit=limit))


def prove(path: Path, start: int = 0, end: int | None = None) -> RangeProof:
    """Prove that a file has its bytes from ``start`` to before ``end``.

    Args:
        path: The file. A declaration beside it goes into the proof.
        start: Number of the first byte, from 0 on.
        end: Number of the byte behind the last; None for the end of the file.

    Raises:
        InvalidInput: The range has no bytes, or is not within the file.
        LimitExceeded: The range has more than 4 MiB.
        UnreadableFile: The file cannot be read, or was changed while it was read.
    """
    from iscckit.trust.declarations.prove_range import prove_range
    from iscckit.trust.proof.byte_range import verify_range

    made = prove_range(path, start, end)
    return RangeProof(made, verify_range(made))


def _keys(given: Iterable[str | bytes]) -> frozenset[bytes]:
    return frozenset(each if isinstance(each, bytes) else parse_key(each) for each in given)


def _read_record(path: str) -> Record:
    from iscckit.records.create import create
    from iscckit.records.options import Options

    return create(path, Options(bits=256))
