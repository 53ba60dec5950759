"""The folder of uploads: private, counted, swept."""

import asyncio
import contextlib
import os
import select
import shutil
import socket
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.server.process import served

from iscckit.codec.code import compose
from iscckit.errors import LibraryError
from iscckit.files.lock import hold_lock
from iscckit.server.http.problems import Problem
from iscckit.server.settings import Allowance, Settings
from iscckit.server.uploads import spool_folder as module
from iscckit.server.uploads.body_writer import Upload
from iscckit.server.uploads.spool import Spool
from iscckit.units.data import data_code
from iscckit.units.instance import instance_code


async def put(spool: Spool, *blocks: bytes, client: str = "") -> Upload:
    async with spool.incoming("a.txt", client) as incoming:
        for block in blocks:
            await incoming.write(block)
        return await incoming.finish()


@pytest.mark.parametrize("sizes", [(), (0,), (1,), (1 << 18,), (5, (1 << 18) - 5, 7), (1 << 20,)])
def test_codes_and_bytes_do_not_depend_on_the_blocks(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    blocks = [bytes(i * 7 % 251 for i in range(size)) for size in sizes]
    whole = b"".join(blocks)
    spool = Spool(str(tmp_path), Allowance())
    upload = asyncio.run(put(spool, *blocks))
    assert Path(upload.path).read_bytes() == whole
    assert upload.size == spool.size == len(whole)
    units = (data_code(whole, bits=256), instance_code(whole, bits=256))
    assert upload.units == units
    assert upload.iscc_sum == compose(units)
    spool.close()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]  # deleted, it would be no lock


def test_what_is_given_back_can_be_used_again(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path), Allowance(client_bytes=10, spool_bytes=15))
    first = asyncio.run(put(spool, bytes(10), client="a"))
    for client, size in (("a", 1), ("b", 6)):
        with pytest.raises(Problem) as caught:
            asyncio.run(put(spool, bytes(size), client=client))
        assert caught.value.slug == "storage-full"
    assert (spool.count, spool.arriving, spool.size) == (1, 0, 10)
    spool.remove(first.id)
    assert spool.size == 0
    asyncio.run(put(spool, bytes(10), client="a"))
    spool.close()


def test_only_so_many_files_arrive_at_a_time(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Spool(str(tmp_path), Allowance(uploads=1))
        async with spool.incoming("a"):
            with pytest.raises(Problem) as caught:
                spool.incoming("b")
            assert caught.value.slug == "queue-full"
        async with spool.incoming("c"):
            pass
        spool.close()

    asyncio.run(run())


def test_what_is_worked_on_does_not_expire(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path), Allowance(spool_seconds=0))
    upload = asyncio.run(put(spool, b"x"))
    with spool.pin(upload.id):
        spool.expire()
        assert spool.holds(upload.id)
    spool.expire()
    assert not spool.holds(upload.id)
    with pytest.raises(Problem, match="there is no file"), spool.pin(upload.id):
        pass
    spool.close()


def test_a_scratch_folder_is_gone_afterwards(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path), Allowance())
    with spool.make_scratch() as folder:
        (Path(folder) / "deep").mkdir()
        (Path(folder) / "deep" / "file").touch()
        assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert not Path(folder).exists()
    spool.close()


def test_folders_of_services_that_are_no_more_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGE_FILES", str(tmp_path))
    left, foreign = tmp_path / "iscc-spool-left", tmp_path / "precious"
    for folder in (left, foreign):
        folder.mkdir()
        (folder / "file").touch()
    (tmp_path / "iscc-spool-link").symlink_to(foreign)
    first = Spool(None, Allowance())
    assert not left.exists()
    assert [path.name for path in foreign.iterdir()] == ["file"]
    second = Spool(None, Allowance())
    assert Path(first.folder).is_dir()
    with pytest.raises(LibraryError, match="another service"):
        Spool(first.folder, Allowance())
    first.close()
    second.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["iscc-spool-link", "precious"]


@pytest.mark.parametrize("is_at_work", [True, False])
def test_a_folder_that_another_service_took_for_left_over_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_at_work: bool
) -> None:
    """The other one starts between making the folder and locking it."""
    monkeypatch.setattr(module, "_LARGE_FILES", str(tmp_path))
    make = tempfile.mkdtemp
    others: list[ExitStack | Spool] = []
    taken: list[Path] = []

    def overtaken(**choices: str) -> str:
        monkeypatch.setattr(tempfile, "mkdtemp", make)
        taken.append(Path(make(**choices)))
        if is_at_work:  # it holds the lock, and removes the folder in a moment
            others.append(module.open_folder(str(taken[0]))[1])
        else:
            others.append(Spool(None, Allowance()))
            assert not taken[0].exists()
        return str(taken[0])

    monkeypatch.setattr(tempfile, "mkdtemp", overtaken)
    spool = Spool(None, Allowance())
    folder = Path(spool.folder)
    assert folder.name.startswith("iscc-spool-")
    assert folder.stat().st_mode & 0o777 == 0o700
    if is_at_work:
        assert folder != taken[0]
    with pytest.raises(LibraryError, match="another service"):
        Spool(spool.folder, Allowance())
    upload = asyncio.run(put(spool, b"x"))
    assert Path(upload.path).is_file()
    for other in (*others, spool):
        other.close()


def test_a_folder_is_removed_while_its_lock_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGE_FILES", str(tmp_path))
    left = tmp_path / "iscc-spool-left"
    left.mkdir()
    remove = shutil.rmtree

    def watched(path: Path, *, ignore_errors: bool) -> None:
        with pytest.raises(LibraryError, match="another"), hold_lock(str(path)):
            pass
        remove(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", watched)
    spool = Spool(None, Allowance())
    monkeypatch.undo()
    assert not left.exists()
    spool.close()


def test_a_folder_that_is_gone_before_it_is_looked_at_hinders_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGE_FILES", str(tmp_path))
    gone = [tmp_path / "iscc-spool-gone"]
    monkeypatch.setattr(Path, "glob", lambda *_: iter(gone))
    spool = Spool(None, Allowance())
    assert not gone[0].exists()
    spool.close()


def test_a_place_where_no_folder_can_be_locked_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGE_FILES", str(tmp_path))
    monkeypatch.setattr(module, "_identity", lambda _: object())  # another folder at each look
    with pytest.raises(LibraryError, match="no folder can be made and locked"):
        Spool(None, Allowance())


def test_a_link_that_a_worker_left_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the service")
    spool = Spool(str(tmp_path / "spool"), Allowance())
    with spool.make_scratch() as folder:
        made = Path(folder, "copy")
        made.symlink_to(secret)
        with pytest.raises(Problem, match="the worker left no file"):
            asyncio.run(spool.adopt(str(made), "copy.txt"))
        made.unlink()
        os.mkfifo(made)
        with pytest.raises(Problem, match="the worker left no file"):
            asyncio.run(spool.adopt(str(made), "copy.txt"))
        made.unlink()
        made.write_text("a copy")
        assert asyncio.run(spool.adopt(str(made), "copy.txt")).size == 6
    assert (spool.count, spool.size) == (1, 6)
    spool.close()


def begin_upload(port: int, address: str) -> socket.socket:
    """Begin to send a file from an address of this machine; the file does not end."""
    connection = socket.create_connection(("127.0.0.1", port), 20, (address, 0))
    connection.sendall(
        b"POST /api/v1/media HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000000\r\n\r\nx"
    )
    return connection


def answer_of(connection: socket.socket) -> bytes:
    return connection.recv(1 << 16)


def send_file(port: int, address: str, headers: bytes = b"") -> bytes:
    """Send a small file, and return the first line of the answer."""
    with socket.create_connection(("127.0.0.1", port), 20, (address, 0)) as connection:
        connection.sendall(
            b"POST /api/v1/media HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            + headers
            + b"content-length: 1\r\n\r\nx"
        )
        return answer_of(connection).split(b"\r\n")[0]


def wait_for_refusals(connections: list[socket.socket], wanted: int) -> int:
    """Return how many were answered, which only those are that were refused."""
    for _ in range(400):
        time.sleep(0.05)
        answered, _, _ = select.select(connections, [], [], 0)
        if len(answered) >= wanted:
            break
    return len(answered)


needs_loopback = pytest.mark.skipif(
    sys.platform != "linux", reason="other addresses than 127.0.0.1 need Linux"
)


@needs_loopback
def test_slow_connections_of_one_client_do_not_lock_out_another() -> None:
    with served(Settings()) as port, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(begin_upload(port, "127.0.0.2")) for _ in range(64)]
        assert wait_for_refusals(slow, 32) == 32  # half of the places
        assert b"503" in send_file(port, "127.0.0.2")
        assert b"201" in send_file(port, "127.0.0.3")


@needs_loopback
def test_many_clients_that_are_slow_lose_their_places_to_others() -> None:
    allowance = Allowance(uploads=8, pace_seconds=0.5)
    with served(Settings(allowance=allowance)) as port, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(begin_upload(port, f"127.0.1.{i}")) for i in range(1, 9)]
        answers: list[bytes] = []
        for _ in range(400):  # a byte now and then
            for connection in list(slow):
                with contextlib.suppress(OSError):
                    connection.sendall(b"x")
            ready, _, _ = select.select(slow, [], [], 0.05)
            for connection in ready:
                answers.append(answer_of(connection)[:12])
                slow.remove(connection)
            if len(answers) >= 5:
                break
        assert set(answers) == {b"HTTP/1.1 408"}
        assert len(slow) < 4  # those that are left take no place that is short
        assert b"201" in send_file(port, "127.0.2.1")


@needs_loopback
def test_a_slow_client_is_let_be_while_there_are_places() -> None:
    allowance = Allowance(uploads=8, pace_seconds=0.1)
    with (
        served(Settings(allowance=allowance)) as port,
        socket.create_connection(("127.0.0.1", port), 20) as connection,
    ):
        connection.sendall(
            b"POST /api/v1/media HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\n\r\n"
        )
        for _ in range(5):
            connection.sendall(b"x")
            assert not select.select([connection], [], [], 0.1)[0] or _ == 4
        assert answer_of(connection).startswith(b"HTTP/1.1 201")


@needs_loopback
@pytest.mark.parametrize("proxies", [(), ("127.0.0.9",)])
def test_clients_behind_a_trusted_proxy_are_told_apart(proxies: tuple[str, ...]) -> None:
    settings = Settings(allowance=Allowance(client_bytes=1), proxies=proxies)
    with served(settings) as port:
        fields = [b"x-forwarded-for: 1.1.1.1, 192.0.2.%d\r\n" % i for i in (1, 1, 2)]
        lines = [send_file(port, "127.0.0.9", each) for each in fields]
    codes = [int(line.split()[1]) for line in lines]
    assert codes == ([201, 507, 201] if proxies else [201, 507, 507])
