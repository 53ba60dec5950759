"""Work that is asked for later: states, events, cancelling, limits."""

import asyncio
import json
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from starlette.testclient import TestClient
from tests.media.av_files import long_film

from iscckit.server.app import create_app
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.job import Job
from iscckit.server.jobs.queue import Jobs
from iscckit.server.jobs.tasks import Stage
from iscckit.server.routes.jobs import _events
from iscckit.server.settings import Allowance, Settings
from iscckit.server.uploads.spool import Spool

SAMPLES = Path(__file__).parents[3] / "samples"
CAT = (SAMPLES / "cat.jpg").read_bytes()
ASYNC = {"Prefer": "respond-async"}


def serving(folder: Path, **allowed: float) -> TestClient:
    settings = Settings(spool=str(folder), allowance=Allowance(**allowed))  # type: ignore[arg-type]
    return TestClient(create_app(settings), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("spool"), workers=1) as client:
        yield client


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a film that is still being decoded when the next request arrives."""
    return long_film(tmp_path_factory.mktemp("film") / "film.mp4").read_bytes()


def events_of(text: str) -> list[tuple[int, str, dict[str, object]]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def test_a_job_tells_its_stages_and_ends_with_the_record(client: TestClient) -> None:
    answer = client.post("/api/v1/iscc", content=CAT, headers=ASYNC)
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert len(job["partial"]["units"]) == 2  # Data and Instance were computed on the way
    stream = client.get(f"/api/v1/jobs/{job['id']}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = events_of(stream.text)
    numbers = [number for number, _, _ in events]
    assert numbers == sorted(set(numbers))
    assert events[-1][1] == "done"
    stages = [str(data["stage"]) for _, kind, data in events if kind == "progress"]
    assert stages == ["hashed", "content", "meta"][-len(stages) :]  # earlier ones may be forgotten
    done = client.get(f"/api/v1/jobs/{job['id']}", headers={"Prefer": "wait=5"}).json()
    assert (done["status"], done["progress"]) == ("done", 1)
    assert done["result"] == events[-1][2]["result"]
    assert client.get(f"/api/v1/iscc/{done['result']['media_id']}").json() == done["result"]


def test_a_stream_goes_on_where_it_broke_off(client: TestClient) -> None:
    job = client.post("/api/v1/iscc", content=CAT, headers=ASYNC).json()["id"]
    client.get(f"/api/v1/jobs/{job}/events")  # to the end; what is kept changes no more
    whole = events_of(client.get(f"/api/v1/jobs/{job}/events").text)
    rest = client.get(f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": "2"})
    assert events_of(rest.text) == [event for event in whole if event[0] > 2]
    bad = client.get(f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": "none"})
    assert events_of(bad.text) == whole


def test_of_the_progress_of_a_long_job_only_the_latest_is_kept() -> None:
    async def check() -> None:
        job = Job("long")
        following = [parts async for parts in _events(over(Job("short")), 0)]
        assert len(following) == 2  # when to come back, and the end
        for number in range(1000):
            job.tell("progress", {"at": number})
            if number == 500:
                job.tell("unit", {"iscc_unit": "a"})
        over(job)
        assert [event.number for event in job.events] == [502, 1001, 1002]
        for seen, rest in ((0, [502, 1001, 1002]), (700, [1001, 1002]), (1001, [1002]), (1002, [])):
            sent = b"".join([block async for block in _events(job, seen)]).decode()
            assert [number for number, _, _ in events_of(sent)] == rest

    def over(job: Job) -> Job:
        job.status = "done"
        job.tell("done", {})
        job.finished.set()
        return job

    asyncio.run(check())


def test_who_follows_a_job_is_told_all_that_happens_meanwhile() -> None:
    async def check() -> None:
        job = Job("long")
        stream = _events(job, 0)
        await anext(stream)  # when to come back
        for number in range(3):
            job.tell("progress", {"at": number})
            block = (await asyncio.wait_for(anext(stream), 10)).decode()
            assert events_of(block) == [(number + 1, "progress", {"at": number})]
        job.tell("done", {})
        job.finished.set()
        rest = b"".join([block async for block in stream]).decode()
        assert events_of(rest) == [(4, "done", {})]

    asyncio.run(check())


def test_waiting_a_while_gives_the_job_or_the_record(client: TestClient) -> None:
    headers = {"Prefer": "wait=0"}
    assert client.post("/api/v1/iscc", content=CAT, headers=headers).status_code == 202
    headers = {"Prefer": "wait=60"}
    assert client.post("/api/v1/iscc", content=CAT, headers=headers).status_code == 201


def test_a_cancelled_job_is_over_and_its_file_is_gone(tmp_path: Path, film: bytes) -> None:
    with serving(tmp_path, workers=1) as client:
        running = client.post("/api/v1/iscc", content=film, headers=ASYNC).json()["id"]
        waiting = client.post("/api/v1/iscc", content=CAT, headers=ASYNC).json()
        assert waiting["status"] == "queued"
        for job in (waiting["id"], running):
            answer = client.delete(f"/api/v1/jobs/{job}")
            assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
            assert client.delete(f"/api/v1/jobs/{job}").status_code == 409
            events = events_of(client.get(f"/api/v1/jobs/{job}/events").text)
            assert events[-1][1] == "problem"
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_the_queue_is_bounded(tmp_path: Path, film: bytes) -> None:
    with serving(tmp_path, workers=1, queue=1) as client:
        first = client.post("/api/v1/iscc", content=film, headers=ASYNC)
        assert first.status_code == 202
        while client.get(f"/api/v1/jobs/{first.json()['id']}").json()["status"] == "queued":
            time.sleep(0.01)
        assert client.post("/api/v1/iscc", content=CAT, headers=ASYNC).status_code == 202
        refused = client.post("/api/v1/iscc", content=CAT, headers=ASYNC)
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/queue-full")
        assert int(refused.headers["retry-after"]) > 0
        assert len([p for p in tmp_path.iterdir() if len(p.name) == 13]) == 2


def test_what_takes_too_long_is_a_problem_of_its_own(tmp_path: Path, film: bytes) -> None:
    with serving(tmp_path, job_seconds=0.05) as client:
        answer = client.post("/api/v1/iscc", content=film)
        assert (answer.status_code, answer.json()["type"]) == (504, "/problems/timeout")
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def plain_png(side: int) -> bytes:
    """Return a black RGB picture as PNG, without holding its pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    packer, row = zlib.compressobj(1), bytes(1 + 3 * side)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = side.to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_what_takes_too_much_memory_costs_only_itself(tmp_path: Path) -> None:
    # Pillow holds four bytes a pixel, so this picture needs more than the limit on every machine.
    # What a film needs depends on the number of processors: each adds a thread to its decoder.
    side, limit = 7000, 128 << 20
    assert 4 * side * side > limit
    with serving(tmp_path, job_memory=limit) as client:
        answer = client.post("/api/v1/iscc", content=plain_png(side))
        told = answer.json()
        if answer.status_code == 201:  # the decoder got no memory and said so
            assert "content" in told["properties"]["missing"]
            assert client.delete(f"/api/v1/media/{told['media_id']}").status_code == 204
        else:  # the watch saw how much it held
            assert (answer.status_code, told["type"]) == (422, "/problems/limit-exceeded")
            assert (told["limit"], told["value"]) == ("memory", limit)
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]
        next_one = client.post("/api/v1/iscc", content=CAT)
        assert (next_one.status_code, next_one.json()["mode"]) == (201, "image")


def test_a_result_that_nobody_fetched_is_gone(tmp_path: Path) -> None:
    with serving(tmp_path, spool_seconds=1.0) as client:
        job = client.post("/api/v1/iscc", content=CAT, headers=ASYNC).json()["id"]
        client.get(f"/api/v1/jobs/{job}/events")
        time.sleep(1.1)
        assert client.get(f"/api/v1/jobs/{job}").status_code == 410
        assert client.get("/api/v1/jobs/never").status_code == 404


def test_cancelling_twice_waits_for_the_end_all_the_same(tmp_path: Path) -> None:
    async def check() -> None:
        settings = Settings(spool=str(tmp_path))
        spool = Spool(settings.spool, settings.allowance)
        jobs = Jobs(settings, spool)
        stopping, may_end = Event(), Event()

        def work(_: Callable[[Stage], None], stopped: Callable[[], bool]) -> None:
            while not stopped():
                stopping.wait(0.001)
            stopping.set()
            may_end.wait(30)

        job = jobs.submit_thread(work)
        while job.status == "queued":
            await asyncio.sleep(0)
        jobs.cancel(job)
        await asyncio.to_thread(stopping.wait, 30)
        jobs.cancel(job)
        for _ in range(10):
            await asyncio.sleep(0)
        assert not job.is_over  # its thread is still at work
        may_end.set()
        await job.finished.wait()
        assert job.status == "cancelled"
        await jobs.close()
        spool.close()

    asyncio.run(check())


def test_only_so_many_results_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iscckit.server.jobs.queue._RESULTS", 2)

    async def check() -> None:
        settings = Settings(spool=str(tmp_path))
        spool = Spool(settings.spool, settings.allowance)
        jobs = Jobs(settings, spool)
        made = []
        for number in range(4):
            job = jobs.submit_thread(lambda *_, number=number: number)
            assert await jobs.result(job) == number
            made.append(job)
        assert [jobs.get(job.id).result for job in made[2:]] == [2, 3]
        for job in made[:2]:
            with pytest.raises(Problem, match="not kept any more"):
                jobs.get(job.id)
        spool.close()

    asyncio.run(check())
