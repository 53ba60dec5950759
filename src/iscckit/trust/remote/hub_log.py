"""Read the log of a hub: checkpoints, tiles, and the proofs that tiles give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from iscckit.errors import RemoteFailed
from iscckit.trust.proof.checkpoint import CHECKPOINT_BYTES_MAX, verify_checkpoint
from iscckit.trust.proof.merkle import (
    HASH_BYTES,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
)
from iscckit.trust.proof.receipt import Inclusion
from iscckit.trust.proof.strict_json import make_fault
from iscckit.trust.proof.tiles import (
    ENTRY_BYTES_MAX,
    TILE_WIDTH,
    Tile,
    node_in_tiles,
    split_hashes,
    tile_path,
    unpack_entries,
)
from iscckit.trust.remote.addresses import resolve_host
from iscckit.trust.remote.fetch import TOTAL_SECONDS, Fetched, Request, fetch

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from iscckit.trust.proof.checkpoint import Checkpoint
    from iscckit.trust.remote.addresses import Resolve

__all__ = [
    "Hub",
    "ask_hub",
    "fetch_checkpoint",
    "fetch_consistency",
    "fetch_entries",
    "fetch_inclusion",
]

_SUCCESS: Final = 200
_MISSING: Final = 404
_BUNDLE_BYTES_MAX: Final = TILE_WIDTH * (ENTRY_BYTES_MAX + 2)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub, and how to reach it.

    Attributes:
        url: Its address, as a person typed it.
        public_key: The key of its log, 32 bytes, from where the caller trusts it.
        number: Its number, 0..4095, which the nonce of a note begins with; None if not known.
        domain: Its name, with the port if there is one; by default that of ``url``.
        total_s: The most seconds of one request.
        tls: How to check certificates; by default as the system does.
        resolve: What finds the IP addresses of a name.
        is_typed: Whether a person typed the address; one out of a document must be global.
    """

    url: str
    public_key: bytes
    number: int | None = None
    domain: str = ""
    total_s: float = TOTAL_SECONDS
    tls: ssl.SSLContext | None = None
    resolve: Resolve = resolve_host
    is_typed: bool = True

    @property
    def origin(self) -> str:
        """The name of its log."""
        return f"{self.domain or urlsplit(self.url).netloc.lower()}/log"

    @property
    def did(self) -> str:
        """Its identity, which issues receipts."""
        return "did:web:" + self.origin.removesuffix("/log").replace(":", "%3A")


def ask_hub(hub: Hub, path: str, request: Request) -> Fetched:
    """Send a request to a path of a hub.

    Raises:
        InvalidInput: The address of the hub is malformed.
        RemoteFailed: The hub cannot be reached, is too slow, or sends too much.
    """
    wanted = Request(
        accept=request.accept,
        body=request.body,
        method=request.method,
        headers=request.headers,
        limit=request.limit,
        total_s=hub.total_s,
        tls=hub.tls,
    )
    url = f"{hub.url.rstrip('/')}/{path}"
    return fetch(url, wanted, trusted_address=hub.is_typed, resolve=hub.resolve)


def fetch_checkpoint(hub: Hub) -> Checkpoint:
    """Return the newest checkpoint of a hub.

    Raises:
        InvalidInput: It is malformed.
        RemoteFailed: The hub has none to give.
        VerificationFailed: It is of another log, or not signed by the key of this one
            (``checkpoint-foreign``, ``signature-invalid``).
    """
    wanted = Request(accept="text/plain", limit=CHECKPOINT_BYTES_MAX)
    body = _expect(ask_hub(hub, "log/checkpoint", wanted)).body
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise make_fault("is not UTF-8", "checkpoint") from None
    return verify_checkpoint(text, hub.origin, hub.public_key)


def fetch_inclusion(hub: Hub, checkpoint: Checkpoint, index: int, record: bytes) -> Inclusion:
    """Return what shows that a record is at a place of a log, checked, from its tiles.

    Args:
        hub: The hub.
        checkpoint: A verified checkpoint that covers the place.
        index: The place, from 0.
        record: The bytes of the entry.

    Raises:
        InvalidInput: The place is beyond the checkpoint, or a tile is malformed.
        RemoteFailed: A tile cannot be had.
        VerificationFailed: The tiles do not lead from the record to the root
            (``merkle-proof-wrong``).
    """
    path = inclusion_path(index, checkpoint.size, _nodes(hub, checkpoint.size))
    check_inclusion(leaf_hash(record), index, checkpoint.size, path, checkpoint.root)
    return Inclusion(checkpoint.text, checkpoint.size, index, tuple(path))


def fetch_consistency(hub: Hub, old: Checkpoint, new: Checkpoint) -> tuple[bytes, ...]:
    """Return what shows that a log only grew between two verified checkpoints, checked.

    Raises:
        InvalidInput: The new one is smaller, or a tile is malformed.
        RemoteFailed: A tile cannot be had.
        VerificationFailed: The log was rewritten (``merkle-proof-wrong``).
    """
    path = consistency_path(old.size, new.size, _nodes(hub, new.size))
    check_consistency(old.size, old.root, new.size, new.root, path)
    return tuple(path)


def fetch_entries(hub: Hub, bundle: int, size: int) -> list[bytes]:
    """Return the records of a bundle, not checked against a checkpoint.

    Args:
        hub: The hub.
        bundle: The number of the bundle: the entries from ``256 * bundle`` on.
        size: The number of entries of the log.

    Raises:
        InvalidInput: The bundle is malformed or has another number of records.
        RemoteFailed: It cannot be had.
    """
    width = min(size - bundle * TILE_WIDTH, TILE_WIDTH)
    tile = Tile("entries", bundle, width)
    records = unpack_entries(_fetch_tile(hub, tile, _BUNDLE_BYTES_MAX))[:width]
    if len(records) != width:
        raise make_fault(f"has {len(records)} records, not {width}", "tile")
    return records


def _nodes(hub: Hub, size: int) -> Callable[[int, int], bytes]:
    """Return what gives the nodes of a tree; each tile is fetched once."""
    known: dict[Tile, list[bytes]] = {}

    def hashes(tile: Tile) -> list[bytes]:
        if tile not in known:
            data = _fetch_tile(hub, tile, TILE_WIDTH * HASH_BYTES)
            known[tile] = split_hashes(data)[: tile.width]
        return known[tile]

    return node_in_tiles(size, hashes)


def _fetch_tile(hub: Hub, tile: Tile, limit: int) -> bytes:
    """Return a tile; the full one instead of a partial one that is gone since the log grew."""
    wanted = Request(accept="application/octet-stream", limit=limit)
    answer = ask_hub(hub, f"log/{tile_path(tile)}", wanted)
    if answer.status == _MISSING and tile.width < TILE_WIDTH:
        answer = ask_hub(hub, f"log/{tile_path(Tile(tile.level, tile.index))}", wanted)
    return _expect(answer).body


def _expect(answer: Fetched) -> Fetched:
    if answer.status != _SUCCESS:
        raise RemoteFailed(f"{answer.url}: answers {answer.status}", url=answer.url)
    return answer
