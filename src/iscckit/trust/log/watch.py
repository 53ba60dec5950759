"""Follow the logs of hubs: read what is new, honour deletions, and notice when one is rewritten."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from iscckit.errors import InvalidInput, IsccError, RemoteFailed, VerificationFailed
from iscckit.files.atomic import write_whole
from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.schema import LEVEL_BITS
from iscckit.trust.log.watch_entries import Harvest
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.log_evidence import Conflict, Observed, make_evidence
from iscckit.trust.proof.merkle import hash_range, inclusion_path, root_of
from iscckit.trust.proof.multikey import decode_public_key
from iscckit.trust.proof.strict_json import parse_json
from iscckit.trust.proof.tiles import TILE_WIDTH, Tile, split_hashes, tile_path, unpack_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iscckit.trust.log.watch_store import KnownLog, WatchStore
    from iscckit.trust.proof.checkpoint import Checkpoint
    from iscckit.trust.proof.log_evidence import EvidenceKind

    Get = Callable[[str], bytes]

__all__ = ["Polled", "poll_log"]

_DOCUMENT_BYTES: Final = 65536
_DID: Final = "did:web:"
_CHECKPOINT: Final = "/log/checkpoint"


@dataclass(frozen=True, slots=True)
class Polled:
    """What was new in a log.

    Attributes:
        origin: The name of the log.
        size: The number of entries.
        declared: How many of the new ones are declarations whose signature holds.
        deleted: How many declarations the new ones delete.
        skipped: How many new ones are of another kind or do not hold.
        is_first: Whether the log was not followed before.
    """

    origin: str
    size: int
    declared: int
    deleted: int
    skipped: int
    is_first: bool


def poll_log(store: WatchStore, url: str, get: Get, folder: str) -> Polled:
    """Read what is new in a log.

    The key of the log is that of the hub's document when it is first followed, and no other later.
    Everything that is new, the cursor and the checkpoint are kept in one transaction for each
    checkpoint: a watcher that is killed goes on where it was.

    Args:
        store: What is known so far.
        url: The address of the hub, without a slash at the end.
        get: Gets the bytes of a path below that address.
        folder: Where evidence is written.

    Raises:
        InvalidInput: An answer is malformed.
        RemoteFailed: The hub does not answer, or its tiles are not those of its checkpoint.
        VerificationFailed: The checkpoint is not signed by the key of the log, or the log was
            rewritten (``log-frozen``): now, with the evidence, or earlier.
    """
    known = store.find(url)
    if known is not None and known.evidence:
        raise _frozen_error(known.origin, known.evidence)
    text = _as_text(get(_CHECKPOINT))
    is_first = known is None
    if known is None:
        known = _begin(store, url, get, text)
    checkpoint = verify_checkpoint(text, known.origin, known.public_key)
    if checkpoint.size < known.size:
        _freeze_shrunk(store, known, checkpoint, get, folder)
    if checkpoint.size == known.size:
        if known.size and checkpoint.root != hash_range(0, known.size, store.node(known)):
            _freeze(store, known, checkpoint, folder, kind="equivocation")
        return Polled(known.origin, known.size, 0, 0, 0, is_first)
    harvest = _read_new(store, known, checkpoint.size, get)
    if harvest.frontier.root() != checkpoint.root:
        _freeze_forked(store, known, checkpoint, get, folder)
    harvest.keep(checkpoint.text, _now())
    counts = (len(harvest.declared), len(harvest.deleted), harvest.skipped)
    return Polled(known.origin, checkpoint.size, *counts, is_first)


def _begin(store: WatchStore, url: str, get: Get, text: str) -> KnownLog:
    """Find the key of a log in the document of its hub and begin to follow it."""
    document = parse_json(get("/.well-known/did.json"), limit=_DOCUMENT_BYTES)
    if not isinstance(document, dict) or not str(document.get("id")).startswith(_DID):
        raise InvalidInput(
            f"{url}: the document of the hub is not one of did:web",
            reason_code="malformed-document",
            field="id",
        )
    origin = f"{unquote(str(document['id']).removeprefix(_DID))}/log"
    methods = document.get("verificationMethod")
    failure: IsccError | None = None
    for method in methods if isinstance(methods, list) else ():
        multikey = method.get("publicKeyMultibase") if isinstance(method, dict) else None
        try:
            key = decode_public_key(str(multikey))
            verify_checkpoint(text, origin, key)
        except (InvalidInput, VerificationFailed) as error:
            failure = error
            continue
        return store.add(url, origin, key, "", _now())
    raise failure or VerificationFailed(
        f"{url}: the document of the hub has no key", reason_code="checkpoint-foreign"
    )


def _read_new(store: WatchStore, known: KnownLog, size: int, get: Get) -> Harvest:
    """Read the entries from the cursor to ``size``."""
    harvest = Harvest(store, known, Frontier(known.size, store.node(known)))
    for index in range(known.size // TILE_WIDTH, (size - 1) // TILE_WIDTH + 1):
        first = index * TILE_WIDTH
        width = min(size - first, TILE_WIDTH)
        records = unpack_entries(get(f"/log/{tile_path(Tile('entries', index, width))}"))
        if len(records) != width:
            raise RemoteFailed(f"{known.url}: a bundle has {len(records)} entries, not {width}")
        for record in records[max(known.size - first, 0) :]:
            harvest.add(record)
    return harvest


def _read_leaves(known: KnownLog, checkpoint: Checkpoint, get: Get) -> list[bytes]:
    """Return the hashes of all entries of a checkpoint, out of tiles that lead to its root."""
    leaves: list[bytes] = []
    while len(leaves) < checkpoint.size:
        width = min(checkpoint.size - len(leaves), TILE_WIDTH)
        tile = Tile(0, len(leaves) // TILE_WIDTH, width)
        leaves += split_hashes(get(f"/log/{tile_path(tile)}"))[:width]
    if root_of(leaves) != checkpoint.root:
        raise RemoteFailed(f"{known.url}: the tiles are not those of the checkpoint")
    return leaves


def _freeze_shrunk(
    store: WatchStore, known: KnownLog, checkpoint: Checkpoint, get: Get, folder: str
) -> None:
    """Freeze a log that is shorter than before; a different beginning is the stronger evidence."""
    conflict = None
    try:
        leaves = _read_leaves(known, checkpoint, get)
        conflict = _find_conflict(store, known, leaves)
    except IsccError:
        pass  # both checkpoints are evidence enough
    kind: EvidenceKind = "shrink" if conflict is None else "fork"
    _freeze(store, known, checkpoint, folder, kind=kind, conflict=conflict)


def _freeze_forked(
    store: WatchStore, known: KnownLog, checkpoint: Checkpoint, get: Get, folder: str
) -> None:
    """Freeze a log whose beginning differs; say so if only what it sends now is wrong."""
    conflict = _find_conflict(store, known, _read_leaves(known, checkpoint, get))
    if conflict is None:
        raise RemoteFailed(f"{known.url}: the entries are not those of the checkpoint")
    _freeze(store, known, checkpoint, folder, kind="fork", conflict=conflict)


def _find_conflict(store: WatchStore, known: KnownLog, leaves: Sequence[bytes]) -> Conflict | None:
    """Return the first entry that differs, with the paths in both trees; None if there is none."""
    pairs = zip(store.leaves(known, known.size), leaves, strict=False)
    differing = ((i, pair) for i, pair in enumerate(pairs) if pair[0] != pair[1])
    index, pair = next(differing, (-1, (b"", b"")))
    if index < 0:
        return None
    frontier = Frontier(0, store.node(known))
    table = dict(each for leaf in leaves for each in frontier.add_leaf(leaf))
    later = inclusion_path(index, len(leaves), lambda level, at: table[level << LEVEL_BITS | at])
    earlier = inclusion_path(index, known.size, store.node(known))
    return Conflict(index, pair, (tuple(earlier), tuple(later)))


def _freeze(
    store: WatchStore,
    known: KnownLog,
    checkpoint: Checkpoint,
    folder: str,
    *,
    kind: EvidenceKind,
    conflict: Conflict | None = None,
) -> None:
    """Write the evidence, then freeze the log for good.

    Raises:
        VerificationFailed: Always (``log-frozen``).
    """
    seen = (Observed(known.checkpoint, known.seen), Observed(checkpoint.text, _now()))
    document = make_evidence(kind, known.origin, known.public_key, seen, conflict)
    host = known.origin.removesuffix("/log").replace(":", "_")
    stamp = seen[1].time.replace(":", "").replace("-", "").replace(".", "")
    path = os.path.join(folder, f"evidence-{host}-{stamp}.json")
    os.makedirs(folder, exist_ok=True)
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")
    store.freeze(known, path)
    raise _frozen_error(known.origin, path, kind)


def _frozen_error(origin: str, path: str, kind: str = "") -> VerificationFailed:
    what = f"{kind}: {origin} was rewritten" if kind else f"{origin} was rewritten and is frozen"
    return VerificationFailed(
        f"{what}; the evidence is in {path}", reason_code="log-frozen", path=path
    )


def _as_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "a checkpoint is not text", reason_code="malformed-document", field="checkpoint"
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
