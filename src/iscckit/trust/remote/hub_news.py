"""What became of a declaration at its hub: a newer checkpoint, and whether it was deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.note import read_deletion
from iscckit.trust.proof.signature import verify_signature
from iscckit.trust.proof.tiles import TILE_WIDTH
from iscckit.trust.remote.hub_log import (
    fetch_checkpoint,
    fetch_consistency,
    fetch_entries,
    fetch_inclusion,
)

if TYPE_CHECKING:
    from iscckit.trust.proof.checkpoint import Checkpoint
    from iscckit.trust.proof.proof_file import ProofFile
    from iscckit.trust.proof.receipt import Inclusion
    from iscckit.trust.remote.hub_log import Hub

__all__ = ["BUNDLES_MAX", "HubNews", "fetch_news"]

BUNDLES_MAX: Final = 40  # the newest bundles in which a deletion is looked for, of 256 entries each


@dataclass(frozen=True, slots=True)
class HubNews:
    """What a hub has of a declaration now.

    Attributes:
        inclusion: The place of the declaration below the newest checkpoint, checked.
        deletion: The place of its deletion; None if there is none in what was read.
        is_whole: Whether all entries since the declaration were read.
    """

    inclusion: Inclusion
    deletion: int | None
    is_whole: bool


def fetch_news(hub: Hub, proof: ProofFile) -> HubNews:
    """Ask a hub for its newest checkpoint, and for a deletion of what a proof declares.

    Args:
        hub: The hub of the declaration, with the key of its log.
        proof: The proof, with a log.

    Raises:
        InvalidInput: The proof has no log, or an answer is malformed.
        RemoteFailed: The hub cannot be reached.
        VerificationFailed: The checkpoint is not signed by the key, or the log was rewritten
            (``merkle-proof-wrong``).
    """
    if proof.log is None:
        raise InvalidInput("the declaration is in no log")
    place = proof.log.inclusion
    old = verify_checkpoint(place.checkpoint, hub.origin, hub.public_key)
    new = fetch_checkpoint(hub)
    if new.size < old.size:
        raise VerificationFailed(
            f"{hub.origin}: had {old.size} entries and has {new.size}",
            reason_code="merkle-proof-wrong",
        )
    if (new.size, new.root) != (old.size, old.root):
        fetch_consistency(hub, old, new)
    inclusion = fetch_inclusion(hub, new, place.leaf_index, proof.log.record)
    first = (place.leaf_index + 1) // TILE_WIDTH
    last = (new.size - 1) // TILE_WIDTH
    start = max(first, last - BUNDLES_MAX + 1)
    deletion = _find_deletion(hub, new, proof, range(start, last + 1))
    return HubNews(inclusion, deletion, start == first)


def _find_deletion(
    hub: Hub, checkpoint: Checkpoint, proof: ProofFile, bundles: range
) -> int | None:
    """Return the place of a deletion by the key that declared, checked up to the checkpoint."""
    key = verify_signature(proof.note).public_key
    iscc_id = "" if proof.log is None else proof.log.iscc_id
    for bundle in bundles:
        for at, record in enumerate(fetch_entries(hub, bundle, checkpoint.size)):
            if iscc_id.encode() in record and _deletes(record, iscc_id, key):
                seq = bundle * TILE_WIDTH + at
                fetch_inclusion(hub, checkpoint, seq, record)
                return seq
    return None


def _deletes(record: bytes, iscc_id: str, key: bytes | None) -> bool:
    try:
        entry = read_entry(record)
        if entry.kind != "deletion" or str(entry.iscc_id) != iscc_id:
            return False
        deletion = read_deletion(dict(entry.note))
    except (InvalidInput, VerificationFailed):
        return False
    return str(deletion.iscc_id) == iscc_id and deletion.public_key == key
