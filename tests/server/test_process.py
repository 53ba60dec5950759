"""The service from outside: uploads that end badly, many at once, very long ones, and its end."""

import asyncio
import base64
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import httpx
import iscc_samples
import pytest
from tests.server.process import Running

from iscckit.units.sum import hash_stream

ROOT = Path(__file__).parent.parent.parent
CAT = ROOT / "samples" / "cat.jpg"
FILM = ROOT / "samples" / "film.mp4"
PATIENCE = 25  # seconds; after 30 the service ends stalled uploads, and would free what it forgot

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="looks into /proc")


def until(condition: Callable[[], bool]) -> bool:
    """Wait until ``condition`` holds; tell whether it did in time, also on a busy machine."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path, "--max-upload", "8M") as running:
        yield running


def header(running: Running, path: str, length: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {running.address.removeprefix('http://')}",
        f"Authorization: Bearer {running.token}",
        length,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def connected(running: Running) -> socket.socket:
    host, port = running.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), 20)


def test_a_record_comes_from_a_real_service_and_one_call_deletes_the_file(service: Running) -> None:
    answer = service.client.post("/api/v1/iscc", content=CAT.read_bytes())
    assert answer.status_code == 201
    number = answer.json()["media_id"]
    assert service.files() == [number]
    assert (service.spool / number).stat().st_mode & 0o777 == 0o600
    assert service.client.delete(f"/api/v1/media/{number}").status_code == 204
    assert service.files() == []


def test_an_upload_that_breaks_off_leaves_nothing(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(header(service, "/api/v1/media", "Content-Length: 4000000"))
        connection.sendall(b"x" * 1_000_000)
        assert until(lambda: len(service.files()) == 1)
    assert until(lambda: service.files() == [])
    assert service.client.get("/healthz").status_code == 200


def test_an_endless_upload_is_cut_off_one_block_beyond_the_limit(service: Running) -> None:
    sent = 0
    with connected(service) as connection:
        connection.sendall(header(service, "/api/v1/media", "Transfer-Encoding: chunked"))
        try:
            while sent < 64 << 20:
                connection.sendall(b"40000\r\n" + bytes(1 << 18) + b"\r\n")
                sent += 1 << 18
        except OSError:
            pass  # the other side has closed
    # What was sent beyond the limit of 8 MiB lies in buffers of the system, not on the disk.
    assert sent < 32 << 20
    assert until(lambda: service.files() == [])
    text = service.client.get("/metrics").text
    line = next(x for x in text.splitlines() if x.startswith("iscc_received_bytes_total"))
    assert int(line.split()[1]) <= (8 << 20) + (1 << 19)
    assert 'route="/api/v1/media",status="413"' in text


def test_a_length_beyond_the_limit_is_refused_before_the_body(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(header(service, "/api/v1/media", "Content-Length: 9000000"))
        answer = b""
        while block := connection.recv(65536):
            answer += block
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    assert b"/problems/too-large" in answer


def test_cancelling_kills_the_worker_and_frees_everything(service: Running) -> None:
    headers = {"Prefer": "respond-async"}
    job = service.client.post("/api/v1/iscc", content=FILM.read_bytes(), headers=headers).json()
    assert until(lambda: len(service.files()) == 2)  # the film, and the folder of its worker
    answer = service.client.delete(f"/api/v1/jobs/{job['id']}")
    assert answer.status_code == 202
    assert answer.json()["status"] == "cancelled"
    assert service.files() == []
    assert until(lambda: len(service.descendants()) <= 2)  # the fork server and its tracker
    assert service.client.delete(f"/api/v1/jobs/{job['id']}").status_code == 409


def test_who_goes_away_while_waiting_cancels_the_work(service: Running) -> None:
    content = FILM.read_bytes()
    with connected(service) as connection:
        connection.sendall(
            header(service, "/api/v1/iscc", f"Content-Length: {len(content)}") + content
        )
        assert until(lambda: len(service.files()) == 2)
    assert until(lambda: service.files() == [])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_end_of_the_service_leaves_no_file_and_no_process(
    tmp_path: Path, number: int, code: int
) -> None:
    with Running(tmp_path) as running:
        headers = {"Prefer": "respond-async"}
        answer = running.client.post("/api/v1/iscc", content=FILM.read_bytes(), headers=headers)
        assert answer.status_code == 202
        assert until(lambda: len(running.files()) == 2)
        children = running.descendants()
        assert running.stop(number) == code
        assert running.files() == []
        assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_what_a_killed_service_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.client.post("/api/v1/media", content=b"left")
        running.stop(signal.SIGKILL)
        assert len(running.files()) == 1
    (tmp_path / "spool" / "notes of somebody.txt").write_text("not ours")
    with Running(tmp_path) as running:
        assert running.files() == ["notes of somebody.txt"]


def test_a_second_service_does_not_take_the_same_folder(service: Running, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(RuntimeError, match="another service"):
        Running(other, "--spool", str(service.spool))


def test_many_uploads_at_once_end_well_or_with_a_clean_refusal(service: Running) -> None:
    content = CAT.read_bytes()

    async def all_of_them() -> Counter[int]:
        headers = {"Authorization": f"Bearer {service.token}"}
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(
            base_url=service.address, headers=headers, limits=limits, timeout=120
        ) as client:
            answers = await asyncio.gather(
                *(client.post("/api/v1/iscc", content=content) for _ in range(64))
            )
        refused = [each for each in answers if each.status_code in {429, 503}]
        assert all("retry-after" in each.headers for each in refused)
        return Counter(each.status_code for each in answers)

    statuses = asyncio.run(all_of_them())
    assert set(statuses) <= {201, 429, 503}
    assert statuses[201] > 0
    assert len(service.files()) == statuses[201]


def broken(content: bytes, random: Random) -> bytes:
    """Return ``content`` cut off, or with bytes that were thrown in."""
    if random.random() < 0.5:
        return content[: random.randrange(len(content))]
    damaged = bytearray(content)
    for _ in range(200):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


@pytest.mark.slow
def test_damaged_files_of_all_kinds_never_break_the_service(service: Running) -> None:
    random = Random(7)
    paths = [path for path in iscc_samples.all() if path.stat().st_size < 1 << 19]
    kinds = {path.suffix: path for path in paths}
    assert len(kinds) > 20
    for path in [*kinds.values(), *kinds.values()]:
        content = broken(path.read_bytes(), random)
        headers = {"X-Upload-Filename": base64.b64encode(path.name.encode()).decode()}
        answer = service.client.post("/api/v1/iscc", content=content, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text)
        if answer.status_code == 201:
            service.client.delete(f"/api/v1/media/{answer.json()['media_id']}")
        assert service.files() == []
    assert until(lambda: len(service.descendants()) <= 2)


@pytest.mark.slow
def test_an_upload_of_two_gigabytes_needs_little_memory_and_is_hashed_at_its_end(
    tmp_path: Path,
) -> None:
    block = os.urandom(1 << 20)
    size = 2 << 30
    with Running(tmp_path) as running:
        before = running.memory("VmHWM")
        last = 0.0

        def blocks() -> Iterator[bytes]:
            nonlocal last
            for i in range(size >> 20):
                yield i.to_bytes(8, "big") + block[8:]
            last = time.monotonic()

        headers = {"Content-Length": str(size)}
        answer = running.client.post("/api/v1/media", content=blocks(), headers=headers)
        seconds = time.monotonic() - last
        grown = running.memory("VmHWM") - before
        assert answer.status_code == 201
        print(f"ISCC-SUM {seconds:.3f} s after the last byte, {grown / 2**20:.1f} MiB more")
        assert grown <= 32 << 20
        path = running.spool / answer.json()["media_id"]
        with path.open("rb") as file:
            assert hash_stream(file).datahash == answer.json()["datahash"]
        assert running.stop() == 0


def test_first_page_before_the_first_file_needs_no_workers(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        assert running.client.get("/generate").status_code == 200
        assert running.descendants() == set()
        assert running.memory() <= 120 << 20


def test_a_log_has_neither_names_nor_content(tmp_path: Path) -> None:
    with Running(tmp_path, "--log", "json") as running:
        files = {"file": ("secret name.txt", b"secret content")}
        answer = running.client.post("/api/v1/iscc", files=files)
        assert answer.status_code == 201
        running.client.get("/generate", params={"m": answer.json()["media_id"], "name": "secret"})
        running.stop()
        log = running.log.read_text()
    assert "secret" not in log
    assert answer.json()["media_id"] not in log
    assert '"route": "/api/v1/iscc"' in log


def test_stalling_is_no_way_to_keep_others_out(service: Running) -> None:
    with connected(service) as idle:
        idle.sendall(header(service, "/api/v1/media", "Content-Length: 1000") + b"x")
        assert until(lambda: len(service.files()) == 1)
        done = threading.Event()

        def other() -> None:
            assert service.client.post("/api/v1/media", content=b"quick").status_code == 201
            done.set()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(PATIENCE)
        assert done.is_set()
