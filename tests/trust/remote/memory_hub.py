"""A hub in memory with real keys, notes and proofs, that can be told to misbehave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.trust.local_server import Answer, Seen, serve

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.did import ControlledKey, make_did_document
from iscckit.trust.proof.ed25519 import derive_public_key, sign
from iscckit.trust.proof.entry import make_entry
from iscckit.trust.proof.merkle import inclusion_path, leaf_hash, root_of
from iscckit.trust.proof.receipt import Inclusion, make_receipt
from iscckit.trust.proof.tiles import TILE_WIDTH, Tile, pack_entries, parse_tile_path
from iscckit.trust.remote.hub_log import Hub

BEGIN = 1_790_000_000_000_000


class MemoryHub:
    """A hub; ``evidence`` says whether its receipts show the inclusion."""

    def __init__(self, secret: bytes = bytes(range(32)), number: int = 1) -> None:
        self.secret = secret
        self.key = derive_public_key(secret)
        self.number = number
        self.domain = ""
        self.evidence = True
        self.records: list[bytes] = []
        self.receipts: dict[str, tuple[int, dict[str, Any]]] = {}
        self.answers: dict[tuple[str, str], Answer] = {}
        self.seen: list[Seen] = []

    def sign(self, message: bytes) -> bytes:
        return sign(self.secret, message)

    def node(self, level: int, index: int) -> bytes:
        start = index << level
        return root_of([leaf_hash(each) for each in self.records[start : start + (1 << level)]])

    def checkpoint(self, size: int | None = None) -> str:
        records = self.records[:size]
        root = root_of([leaf_hash(each) for each in records])
        origin = f"{self.domain}/log"
        return make_checkpoint(origin, len(records), root, self.sign, self.key)

    def append(self, note: dict[str, Any]) -> tuple[IsccId, int]:
        seq = len(self.records)
        iscc_id = IsccId(BEGIN + seq, self.number)
        self.records.append(make_entry(str(iscc_id), note))
        self.receipts[str(iscc_id)] = seq, note
        return iscc_id, seq

    def receipt(self, iscc_id: str) -> dict[str, Any]:
        seq, note = self.receipts[iscc_id]
        size = len(self.records)
        path = tuple(inclusion_path(seq, size, self.node))
        inclusion = Inclusion(self.checkpoint(), size, seq, path) if self.evidence else None
        make = partial(make_receipt, self.did, self.key, self.sign)
        return dict(make(seq=seq, iscc_id=iscc_id, note=note, inclusion=inclusion))

    @property
    def did(self) -> str:
        return "did:web:" + self.domain.replace(":", "%3A")

    def tile(self, tile: Tile) -> bytes:
        start = tile.index * TILE_WIDTH
        if tile.level == "entries":
            return pack_entries(self.records[start : start + tile.width])
        return b"".join(self.node(tile.level * 8, start + at) for at in range(tile.width))

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        told = self.answers.get((seen.method, seen.path))
        if told is not None:
            return told
        match seen.path.strip("/").split("/"):
            case ["declaration"]:
                iscc_id, seq = self.append(json.loads(seen.body))
                return as_json({"iscc_id": str(iscc_id), "seq": seq}, 201)
            case ["declaration", _] if seen.method == "DELETE":
                return Answer(204, b"")
            case ["declaration", iscc_id, "receipt"]:
                return as_json(self.receipt(iscc_id))
            case [".well-known", "did.json"]:
                return as_json(make_did_document(self.did, [ControlledKey(self.key)]))
            case ["log", "checkpoint"]:
                return Answer(body=self.checkpoint().encode())
            case ["log", *path]:
                return Answer(body=self.tile(parse_tile_path("/".join(path))))
        return Answer(404, b"")

    @contextmanager
    def serve(self) -> Iterator[Hub]:
        """Serve it; yields it as clients know it."""
        with serve(self.answer) as url:
            self.domain = url.removeprefix("http://")
            yield Hub(url, self.key, self.number)


def as_json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
