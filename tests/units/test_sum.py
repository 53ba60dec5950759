import io
import os
import signal
import subprocess
import sys
import threading
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.units.data import data_code
from iscckit.units.instance import instance_code
from iscckit.units.sum import hash_stream

MIB = 1 << 20


def noise(size: int) -> bytes:
    return os.urandom(4096) * (size // 4096) + bytes(size % 4096)


class Trickle(io.RawIOBase):
    """Gives ``data`` in reads of ``step`` bytes at most, then optionally fails."""

    def __init__(self, data: bytes, step: int, error: BaseException | None = None) -> None:
        super().__init__()
        self.data, self.step, self.error = memoryview(data), step, error

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        count = min(len(view), len(self.data), self.step)
        if not count and self.error:
            raise self.error
        view[:count] = self.data[:count]
        self.data = self.data[count:]
        return count


def as_stream(raw: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, raw)


def test_the_empty_stream_has_both_codes() -> None:
    hashes = hash_stream(io.BytesIO())
    assert str(hashes.data_unit()) == "ISCC:GAASL4F2WZY7KBXB"
    assert str(hashes.instance_unit()) == "ISCC:IAA26E2JXH27TING"
    assert hashes.filesize == 0
    assert hashes.datahash.startswith("1e20af1349b9")


@pytest.mark.parametrize("size", [1, MIB - 1, MIB, MIB + 1, MIB + (1 << 18), 3 * MIB + 5])
def test_one_pass_gives_what_two_passes_give(size: int) -> None:
    data = noise(size)
    hashes = hash_stream(io.BytesIO(data))
    assert hashes.data_unit(256) == data_code(data, bits=256)
    assert hashes.instance_unit(256) == instance_code(data, bits=256)
    assert hashes.filesize == size


@settings(max_examples=20)
@given(st.integers(1 << 12, 1 << 21), st.integers(MIB, 2 * MIB))
def test_short_reads_do_not_change_the_result(step: int, size: int) -> None:
    data = noise(size)
    assert hash_stream(as_stream(Trickle(data, step))) == hash_stream(io.BytesIO(data))


def test_a_stream_that_can_only_read_is_enough() -> None:
    class ReadOnly:
        def __init__(self, data: bytes) -> None:
            self.read = io.BytesIO(data).read

    data = noise(2 * MIB + 3)
    assert hash_stream(cast(BinaryIO, ReadOnly(data))) == hash_stream(io.BytesIO(data))


def test_reading_starts_where_the_stream_stands_and_leaves_it_open() -> None:
    stream = io.BytesIO(b"skipped" + b"hello world")
    stream.seek(7)
    assert str(hash_stream(stream).instance_unit()) == "ISCC:IAA5OSMB56TQUDEI"
    assert not stream.closed


@pytest.mark.parametrize("size", [10, 3 * MIB])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_error_of_the_stream_passes_through_and_ends_both_threads(
    size: int, error: type[BaseException]
) -> None:
    before = threading.active_count()
    with pytest.raises(error, match="gone"):
        hash_stream(as_stream(Trickle(noise(size), 1 << 16, error("gone"))))
    assert threading.active_count() == before


def test_an_error_in_the_second_thread_is_raised_by_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    def fail(self: object, block: object) -> None:
        calls.append(block)
        if threading.current_thread() is not threading.main_thread():
            raise MemoryError("no room")

    monkeypatch.setattr("iscckit.units.data.DataHasher.update", fail)
    before = threading.active_count()
    with pytest.raises(MemoryError, match="no room"):
        hash_stream(io.BytesIO(bytes(8 * MIB)))
    assert threading.active_count() == before
    assert calls


def test_a_non_blocking_stream_without_data_is_refused() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with os.fdopen(reader, "rb", buffering=0) as stream, pytest.raises(InvalidInput):
        hash_stream(as_stream(stream))
    os.close(writer)


# A stream that copies nothing: what grows is what hash_stream itself holds.
ENDLESS = """
import io, sys
from iscckit.units.sum import hash_stream
class Zeros(io.RawIOBase):
    def __init__(self, size):
        self.left = size
    def readable(self):
        return True
    def readinto(self, view):
        count = min(len(view), self.left)
        self.left -= count
        if self.left == announce:
            print("reading", flush=True)
        return count
announce = None
"""


def run(script: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ENDLESS + script]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is of Unix")
def test_ten_gigabytes_need_no_more_memory_than_ten_megabytes() -> None:
    script = """
import resource
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
assert hash_stream(Zeros(10**10)).filesize == 10**10
print((peak() - before) * (1 if sys.platform == "darwin" else 1024))
"""
    with run(script) as process:
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert int(output) <= 64 * MIB


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of Unix")
def test_ctrl_c_ends_the_program_at_once() -> None:
    script = "announce = 2**50 - 2**26\nhash_stream(Zeros(2**50))"
    with run(script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert errors.rstrip().endswith("KeyboardInterrupt")
