"""Tasks in processes: what they may do, what they may not, and how they end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from tests.processes import children, gone

from iscckit.errors import InvalidCode, InvalidInput
from iscckit.workers import landlock, seccomp
from iscckit.workers.confinement import Confinement
from iscckit.workers.limits import Allowance
from iscckit.workers.sandbox import active_layers
from iscckit.workers.sandbox_mode import is_wanted
from iscckit.workers.supervisor import Broken, Supervisor
from iscckit.workers.wire import HandedFile

ROOT = Path(__file__).parents[2]
NO_TIME = 3600.0
MUCH = 4 << 30

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not seccomp.is_available(), reason="no filter of system calls")


def confined(folder: Path, *readable: Path) -> Confinement:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Confinement(tuple(map(str, (ROOT / "tests", *readable))), str(scratch))


def once(
    name: str,
    argument: object,
    confinement: Confinement,
    *,
    seconds: float = NO_TIME,
    memory: int = MUCH,
    **more: object,
) -> object:
    with Supervisor(keeps=False) as supervisor:
        allowance = Allowance(seconds, memory)
        task = f"tests.workers.calls:{name}"
        return supervisor.run(task, argument, allowance, confinement, **more)  # type: ignore[arg-type]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("secret")
    return path


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"])
def test_a_worker_cannot_read_files_of_the_system(tmp_path: Path, path: str) -> None:
    with pytest.raises(Broken, match="PermissionError"):
        once("read", path, confined(tmp_path))


@needs_landlock
def test_a_worker_reads_its_file_and_none_beside_it(tmp_path: Path, secret: Path) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"own")
    assert once("read", str(own), confined(tmp_path, own)) == b"own"
    with pytest.raises(Broken, match="PermissionError"):
        once("read", str(secret), confined(tmp_path, own))


@needs_landlock
def test_a_worker_reads_a_file_that_is_handed_to_it_and_cannot_open_it(secret: Path) -> None:
    confinement = Confinement((str(ROOT / "tests"),))
    with secret.open("rb") as file, Supervisor() as supervisor:
        handed = HandedFile(str(secret), file.fileno())
        allowance = Allowance(NO_TIME, MUCH)
        for _ in range(3):
            file.seek(0)
            name = "tests.workers.calls:read_handed"
            assert supervisor.run(name, handed, allowance, confinement) == b"secret"
        with pytest.raises(Broken, match="PermissionError"):
            supervisor.run("tests.workers.calls:read", str(secret), allowance, confinement)


@needs_landlock
def test_a_link_leads_no_further_than_its_target_may_be_read(tmp_path: Path, secret: Path) -> None:
    link = tmp_path / "scratch" / "link"
    link.parent.mkdir()
    link.symlink_to(secret)
    with pytest.raises(Broken, match="PermissionError"):
        once("read", str(link), confined(tmp_path))


@needs_landlock
def test_a_worker_writes_nowhere_but_in_its_folder(tmp_path: Path, secret: Path) -> None:
    for path in ("/tmp/iscckit-test", str(tmp_path / "beside"), str(secret)):
        with pytest.raises(Broken, match="PermissionError"):
            once("write", path, confined(tmp_path, secret))
    assert secret.read_text() == "secret"
    name = once("write_temporary", "", confined(tmp_path))
    assert Path(str(name)).parent == tmp_path / "scratch"


@needs_seccomp
def test_a_worker_reaches_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for name in ("connect", "send_datagram"):
            with pytest.raises(Broken, match="PermissionError"):
                once(name, port, confined(tmp_path))


@needs_seccomp
def test_a_worker_starts_threads_but_neither_programs_nor_processes(tmp_path: Path) -> None:
    assert once("start_thread", "", confined(tmp_path)) == "threads are fine"
    for name in ("run_program", "fork"):
        with pytest.raises(Broken, match="PermissionError"):
            once(name, sys.executable, confined(tmp_path))


@needs_seccomp
def test_a_worker_sends_no_signals_to_others_and_sets_them_no_limits(tmp_path: Path) -> None:
    for name in ("signal_parent", "signal_all", "limit_parent"):
        with pytest.raises(Broken, match="PermissionError"):
            once(name, "", confined(tmp_path))


@needs_seccomp
def test_a_worker_changes_neither_permissions_nor_times(tmp_path: Path, secret: Path) -> None:
    before = secret.stat()
    for name in ("close_to_all", "make_old"):
        with pytest.raises(Broken, match="PermissionError"):
            once(name, str(secret), confined(tmp_path, secret))
    assert secret.stat() == before


def test_a_worker_that_is_not_confined_has_limits_only(secret: Path) -> None:
    assert once("read", str(secret), Confinement(is_confined=False)) == b"secret"


def test_errors_come_back_as_themselves(tmp_path: Path) -> None:
    with pytest.raises(InvalidCode) as caught:
        once("refuse", "ISCC:X", confined(tmp_path))
    assert caught.value.position == 3
    assert isinstance(caught.value, InvalidInput)


def test_what_is_yielded_is_reported_before_the_value(tmp_path: Path) -> None:
    told: list[object] = []
    assert once("steps", 3, confined(tmp_path), report=told.append) == "done"
    assert told == [0, 1, 2]


@pytest.mark.parametrize(("name", "argument"), [("sleep", 60), ("spin", ""), ("endless", "")])
def test_time_is_limited_whatever_the_task_does(
    tmp_path: Path, name: str, argument: object
) -> None:
    with pytest.raises(Broken, match=r"took longer than 0\.5 s") as caught:
        once(name, argument, confined(tmp_path), seconds=0.5)
    assert caught.value.why == "timeout"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
@pytest.mark.parametrize("name", ["hold", "hold_touched"])
def test_memory_is_limited(tmp_path: Path, name: str) -> None:
    assert once("hold", 1 << 20, confined(tmp_path), memory=1 << 28) == 1 << 20
    with pytest.raises(Broken) as caught:
        once(name, 1 << 30, confined(tmp_path), memory=1 << 28)
    assert caught.value.why == "memory"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_a_limit_of_memory_holds_for_one_task(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        for memory, size in ((1 << 28, 1 << 20), (4 << 30, 1 << 30), (1 << 28, 1 << 20)):
            name, allowance = "tests.workers.calls:hold", Allowance(NO_TIME, memory)
            assert supervisor.run(name, size, allowance, confined(tmp_path)) == size


@pytest.mark.parametrize(
    ("name", "argument", "why", "reason"),
    [
        ("fail", "", "fault", "KeyError: 'not ours'"),
        ("kill_self", signal.SIGSEGV, "crash", "SIGSEGV"),
        ("kill_self", 40, "crash", "signal 40"),  # of real time: it has no name
        ("lie", "", "crash", "cannot be read"),
    ],
)
def test_a_fault_is_told_with_its_reason(
    tmp_path: Path, name: str, argument: object, why: str, reason: str
) -> None:
    with pytest.raises(Broken, match=reason) as caught:
        once(name, argument, confined(tmp_path))
    assert caught.value.why == why


def test_an_answer_may_not_be_longer_than_allowed(tmp_path: Path) -> None:
    name, allowance = "tests.workers.calls:return_much", Allowance(NO_TIME, MUCH, answer=1 << 20)
    with Supervisor() as supervisor:
        with pytest.raises(Broken, match="a message of 2000"):
            supervisor.run(name, 2_000_000, allowance, confined(tmp_path))
        assert len(supervisor.run(name, 1_000_000, allowance, confined(tmp_path))) == 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for its socket in /proc")
@pytest.mark.parametrize(
    "data", [b"x", b"x" * 64, b"IW\x63\0" + bytes(12), b"IW\5\0" + b"\xff" * 12]
)
def test_a_worker_that_says_anything_costs_its_task(data: bytes) -> None:
    with pytest.raises(Broken) as caught:
        once("write_raw", data, Confinement(is_confined=False), seconds=2)
    assert caught.value.why in {"crash", "timeout"}


def test_a_task_is_ended_when_nobody_waits(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    before = children()
    with pytest.raises(Broken) as caught:
        once("sleep", 60.0, confined(tmp_path), stopped=stop.is_set)
    assert caught.value.why == "cancelled"
    assert children() == before


def test_a_process_is_kept_and_replaced_when_it_dies(tmp_path: Path) -> None:
    allowance, confinement = Allowance(NO_TIME, MUCH), Confinement(is_confined=False)

    def run(name: str, argument: object = "") -> object:
        return supervisor.run(f"tests.workers.calls:{name}", argument, allowance, confinement)

    with Supervisor() as supervisor:
        first = run("process")
        assert {run("process") for _ in range(5)} == {first}
        with pytest.raises(InvalidCode):
            run("refuse", "x")
        assert run("process") == first
        with pytest.raises(Broken):
            run("kill_self", signal.SIGKILL)
        second = run("process")
        assert second != first
        os.kill(int(str(second)), signal.SIGKILL)  # while it has nothing to do
        assert gone(int(str(second)))
        assert run("process") not in {first, second}
        other = supervisor.run(
            "tests.workers.calls:process", "", allowance, confined(tmp_path)
        )  # another confinement is another process
        assert other != run("process")


def test_threads_have_a_process_each() -> None:
    found: list[object] = []
    allowance, confinement = Allowance(NO_TIME, MUCH), Confinement(is_confined=False)
    with Supervisor() as supervisor:

        def several() -> None:
            name = "tests.workers.calls:process"
            found.extend(supervisor.run(name, "", allowance, confinement) for _ in range(20))

        threads = [threading.Thread(target=several) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 60
    assert len(set(found)) <= 3


def test_what_libraries_print_is_no_answer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert once("print_much", "x" * 100_000, confined(tmp_path)) == "x" * 100_000
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing lists open files")
def test_a_worker_has_only_its_socket_open(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w"):
        found = once("open_files", "", Confinement(is_confined=False))
    assert isinstance(found, list)
    assert {name.split(":")[0] for name in found} <= {"/dev/null", "socket"}
    assert len([name for name in found if name.startswith("socket")]) == 1


@pytest.mark.parametrize("executable", ["", "/does/not/exist", "/bin/false"])
def test_processes_that_cannot_start_are_named_as_the_cause(
    executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    over = threading.Event()
    threading.Thread(target=over.wait).start()  # with two threads nothing is forked
    with pytest.raises(Broken, match="cannot be started") as caught:
        once("process", "", Confinement(is_confined=False))
    over.set()
    assert caught.value.why == "start"


PROGRAM = """
    import os, signal, sys, threading
    from iscckit.workers.limits import Allowance
    from iscckit.workers.confinement import Confinement
    from iscckit.workers.supervisor import Supervisor
    def run(name, argument):
        name, allowance = f"tests.workers.calls:{{name}}", Allowance(600, 4 << 30)
        return supervisor.run(name, argument, allowance, Confinement(is_confined=False))
    {before}
    with Supervisor() as supervisor:
        print(run("process", ""), flush=True)
        {then}
"""
THREAD = "threading.Thread(target=threading.Event().wait, daemon=True).start()"


def started(folder: Path, before: str, then: str) -> subprocess.Popen[str]:
    """Start a program that has no guard against being imported, in ``folder``."""
    program = folder / "program.py"
    program.write_text(textwrap.dedent(PROGRAM).format(before=before, then=then))
    return subprocess.Popen(
        [sys.executable, program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("before", ["", THREAD])
@pytest.mark.parametrize(
    "then",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(3)",
        "raise SystemExit",
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGKILL)).start(); run('spin', '')",
    ],
)
def test_a_process_ends_with_its_parent(tmp_path: Path, before: str, then: str) -> None:
    with started(tmp_path, before, then) as program:
        output, errors = program.communicate()
    assert not errors
    assert gone(int(output))


@pytest.mark.parametrize("before", ["", THREAD])
def test_ctrl_c_leaves_no_process(tmp_path: Path, before: str) -> None:
    with started(tmp_path, before, "run('spin', '')") as program:
        assert program.stdout is not None
        process = int(program.stdout.readline())
        time.sleep(0.2)
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does
        _, errors = program.communicate()
    assert "KeyboardInterrupt" in errors
    assert gone(process)


def test_modules_in_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "resource", "iscckit", "struct"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT), *filter(None, sys.path)])
    assert once("process", "", Confinement(is_confined=False)) != os.getpid()
    assert not (tmp_path / "imported").exists()


def test_the_layers_of_this_system_are_named() -> None:
    layers = active_layers()
    assert layers[0] == "process"
    assert any(name.startswith("landlock") for name in layers) == bool(landlock.version())
    assert ("seccomp" in layers) == seccomp.is_available()


def test_a_sandbox_is_wanted_where_the_system_has_it_or_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_wanted("auto")
    assert not is_wanted("off")
    monkeypatch.setattr(landlock, "version", lambda: 5)
    assert is_wanted("require")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with pytest.raises(InvalidInput, match=r"no Landlock .* it can do: process"):
        is_wanted("require")
    monkeypatch.setattr(seccomp, "is_available", lambda: False)
    with pytest.raises(InvalidInput, match=r"no Landlock .* and no filter of system calls"):
        is_wanted("require")
    monkeypatch.setattr(landlock, "version", lambda: 5)
    with pytest.raises(InvalidInput, match=r"has no filter of system calls .*landlock-5"):
        is_wanted("require")
    assert is_wanted("auto")
