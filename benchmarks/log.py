"""Rates of a log, as shares of what the same machine does in the same run.

    python -m benchmarks.log                     logs of 1 000 and of 20 000 entries
    python -m benchmarks.log --entries 1000000   the same with a large one, which takes minutes

The bare rate is that of Ed25519 signatures of OpenSSL, verified one after the other by one thread.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.types import ASGIApp, Receive, Scope, Send

from iscckit.codec.code import compose
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import MainType, Unit
from iscckit.trust.log.create import create_log
from iscckit.trust.log.draft import wrap_note
from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.hub import Hub
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.store import Head, StoredNote
from iscckit.trust.log.writer import LogWriter
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.merkle import inclusion_path
from iscckit.trust.proof.multikey import decode_multibase
from iscckit.trust.proof.note import make_nonce, make_note
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import canonicalize

SECRET: Final = bytes(range(32))
KEY: Final = ed25519.derive_public_key(SECRET)
IDENTITY: Final = LogIdentity("hub.example", 1, 0, KEY)
WRITERS: Final = 50
ROUNDS: Final = 3

SERVE: Final = """
import sys
import uvicorn
from benchmarks.log import VerifyOnly, open_log, sign
from iscckit.server.http.protocol import server_options
from iscckit.server.hub.hub_app import HubApp
from iscckit.server.settings import Allowance
from iscckit.trust.log.hub import Hub
hub = Hub(open_log(sys.argv[1]), sign)
config = uvicorn.Config(VerifyOnly(hub, HubApp(hub)), port=int(sys.argv[2]), log_config=None,
                        **server_options(Allowance()))
uvicorn.Server(config).run()
"""


def sign(message: bytes) -> bytes:
    """Sign with the one key of this program."""
    return ed25519.sign(SECRET, message)


def open_log(folder: str) -> LogWriter:
    """Open a log whose pin lies beside it."""
    return LogWriter(folder, sign, f"{folder}.pin")


class VerifyOnly:
    """A hub whose path ``/verify`` checks a note as ``/declaration`` does, and keeps nothing."""

    def __init__(self, hub: Hub, app: ASGIApp) -> None:
        self._hub, self._app = hub, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http" or scope["path"] != "/verify":
            await self._app(scope, receive, send)
            return
        message = await receive()
        self._hub.admit_declaration(message["body"])
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def make_notes(count: int) -> list[bytes]:
    """Return signed notes of different contents."""
    units = [Unit(kind, 0, os.urandom(8)) for kind in (MainType.META, MainType.DATA)]
    content = Unit(MainType.CONTENT, 0, os.urandom(8))
    notes = []
    for _ in range(count):
        digest = os.urandom(32)
        code = compose([units[0], content, units[1], Unit(MainType.INSTANCE, 0, digest)])
        nonce = make_nonce(1, os.urandom(16))
        note = make_note(iscc_code=str(code), datahash=f"1e20{digest.hex()}", nonce=nonce)
        notes.append(json.dumps(sign_document(note, KEY, sign)).encode())
    return notes


def bare_rate(notes: Sequence[bytes]) -> float:
    """Return how many signatures of these notes one thread verifies in a second."""
    key = Ed25519PublicKey.from_public_bytes(KEY)
    cases = []
    for each in notes[:1000]:
        document = json.loads(each)
        proof = decode_multibase(document["signature"].pop("proof"))
        cases.append((proof, canonicalize(document)))
    start = time.perf_counter()
    for proof, message in cases:
        key.verify(proof, message)
    return len(cases) / (time.perf_counter() - start)


def write_rate(folder: str, notes: Sequence[bytes]) -> float:
    """Return how many notes 50 threads check and append in a second, each waiting for the disk."""
    with open_log(folder) as writer:
        hub = Hub(writer, sign)

        def post(own: Sequence[bytes]) -> None:
            for each in own:
                answer = hub.post(each)
                assert answer.status == 201, answer.body

        threads = [Thread(target=post, args=(notes[i::WRITERS],)) for i in range(WRITERS)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        passed = time.perf_counter() - start
        hub.close()
    return len(notes) / passed


def fill(folder: str, count: int) -> None:
    """Make a log of ``count`` entries, without checks of their notes."""
    create_log(folder, IDENTITY, sign, f"{folder}.pin")
    note = canonicalize(json.loads(make_notes(1)[0]))
    with open_log(folder) as writer:
        store = writer.store
        frontier = Frontier(0, store.node)
        now = time.time_ns() // 1000 - count
        while frontier.size < count:
            first = frontier.size
            seqs = range(first, min(first + 20_000, count))
            records = [wrap_note(IsccId(now + seq, 1, 0), note) for seq in seqs]
            nodes = [node for record in records for node in frontier.add(record)]
            notes = [StoredNote(seq, os.urandom(16), now + seq, os.urandom(8)) for seq in seqs]
            text = make_checkpoint(IDENTITY.origin, frontier.size, frontier.root(), sign, KEY)
            store.append(records, nodes, notes, Head(frontier.size, now + seqs[-1], text))


def proof_ms(folder: str) -> float:
    """Return the median time of an inclusion proof in milliseconds."""
    with open_log(folder) as writer:
        size = writer.store.head().size
        times = []
        for i in range(200):
            start = time.perf_counter()
            inclusion_path(size * i // 200, size, writer.store.node)
            times.append(time.perf_counter() - start)
    return median(times) * 1000


async def _ask(address: str, path: str, notes: Sequence[bytes]) -> float:
    limits = httpx.Limits(max_connections=WRITERS)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:

        async def post(own: Sequence[bytes]) -> None:
            for each in own:
                answer = await client.post(path, content=each)
                assert answer.status_code == 201, answer.text

        start = time.perf_counter()
        await asyncio.gather(*(post(notes[i::WRITERS]) for i in range(WRITERS)))
        return len(notes) / (time.perf_counter() - start)


def http_rates(folder: str, port: int, count: int) -> tuple[float, float]:
    """Return the rates of 50 clients: of posts that are only verified, and of declarations."""
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.executable, "-c", SERVE, folder, str(port)])
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/health")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        verified, declared = [], []
        for _ in range(ROUNDS):
            verified.append(asyncio.run(_ask(address, "/verify", make_notes(count))))
            declared.append(asyncio.run(_ask(address, "/declaration", make_notes(count))))
        return median(verified), median(declared)
    finally:
        server.terminate()
        server.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--port", type=int, default=18_731)
    given = parser.parse_args(arguments)
    say: Callable[[str], None] = lambda line: print(line, flush=True)  # noqa: E731
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", str(Path.cwd()))) as place:
        small, large = f"{place}/small", f"{place}/large"
        fill(small, 1000)
        fill(large, given.entries)
        rates: dict[str, list[float]] = {"bare": [], small: [], large: []}
        for _ in range(ROUNDS):
            rates["bare"].append(bare_rate(make_notes(1000)))
            for folder in (small, large):
                rates[folder].append(write_rate(folder, make_notes(given.count)))
        bare, at_small, at_large = (median(rates[name]) for name in ("bare", small, large))
        say(f"bare verify, one thread        {bare:8.0f} /s")
        say(f"50 writers,     1 000 entries  {at_small:8.0f} /s  {at_small / bare:.2f} of bare")
        say(
            f"50 writers, {given.entries:9,} entries  {at_large:8.0f} /s  {at_large / bare:.2f} of "
            f"bare, {at_large / at_small:.2f} of 1 000"
        )
        say(f"inclusion proof, {given.entries:,} entries  {proof_ms(large):.3f} ms")
        verified, declared = http_rates(small, given.port, given.count)
        say(f"HTTP, 50 clients: verify only  {verified:8.0f} /s")
        say(f"HTTP, 50 clients: declaration  {declared:8.0f} /s  {declared / verified:.2f} of that")


if __name__ == "__main__":
    main()
