"""Evidence against a log: signed checkpoints that no honest log has signed, for anybody to check.

An equivocation is two roots of one size. A fork is one place with different entries in two signed
trees: both are proven. That a log shrank is told by the order of two checkpoints, which only the
observer knows: the document claims it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.merkle import HASH_BYTES, check_inclusion
from iscckit.trust.proof.multikey import decode_public_key, encode_public_key
from iscckit.trust.proof.strict_json import canonicalize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iscckit.json_types import JsonValue

__all__ = [
    "EVIDENCE_TYPE",
    "Conflict",
    "EvidenceKind",
    "LogEvidence",
    "Observed",
    "is_evidence",
    "make_evidence",
    "verify_evidence",
]

EVIDENCE_TYPE: Final = "application/vnd.iscckit.log-evidence.v0.1+json"
EvidenceKind = Literal["shrink", "fork", "equivocation"]
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_BYTES_MAX: Final = 65536


@dataclass(frozen=True, slots=True)
class Observed:
    """A checkpoint and when it was seen.

    Attributes:
        checkpoint: The signed note.
        time: When the observer got it, as ISO 8601 in UTC; a claim of the observer.
    """

    checkpoint: str
    time: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place with different entries in two trees.

    Attributes:
        index: The place of the entry.
        leaves: Its hash in the tree of the first checkpoint and in that of the second.
        paths: The hashes that lead from each to the root of its tree.
    """

    index: int
    leaves: tuple[bytes, bytes]
    paths: tuple[tuple[bytes, ...], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What a document of evidence shows.

    Attributes:
        kind: What the log did.
        origin: The name of the log.
        public_key: The key that signed both checkpoints.
        sizes: The sizes of both.
        is_proven: Whether the signatures prove it; else the order in time is a claim.
        index: The entry that differs, for a fork; else None.
    """

    kind: EvidenceKind
    origin: str
    public_key: bytes
    sizes: tuple[int, int]
    is_proven: bool
    index: int | None = None


def make_evidence(
    kind: EvidenceKind,
    origin: str,
    public_key: bytes,
    seen: tuple[Observed, Observed],
    conflict: Conflict | None = None,
) -> dict[str, JsonValue]:
    """Return a document of evidence.

    Args:
        kind: What the log did.
        origin: The name of the log.
        public_key: The key of the log.
        seen: The earlier checkpoint and the later.
        conflict: The entry that differs; needed for a fork.
    """
    document: dict[str, JsonValue] = {
        "mediaType": EVIDENCE_TYPE,
        "kind": kind,
        "origin": origin,
        "key": encode_public_key(public_key),
        "observed": [{"checkpoint": each.checkpoint, "time": each.time} for each in seen],
    }
    if conflict is not None:
        sides: list[JsonValue] = [
            {"leaf": _encode(leaf), "inclusionProof": [_encode(each) for each in path]}
            for leaf, path in zip(conflict.leaves, conflict.paths, strict=True)
        ]
        document["conflict"] = {"leafIndex": conflict.index, "sides": sides}
    return document


def is_evidence(document: JsonValue) -> bool:
    """Say whether a document says of itself that it is evidence against a log."""
    return isinstance(document, dict) and document.get("mediaType") == EVIDENCE_TYPE


def verify_evidence(document: JsonValue) -> LogEvidence:
    """Check a document of evidence, without network.

    Whether the key is that of the hub is not checked: the caller compares it with the one it knows.

    Args:
        document: The document, from ``parse_json``.

    Raises:
        InvalidInput: The document is malformed.
        VerificationFailed: A signature does not hold, or the checkpoints do not show what the
            document says (``evidence-weak``).
    """
    members = _read_members(document, {"mediaType", "kind", "origin", "key", "observed"})
    if members["mediaType"] != EVIDENCE_TYPE or members["kind"] not in (
        "shrink",
        "fork",
        "equivocation",
    ):
        raise _document_error("kind", "the document is not evidence of a known kind")
    kind: EvidenceKind = members["kind"]
    origin, key = str(members["origin"]), decode_public_key(str(members["key"]))
    first, second = (
        verify_checkpoint(each.checkpoint, origin, key) for each in _read_seen(members["observed"])
    )
    sizes = (first.size, second.size)
    if kind == "shrink":
        if second.size >= first.size:
            raise _weak(f"a log of {first.size} entries that has {second.size} did not shrink")
        return LogEvidence(kind, origin, key, sizes, is_proven=False)
    if kind == "equivocation":
        if first.size != second.size or first.root == second.root:
            raise _weak("the checkpoints are not two roots of one size")
        return LogEvidence(kind, origin, key, sizes, is_proven=True)
    conflict = _read_conflict(members.get("conflict"))
    for checkpoint, leaf, path in zip(
        (first, second), conflict.leaves, conflict.paths, strict=True
    ):
        check_inclusion(leaf, conflict.index, checkpoint.size, path, checkpoint.root)
    if conflict.leaves[0] == conflict.leaves[1]:
        raise _weak(f"entry {conflict.index} is the same in both trees")
    return LogEvidence(kind, origin, key, sizes, is_proven=True, index=conflict.index)


def _read_members(document: JsonValue, needed: set[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict) or not needed <= document.keys() <= needed | {"conflict"}:
        raise _document_error("", f"evidence has the members {', '.join(sorted(needed))}")
    if len(canonicalize(document)) > _BYTES_MAX:
        raise _document_error("", f"evidence has at most {_BYTES_MAX} bytes")
    return document


def _read_seen(value: JsonValue) -> Sequence[Observed]:
    if not isinstance(value, list) or len(value) != 2:
        raise _document_error("observed", "evidence has two checkpoints")
    seen = []
    for each in value:
        if not isinstance(each, dict) or each.keys() != {"checkpoint", "time"}:
            raise _document_error("observed", "a checkpoint has its text and the time it was seen")
        if not _TIME.fullmatch(str(each["time"])):
            raise _document_error("observed", "a time is ISO 8601 in UTC")
        seen.append(Observed(str(each["checkpoint"]), str(each["time"])))
    return seen


def _read_conflict(value: JsonValue) -> Conflict:
    if isinstance(value, dict) and value.keys() == {"leafIndex", "sides"}:
        index, sides = value["leafIndex"], value["sides"]
        if type(index) is int and isinstance(sides, list) and len(sides) == 2:
            (a, b), (c, d) = (_read_side(each) for each in sides)
            return Conflict(index, (a, c), (b, d))
    raise _document_error("conflict", "a conflict has leafIndex and two sides")


def _read_side(value: JsonValue) -> tuple[bytes, tuple[bytes, ...]]:
    if isinstance(value, dict) and value.keys() == {"leaf", "inclusionProof"}:
        path = value["inclusionProof"]
        if isinstance(path, list):
            return _decode(value["leaf"]), tuple(map(_decode, path))
    raise _document_error("conflict", "a side has leaf and inclusionProof")


def _encode(data: bytes) -> str:
    return b64encode(data).decode()


def _decode(value: JsonValue) -> bytes:
    try:
        data = b64decode(str(value), validate=True)
    except (Base64Error, ValueError):
        data = b""
    if len(data) != HASH_BYTES or _encode(data) != value:
        raise _document_error("conflict", "a hash is 32 bytes in base64")
    return data


def _document_error(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, reason_code="malformed-document", field=field)


def _weak(message: str) -> VerificationFailed:
    return VerificationFailed(message, reason_code="evidence-weak")
