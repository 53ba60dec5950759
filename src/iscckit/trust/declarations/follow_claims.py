"""Claims of the logs that a watcher follows: new ones are taken, deleted ones are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.trust.claims.store import ClaimStore
from iscckit.trust.claims.write import retract_claims
from iscckit.trust.declarations.add_claims import add_entries
from iscckit.trust.proof.checkpoint import verifier_key
from iscckit.trust.proof.entry import make_entry
from iscckit.trust.proof.merkle import leaf_hash

if TYPE_CHECKING:
    from iscckit.trust.log.watch_store import KnownLog, WatchStore

__all__ = ["take_claims"]

_BATCH: Final = 10_000  # entries of one transaction


def take_claims(library: str, store: WatchStore, url: str) -> int:
    """Add what a followed log declared since the last time to the folder of a library.

    How much was taken is kept with the claims: what a crash left out comes at the next call. A
    claim is marked as deleted if its entry is the one that the log deleted, byte for byte. A log
    that is frozen adds nothing.

    Args:
        library: The folder; made if the log has something to add and there is none.
        store: What the watcher knows.
        url: The address of the log.

    Returns:
        The number of claims that were not known.

    Raises:
        LibraryError: Another process writes, or the disk is full. What was taken stays.
    """
    log = store.find(url)
    if log is None or log.evidence:
        return 0
    name = verifier_key(log.origin, log.public_key)
    with ClaimStore(library) as claims:
        first = claims.count_taken(name)
    count = 0
    for start in range(first, log.size, _BATCH):
        end = min(start + _BATCH, log.size)
        records = [each.record for each in store.entries(log, start, end) if each.record]
        count += add_entries(library, log.origin, records, (name, end))
    for iscc_id, signer in _find_deleted(library, store, log):
        retract_claims(library, iscc_id, signer)
    return count


def _find_deleted(library: str, store: WatchStore, log: KnownLog) -> list[tuple[str, bytes]]:
    """Return ISCC-ID and signer of the claims whose entries the log deleted."""
    with ClaimStore(library) as claims:
        return [
            (iscc_id, claim.signer)
            for iscc_id, leaf in store.list_deleted(log)
            for claim in claims.of_number(iscc_id)
            if not claim.deleted and leaf_hash(make_entry(iscc_id, claim.note)) == leaf
        ]
