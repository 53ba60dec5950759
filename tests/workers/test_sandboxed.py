"""A task in a process of its own: what it may do, what it may not, and how it ends."""

import os
import pickle
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from iscckit.codec.unit import MainType
from iscckit.errors import InvalidCode, InvalidInput, restored
from iscckit.media.base import Source
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.workers import landlock, seccomp
from iscckit.workers.sandbox import Confinement, active_layers
from iscckit.workers.sandboxed import Broken, Task, _plain

SAMPLES = Path(__file__).parents[2] / "samples"

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not seccomp.is_available(), reason="no filter of system calls")


def limits(folder: Path, *readable: Path, **more: float) -> Confinement:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Confinement(tuple(map(str, readable)), str(scratch), **more)  # type: ignore[arg-type]


# What the processes do. They are functions of a module, for processes import them.


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def write(path: str) -> None:
    Path(path).write_bytes(b"x")


def write_temporary(_: str) -> str:
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write("x")
    return file.name


def connect(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        pass


def send_datagram(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", port))


def run_program(path: str) -> None:
    subprocess.run([path], check=True)


def fork(_: str) -> None:
    os.fork()


def signal_parent(_: str) -> None:
    os.kill(os.getppid(), 0)


def signal_all(_: str) -> None:
    os.kill(-1, 0)


def limit_parent(_: str) -> None:
    import resource  # noqa: PLC0415 (not on Windows)

    resource.prlimit(os.getppid(), resource.RLIMIT_CORE)


def close_to_all(path: str) -> None:
    Path(path).chmod(0)


def make_old(path: str) -> None:
    os.utime(path, (0, 0))


def crash_by_number(number: int) -> None:
    os.kill(os.getpid(), number)


def start_thread(_: str) -> str:
    done: list[str] = []
    thread = threading.Thread(target=done.append, args=("threads are fine",))
    thread.start()
    thread.join()
    return done[0]


def hold(size: int) -> int:
    return len(bytearray(size))


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin(_: str) -> None:
    while True:
        pass


def refuse(text: str) -> None:
    raise InvalidCode(text, "for the test", position=3)


def fail(_: str) -> None:
    raise KeyError("not ours")


def crash(_: str) -> None:
    os.kill(os.getpid(), 11)


def steps(count: int) -> Generator[object, None, str]:
    yield from range(count)
    return "done"


def open_files(_: str) -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the one that listed them
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return found


def identify(path: str) -> Record:
    return create(path, Options(bits=256, granular=True, units=True))


class Forged:
    """Runs a function where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("true",)


def forge(_: str) -> Forged:
    return Forged()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("secret")
    return path


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"])
def test_a_worker_cannot_read_files_of_the_system(tmp_path: Path, path: str) -> None:
    with pytest.raises(Broken, match="PermissionError"):
        Task(read, path, limits(tmp_path)).run()


@needs_landlock
def test_a_worker_reads_its_file_and_none_beside_it(tmp_path: Path, secret: Path) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"own")
    assert Task(read, str(own), limits(tmp_path, own)).run() == b"own"
    with pytest.raises(Broken, match="PermissionError"):
        Task(read, str(secret), limits(tmp_path, own)).run()


@needs_landlock
def test_a_link_leads_no_further_than_its_target_may_be_read(tmp_path: Path, secret: Path) -> None:
    link = tmp_path / "scratch" / "link"
    link.parent.mkdir()
    link.symlink_to(secret)
    with pytest.raises(Broken, match="PermissionError"):
        Task(read, str(link), limits(tmp_path)).run()


@needs_landlock
def test_a_worker_writes_nowhere_but_in_its_folder(tmp_path: Path, secret: Path) -> None:
    for path in ("/tmp/iscckit-test", str(tmp_path / "beside"), str(secret)):
        with pytest.raises(Broken, match="PermissionError"):
            Task(write, path, limits(tmp_path, secret)).run()
    assert secret.read_text() == "secret"
    name = Task(write_temporary, "", limits(tmp_path)).run()
    assert Path(name).parent == tmp_path / "scratch"


@needs_seccomp
def test_a_worker_reaches_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for function in (connect, send_datagram):
            with pytest.raises(Broken, match="PermissionError"):
                Task(function, port, limits(tmp_path)).run()


@needs_seccomp
def test_a_worker_starts_threads_but_neither_programs_nor_processes(tmp_path: Path) -> None:
    assert Task(start_thread, "", limits(tmp_path)).run() == "threads are fine"
    for function in (run_program, fork):
        with pytest.raises(Broken, match="PermissionError"):
            Task(function, sys.executable, limits(tmp_path)).run()


@needs_seccomp
def test_a_worker_sends_no_signals_to_others_and_sets_them_no_limits(tmp_path: Path) -> None:
    for function in (signal_parent, signal_all, limit_parent):
        with pytest.raises(Broken, match="PermissionError"):
            Task(function, "", limits(tmp_path)).run()


@needs_seccomp
def test_a_worker_changes_neither_permissions_nor_times(tmp_path: Path, secret: Path) -> None:
    before = secret.stat()
    for function in (close_to_all, make_old):
        with pytest.raises(Broken, match="PermissionError"):
            Task(function, str(secret), limits(tmp_path, secret)).run()
    assert secret.stat() == before


@needs_landlock
def test_a_drawing_shows_nothing_that_lies_beside_it(tmp_path: Path) -> None:
    beside = tmp_path / "beside.png"
    beside.write_bytes(b"")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">{}</svg>'
    inner = '<image href="{}" width="64" height="64"/><rect width="20" height="20"/>'
    codes = []
    for i, target in enumerate(["file:///etc/passwd", str(SAMPLES / "cat.jpg"), "beside.png"]):
        path = tmp_path / f"{i}.svg"
        path.write_text(drawing.format(inner.format(target)))
        record = Task(identify, str(path), limits(tmp_path, path)).run()
        codes.append(record.units[1])
    plain = tmp_path / "plain.svg"
    plain.write_text(drawing.format('<rect width="20" height="20"/>'))
    assert set(codes) == {create(plain, Options(bits=256)).units[1]}


PLAYLIST = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile://{}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_playlist_in_a_film_reads_no_other_file(tmp_path: Path, is_inside: bool) -> None:
    song = tmp_path / "song.opus"
    song.write_bytes((SAMPLES / "song.opus").read_bytes())
    text = PLAYLIST.format(song).encode()
    chunk = b"GAB2" + len(text).to_bytes(4, "little") + text
    body = b"AVI LIST" + len(chunk).to_bytes(4, "little") + chunk
    film = tmp_path / "film.avi"
    film.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body if is_inside else text)
    record = Task(identify, str(film), limits(tmp_path, film)).run()
    assert "content" in record.missing or record.mode == "text"
    assert record.duration is None


@pytest.mark.parametrize("name", ["cat.jpg", "gettysburg-bliss.md", "paper.pdf", "song.opus"])
def test_confinement_changes_no_record(tmp_path: Path, name: str) -> None:
    path = SAMPLES / name
    confined = Task(identify, str(path), limits(tmp_path, path)).run()
    assert confined.to_json() == identify(str(path)).to_json()


def test_errors_come_back_as_themselves(tmp_path: Path) -> None:
    with pytest.raises(InvalidCode) as caught:
        Task(refuse, "ISCC:X", limits(tmp_path)).run()
    assert caught.value.position == 3
    assert isinstance(caught.value, InvalidInput)


def test_what_is_yielded_is_reported_before_the_value(tmp_path: Path) -> None:
    told: list[object] = []
    task: Task[int, str] = Task(steps, 3, limits(tmp_path))
    assert task.run(told.append) == "done"
    assert told == [0, 1, 2]


@pytest.mark.parametrize("function", [sleep, spin])
def test_time_is_limited_whatever_the_task_does(tmp_path: Path, function: object) -> None:
    with pytest.raises(Broken, match=r"took longer than 0\.5 s") as caught:
        Task(function, 60, limits(tmp_path, seconds=0.5)).run()  # type: ignore[arg-type]
    assert caught.value.why == "timeout"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_memory_is_limited(tmp_path: Path) -> None:
    assert Task(hold, 1 << 20, limits(tmp_path, memory=1 << 28)).run() == 1 << 20
    with pytest.raises(Broken) as caught:
        Task(hold, 1 << 29, limits(tmp_path, memory=1 << 28)).run()
    assert caught.value.why == "memory"


def test_a_fault_is_a_crash_with_its_reason(tmp_path: Path) -> None:
    for function, item, reason in (
        (fail, "", "KeyError"),
        (crash, "", "SIGSEGV"),
        (crash_by_number, 40, "signal 40"),  # of real time: it has no name
    ):
        with pytest.raises(Broken, match=reason) as caught:
            Task(function, item, limits(tmp_path)).run()  # type: ignore[arg-type]
        assert caught.value.why == "crash"


def test_a_task_can_be_ended_from_another_thread_and_before_it_starts(tmp_path: Path) -> None:
    task = Task(sleep, 60.0, limits(tmp_path))
    threading.Timer(0.5, task.end).start()
    with pytest.raises(Broken) as caught:
        task.run()
    assert caught.value.why == "cancelled"
    late = Task(sleep, 60.0, limits(tmp_path))
    late.end()
    with pytest.raises(Broken):
        late.run()


def test_a_forged_answer_runs_nothing(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no value") as caught:
        Task(forge, "", limits(tmp_path)).run()
    assert caught.value.why == "crash"
    for forged in (("value", Forged()), ("value", subprocess.run), ("value", Path)):
        with pytest.raises(pickle.UnpicklingError, match="no value"):
            _plain(pickle.dumps(forged))


@pytest.mark.parametrize("shared", [Source, Record, MainType, MainType.DATA, InvalidInput])
def test_a_forged_answer_changes_nothing_that_was_there(shared: object) -> None:
    # A reference to the value, then the opcode that sets attributes of it.
    reference = pickle.dumps(shared, 4)[:-1]
    forged = reference + pickle.dumps((None, {"forged": True}), 4)[2:-1] + pickle.BUILD + b"."
    with pytest.raises(pickle.UnpicklingError, match="no new value"):
        _plain(forged)
    assert not hasattr(shared, "forged")


def test_a_forged_error_changes_nothing_that_was_there() -> None:
    with pytest.raises(TypeError, match="no error"):
        restored(MainType, (3,), {"forged": True})  # type: ignore[arg-type]
    assert not hasattr(MainType.DATA, "forged")


def test_a_worker_holds_no_file_of_the_service(tmp_path: Path) -> None:
    with (tmp_path / "held").open("w"):
        held = Task(open_files, "", limits(tmp_path, is_confined=False)).run()
    assert not [name for name in held if name.startswith(("socket:", str(tmp_path)))]


def test_the_layers_are_named() -> None:
    layers = active_layers()
    assert layers[0] == "process"
    assert any(name.startswith("landlock-") for name in layers) == bool(landlock.version())
    assert set(active_layers(is_confined=False)) <= {"process", "limits", "no-new-privs"}
