"""What workers do in tests: functions that other processes import by name."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from iscckit.errors import InvalidCode
from iscckit.workers.wire import HandedFile


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def read_handed(file: HandedFile) -> bytes:
    assert file.descriptor is not None
    with os.fdopen(file.descriptor, "rb") as stream:
        return stream.read()


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
    import resource  # not on Windows

    resource.prlimit(os.getppid(), resource.RLIMIT_CORE)


def close_to_all(path: str) -> None:
    Path(path).chmod(0)


def make_old(path: str) -> None:
    os.utime(path, (0, 0))


def kill_self(number: int) -> None:
    os.kill(os.getpid(), number)


def start_thread(_: str) -> str:
    done: list[str] = []
    thread = threading.Thread(target=done.append, args=("threads are fine",))
    thread.start()
    thread.join()
    return done[0]


def hold(size: int) -> int:
    return len(bytearray(size))


def hold_touched(size: int) -> None:
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])
    time.sleep(60)


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin(_: str) -> None:
    while True:
        pass


def refuse(text: str) -> None:
    raise InvalidCode(text, "for the test", position=3)


def fail(_: str) -> None:
    raise KeyError("not ours")


def steps(count: int) -> Generator[int, None, str]:
    yield from range(count)
    return "done"


def endless(_: str) -> Generator[int, None, str]:
    while True:
        yield 0


def open_files(_: str) -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the one that listed them
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return found


def process(_: str) -> int:
    return os.getpid()


def print_much(text: str) -> str:
    os.write(1, b"what a library has to say")
    print("and more", flush=True)
    os.write(2, text.encode())
    return text


def lie(_: str) -> int:
    """Promise a number and return something else."""
    return "a text"  # type: ignore[return-value]


def return_much(size: int) -> bytes:
    return bytes(size)


def write_raw(data: bytes) -> int:
    """Write to the socket of this worker whatever it likes, as one that was taken over does."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                os.write(int(name), data)
    signal.pause()
    return 0


def try_calls(numbers: list[int]) -> list[int]:
    """Make system calls with zeros; return the error of each, 0 for none."""
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for number in numbers:
        ctypes.set_errno(0)
        done = libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0)
        found.append(0 if done >= 0 else ctypes.get_errno())
    return found


def call_with(arguments: list[int]) -> int:
    """Make one system call; return its error, 0 for none."""
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.syscall(*map(ctypes.c_long, arguments))
    return 0 if done >= 0 else ctypes.get_errno()


def capabilities(_: str) -> str:
    """Return which rights of root could come back, and whether there are some now."""
    libc = ctypes.CDLL(None)
    bounds = [number for number in range(41) if libc.prctl(23, number, 0, 0, 0) > 0]
    with open("/proc/thread-self/status") as file:
        held = any(int(line.split()[1], 16) for line in file if line.startswith("Cap"))
    return f"{bounds} {'some' if held else 'no'}"


def change_parent(name: str) -> None:
    """Do to the parent what a process of the same user may do."""
    if name == "priority":
        os.setpriority(os.PRIO_PROCESS, os.getppid(), 5)  # type: ignore[attr-defined,unused-ignore]
    else:
        os.sched_setaffinity(os.getppid(), {0})  # type: ignore[attr-defined,unused-ignore]


def make_node(path: str) -> None:
    """Make a device in the folder of the worker."""
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 1))


def make_link(path: str) -> None:
    os.symlink("/etc/passwd", path)


def make_files(task: tuple[str, int, int]) -> int:
    """Make files of a size in a folder; wait to be looked at."""
    folder, count, size = task
    for i in range(count):
        with open(os.path.join(folder, str(i)), "wb") as file:
            file.write(b"x" * size)
    time.sleep(0.5)
    return count
