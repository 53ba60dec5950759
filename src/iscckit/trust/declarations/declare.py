"""Declaring files: codes, parts, a signed note, an entry of a log, timestamps, a proof file."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from iscckit.codec.unit import MainType
from iscckit.errors import IsccError, VerificationFailed
from iscckit.files.atomic import write_whole
from iscckit.trust.declarations.content_parts import make_leaves
from iscckit.trust.declarations.statement import Statement, make_binding
from iscckit.trust.proof.binding_record import hash_binding
from iscckit.trust.proof.check_values import Facts, Trust
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.note import make_nonce, make_note, read_note
from iscckit.trust.proof.parts import Parts
from iscckit.trust.proof.proof_file import MEDIA_TYPE, encode_proof, read_proof
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.timestamp_list import Token, pack_timestamps

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Fingerprints
    from iscckit.records.record import Record
    from iscckit.trust.keys.signer import Signer

__all__ = [
    "Logged",
    "NoteLog",
    "Prepared",
    "Stamp",
    "declare",
    "prepare",
    "sign_note",
    "write_proof",
]

NO_HUB: Final = 4095  # in the nonce of a note that goes to no log

# Bytes to be stamped -> the token in DER, and the roots that lead to it.
Stamp = Callable[[bytes], tuple[bytes, Sequence[bytes]]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file with its note, which no log has yet.

    Attributes:
        path: The file.
        note: The note, signed or not.
        binding: The binding record, or None.
        leaves: The parts.
    """

    path: str
    note: dict[str, JsonValue]
    binding: dict[str, JsonValue] | None
    leaves: tuple[Mapping[str, JsonValue], ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """What a log gives for one note: the members of a proof file that it answers for.

    Attributes:
        iscc_id: The ISCC-ID.
        checkpoint: The signed checkpoint.
        members: ``iscc_id``, ``hub``, ``checkpoint``, ``inclusion``, ``record``, ``key`` and
            perhaps ``receipt``.
    """

    iscc_id: str
    checkpoint: str
    members: Mapping[str, JsonValue]


class NoteLog(Protocol):
    """A log that takes notes: one's own, or a hub."""

    @property
    def hub(self) -> int:
        """The number of the hub, for nonces."""

    def add(self, notes: Sequence[Mapping[str, JsonValue]]) -> list[Logged]:
        """Add notes, and return for each what the log gives, under as few checkpoints as it can."""


def prepare(
    path: str,
    record: Record,
    prints: Sequence[Fingerprints],
    statement: Statement,
    *,
    hub: int | None,
) -> Prepared:
    """Make the note of a file, not yet signed.

    Args:
        path: The file.
        record: Its record, of 256 bits and with ``granular``.
        prints: Its fingerprints; none to leave them out.
        statement: What is stated.
        hub: The number of the hub that gets the note; None if none does.

    Raises:
        InvalidInput: What is stated does not have the form of a note or of a binding record.
    """
    leaves = make_leaves(record, prints)
    binding = make_binding(statement, leaves)
    units = [str(unit) for unit in record.units if unit.maintype != MainType.INSTANCE]
    note = make_note(
        iscc_code=record.iscc,
        datahash=record.datahash,
        nonce=make_nonce(NO_HUB if hub is None else hub, secrets.token_bytes(16)),
        units=tuple(units),
        metahash=None if binding is None else hash_binding(binding),
        gateway=statement.gateway,
    )
    return Prepared(path, note, binding, leaves)


def sign_note(prepared: Prepared, statement: Statement, signer: Signer) -> Prepared:
    """Return a file with its signed note.

    Raises:
        InvalidInput: The note would not be valid, as with a gateway that notes cannot have.
        VerificationFailed: The signature of the signer does not hold.
    """
    signed = sign_document(
        prepared.note,
        signer.public_key,
        signer.sign,
        controller=statement.controller,
        keyid=statement.keyid,
    )
    read_note(signed)
    return replace(prepared, note=signed)


def declare(
    prepared: Sequence[Prepared],
    log: NoteLog | None,
    stamps: Sequence[Stamp] = (),
) -> tuple[list[dict[str, JsonValue]], IsccError | None]:
    """Log and stamp notes, and return a proof document for each.

    All notes go to the log together. With a log, one token of each authority is for all of them;
    without, each note has its own.

    Args:
        prepared: The files.
        log: The log that takes the notes; None for signatures and timestamps only.
        stamps: Ask an authority each.

    Returns:
        The documents, and the error of an authority that gave no token. The documents then lack
        timestamps, which can be added: what the log has taken cannot be taken back.

    Raises:
        IsccError: The log refuses a note, and has taken none of them.
    """
    notes = [each.note for each in prepared]
    logged: Sequence[Logged | None] = [None] * len(notes) if log is None else log.add(notes)
    tokens: dict[str, dict[str, JsonValue]] = {}
    documents = []
    for each, entry in zip(prepared, logged, strict=True):
        document: dict[str, JsonValue] = {"mediaType": MEDIA_TYPE}
        document |= {"note": each.note} if entry is None else dict(entry.members)
        if each.binding is not None:
            document["binding"] = each.binding
        if each.leaves:
            document["parts"] = Parts(each.leaves).to_dict()
        documents.append(document)
    try:
        for document in documents if stamps else ():
            key = str(document.get("checkpoint", len(tokens)))
            if key not in tokens:
                tokens[key] = _stamp(document, stamps)
            document["timestamps"] = tokens[key]
    except IsccError as error:
        return documents, error
    return documents, None


def write_proof(path: str, document: Mapping[str, JsonValue], *, force: bool = False) -> None:
    """Check a proof document and write it in one step.

    Raises:
        InvalidInput: The file exists, and ``force`` is not set (``file-exists``).
        UnreadableFile: The file cannot be written; nothing is left of it.
        VerificationFailed: The proof would not verify.
    """
    data = encode_proof(document)
    verdict = check_proof(read_proof(data), Facts(), Trust())
    for check in verdict.checks:
        if check.status == "fails":
            raise VerificationFailed(
                f"{path}: the proof does not hold: {check.facts.get('reason', check.result)}",
                reason_code="verification-failed",
            )
    write_whole(path, data, force=force)


def _stamp(document: Mapping[str, JsonValue], stamps: Sequence[Stamp]) -> dict[str, JsonValue]:
    proof = read_proof(encode_proof({**document}))
    tokens, roots = [], list[bytes]()
    for ask in stamps:
        token, found = ask(proof.to_stamp(0))
        tokens.append(Token(token, 0))
        roots += found
    return pack_timestamps(tokens, roots)
