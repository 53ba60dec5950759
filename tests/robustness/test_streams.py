"""Streams without an end, and files that change while they are read."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from tests.robustness.corpus import files

from iscckit.errors import LimitExceeded, UnreadableFile
from iscckit.media.content_values import Limits
from iscckit.records.create import create, create_stream
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata, make_thumbnail
from iscckit.units.sum import hash_stream

SHORT = Options(limits=Limits(stream_bytes=200 << 20))  # more than is kept in memory
TYPES = sorted(files())


class Endless(io.RawIOBase):
    """The beginning of a file, and then zeros for ever."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self._head = io.BytesIO(head)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._head.readinto(buffer) or len(buffer)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder in which temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("mediatype", [*TYPES[::9], "application/octet-stream"])
def test_a_stream_without_an_end_exceeds_the_limit(mediatype: str, temporary: Path) -> None:
    name, data = files().get(mediatype, ("a.bin", bytes(5000)))
    with pytest.raises(LimitExceeded, match=f"{name}: exceeds the limit of 209715200 bytes of a"):
        create_stream(io.BufferedReader(Endless(data)), SHORT, filename=name)
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("mediatype", TYPES)
def test_heads_of_all_formats_without_an_end(mediatype: str, temporary: Path) -> None:
    name, data = files()[mediatype]
    with pytest.raises(LimitExceeded):
        create_stream(io.BufferedReader(Endless(data)), SHORT, filename=name)
    assert list(temporary.iterdir()) == []


def test_a_stream_of_just_the_limit_is_read() -> None:
    data = files()["image/png"][1]
    for options in (Options(limits=Limits(stream_bytes=len(data))), Options()):
        assert create_stream(io.BytesIO(data), options, filename="a.png").mode == "image"
    with pytest.raises(LimitExceeded):
        create_stream(io.BytesIO(data), Options(limits=Limits(stream_bytes=len(data) - 1)))


def test_a_named_pipe_without_an_end_exceeds_the_limit(tmp_path: Path, temporary: Path) -> None:
    pipe = tmp_path / "pipe.mp3"
    os.mkfifo(pipe)

    def write() -> None:
        try:
            with pipe.open("wb") as file:
                while True:
                    file.write(bytes(1 << 20))
        except BrokenPipeError:
            return

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(LimitExceeded, match="bytes of a stream"):
        create(pipe, SHORT)
    writer.join()
    assert list(temporary.iterdir()) == []


def test_without_room_for_a_stream_there_is_one_clear_line(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100 << 20, 100 << 20))

    run = subprocess.run(
        [sys.executable, "-m", "iscckit.cli.main", "create", "--filename", "a.wav", "-"],
        input=files()["audio/wav"][1] + bytes(150 << 20),
        capture_output=True,
        check=False,
        preexec_fn=limit,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert run.returncode == 1
    assert run.stdout == b""
    assert run.stderr == b"iscc: a.wav: cannot be kept to be read again: File too large\n"
    assert list(tmp_path.iterdir()) == []


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shortened(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def overwritten(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(b"\xa5" * size)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, about what is left of a file
@pytest.mark.parametrize("change", [appended, shortened, overwritten])
@pytest.mark.parametrize("mediatype", TYPES)
def test_a_file_of_any_format_that_changes_between_hashing_and_decoding(
    mediatype: str, change: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data = files()[mediatype]
    path = tmp_path / name
    path.write_bytes(data)
    os.utime(path, (1, 1))  # so that the change is later, however coarse the clock

    def hashed(stream: BinaryIO) -> object:
        hashes = hash_stream(stream)
        change(path)
        return hashes

    monkeypatch.setattr("iscckit.records.hash_and_detect.hash_stream", hashed)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        create(path)


@pytest.mark.parametrize("function", [find_file_metadata, lambda path: make_thumbnail(path, 128)])
def test_change_comes_before_what_it_has_caused(
    function: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(files()["image/png"][1])
    os.utime(path, (1, 1))

    def detected(*_: object) -> object:
        overwritten(path)
        return type("Detection", (), {"mediatype": "image/png"})

    monkeypatch.setattr("iscckit.records.probe.detect", detected)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        function(path)


def test_a_file_that_is_replaced_stays_the_one_that_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "a.png", tmp_path / "b"
    path.write_bytes(files()["image/png"][1])
    expected = create(path)
    other.write_bytes(b"no picture")

    def hashed(stream: BinaryIO) -> object:
        hashes = hash_stream(stream)
        os.replace(other, path)
        return hashes

    monkeypatch.setattr("iscckit.records.hash_and_detect.hash_stream", hashed)
    assert create(path) == expected
