"""What workers do in tests: functions that other processes import by name."""

from __future__ import annotations

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
