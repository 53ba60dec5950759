"""Which files a task may read, and when it may use the system's temporary folder."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import iscc_samples
import pytest
from starlette.testclient import TestClient

from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.server.app import create_app
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.limits import limits_of, readable_of
from iscckit.server.jobs.queue import Jobs
from iscckit.server.jobs.tasks import Stage, make_record
from iscckit.server.settings import Allowance, Settings
from iscckit.server.uploads.multipart import _limit_stalls, _Parts
from iscckit.server.uploads.spool import Spool

SAMPLES = Path(__file__).parents[3] / "samples"


def test_a_task_reads_the_file_it_is_about_if_it_lies_below_a_base(tmp_path: Path) -> None:
    own, base = tmp_path / "base" / "own", str(tmp_path / "base")
    own.parent.mkdir()
    own.touch()
    assert readable_of((str(own), 1), [base]) == (str(own),)
    assert readable_of(str(own), [base]) == (str(own),)
    (tmp_path / "base" / "link").symlink_to("/etc/passwd")
    outside = ("/etc/passwd", str(own / "../../x"), f"{base}2/x", str(own.parent / "link"), "a\0b")
    for path in outside:
        assert readable_of((path,), [base]) == ()
    assert readable_of(5, [base]) == readable_of((), [base]) == ()


def test_only_containers_may_use_the_systems_temporary_folder(tmp_path: Path) -> None:
    container = next(str(path) for path in iscc_samples.all() if path.suffix == ".docx")
    for path, shared in ((container, ("/tmp",)), (str(SAMPLES / "cat.jpg"), ()), ("/none", ())):
        assert limits_of(Settings(), (path,), str(tmp_path)).shared == shared


@pytest.mark.parametrize("suffix", [".docx", ".doc", ".epub", ".rtf"])
def test_office_documents_have_the_same_record_in_a_worker(tmp_path: Path, suffix: str) -> None:
    path = next(str(path) for path in iscc_samples.all() if path.suffix == suffix)

    async def run() -> str:
        settings = Settings(spool=str(tmp_path), roots=(str(Path(path).parent),))
        spool = Spool(str(tmp_path), settings.allowance)
        jobs = Jobs(settings, spool)
        record = await jobs.run(make_record, (path, Path(path).name, Options()))
        await jobs.close()
        spool.close()
        return record.iscc

    assert asyncio.run(run()) == create(path).iscc


def test_work_of_the_service_itself_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    def count(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> int:
        for i in range(3):
            report(Stage(f"step {i}", i / 3, "", ()))
        return 7

    def hang(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> None:
        while not stopped():
            time.sleep(0.01)

    async def run() -> None:
        spool = Spool(str(tmp_path), Allowance())
        jobs = Jobs(Settings(), spool)
        done = jobs.submit_thread(count, shown=lambda value: {"count": value})
        assert await jobs.result(done) == 7
        assert done.to_dict()["result"] == {"count": 7}
        assert [event.data["stage"] for event in done.events[:-1]] == ["step 2"]
        hanging = jobs.submit_thread(hang)
        await asyncio.sleep(0.05)
        jobs.cancel(hanging)
        await hanging.finished.wait()
        assert hanging.status == "cancelled"
        await jobs.close()
        spool.close()

    asyncio.run(run())


def serving(address: str, **allowed: int) -> TestClient:
    app = create_app(Settings(allowance=Allowance(**allowed)))
    return TestClient(app, "http://127.0.0.1", client=(address, 1), follow_redirects=False)


def another(first: TestClient, address: str) -> TestClient:
    """Return a client with another address of the same service."""
    client = TestClient(first.app, "http://127.0.0.1", client=(address, 1), follow_redirects=False)
    client.portal = first.portal
    return client


def test_all_addresses_of_one_network_share_what_one_client_may_keep() -> None:
    with serving("2001:db8:1:2::1", client_bytes=10, spool_bytes=30) as one:
        neighbour, stranger = another(one, "2001:db8:1:2::2"), another(one, "2001:db8:1:3::1")
        codes = [
            client.post("/api/v1/media", content=bytes(8)).status_code
            for client in (one, neighbour, stranger)
        ]
        assert codes == [201, 507, 201]


FORMS = {
    "/open": {"text": "a few words"},
    "/search": {"q": "long words " * 1000},
    "/chunker": {"text_m": "a few words", "text_n": ""},
    "/chunker/example": {},
    "/compare/example": {"example": "image"},
    "/timeline/example": {"example": "audio"},
}


@pytest.mark.parametrize("path", FORMS)
def test_texts_and_examples_count_for_who_asked_for_them(path: str) -> None:
    form = {name: (None, value) for name, value in FORMS[path].items()}
    with serving("192.0.2.1", client_bytes=1 << 22) as client:
        assert client.post("/api/v1/media", content=bytes(1 << 22)).status_code == 201
        codes = [
            each.post(path, files=form or {"none": (None, "")}).status_code
            for each in (client, another(client, "192.0.2.2"))
        ]
        assert codes == [507, 303]


def test_the_header_of_a_part_is_bounded_whatever_the_parser_allows() -> None:
    for lines in (b"A: " + b"a" * 20_000, b"A" * 20_000, b"A: b\r\n" * 10_000):
        parts = _Parts(b"x")
        parts.parser.max_header_size = parts.parser.max_header_count = 1 << 30
        with pytest.raises(Problem, match="the header of a part") as caught:
            parts.parser.write(b"--x\r\n" + lines)
        assert caught.value.slug == "malformed"
    header = b"--x\r\nA: " + b"a" * 10_000 + b"\r\n\r\n\r\n"
    parts = _Parts(b"x")
    parts.parser.max_header_size = 1 << 30
    parts.parser.write(header * 3)  # each for itself
    assert [event for event, _ in parts.events].count("begin") == 3


def test_a_sender_that_pauses_too_long_is_stopped() -> None:
    async def blocks() -> object:
        yield b"a"
        await asyncio.sleep(5)
        yield b"b"

    async def run() -> list[bytes]:
        return [block async for block in _limit_stalls(blocks(), 0.05)]  # type: ignore[arg-type]

    with pytest.raises(Problem) as caught:
        asyncio.run(run())
    assert (caught.value.slug, caught.value.kind.status) == ("stalled", 408)
    assert caught.value.headers["Connection"] == "close"
