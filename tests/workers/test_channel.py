"""Frames over a socket: whole messages, or an error before more is taken than was allowed."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from iscckit.workers.channel import Channel, Kind, make_pair
from iscckit.workers.typed import reader
from iscckit.workers.wire import Refused, pack, unpack

MOST = 1 << 20


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Channel]]:
    theirs, ours = make_pair()
    with theirs:
        channel = Channel(ours)
        yield theirs, channel
        channel.close()


def header(kind: int, text: int, section: int, magic: bytes = b"IW") -> bytes:
    return struct.pack("<2sBxIQ", magic, kind, text, section)


def test_a_message_of_megabytes_arrives_whole() -> None:
    ours, theirs = make_pair()
    value = [os.urandom(3_000_000), "x" * 1_000_000, 1]
    sender, receiver = Channel(ours), Channel(theirs)
    thread = threading.Thread(target=sender.send, args=(Kind.VALUE, pack(value)))
    thread.start()
    looks: list[int] = []
    message = receiver.receive(1 << 23, lambda: looks.append(1))
    thread.join()
    assert message.kind == Kind.VALUE
    assert looks
    assert unpack(message.text, message.given, reader(list[bytes | str | int])) == value
    sender.close()
    receiver.close()


@pytest.mark.parametrize(
    "data",
    [
        header(5, 2, 0, b"XX") + b"[]",
        header(0, 2, 0) + b"[]",
        header(99, 2, 0) + b"[]",
        header(5, MOST, 1),
        header(5, 0xFFFFFFFF, 0),
        header(5, 0, 1 << 63),
    ],
)
def test_what_is_no_message_is_refused_by_its_header(
    ends: tuple[socket.socket, Channel], data: bytes
) -> None:
    theirs, ours = ends
    theirs.sendall(data)
    with pytest.raises(Refused):
        ours.receive(MOST)


@pytest.mark.parametrize("data", [b"", b"IW", header(5, 2, 0), header(5, 2, 9) + b"[]abc"])
def test_a_message_that_breaks_off_is_an_end(
    ends: tuple[socket.socket, Channel], data: bytes
) -> None:
    theirs, ours = ends
    theirs.sendall(data)
    theirs.close()
    with pytest.raises(EOFError):
        ours.receive(MOST)


@given(some.binary(max_size=100))
def test_random_bytes_are_no_message(data: bytes) -> None:
    theirs, ours = make_pair()
    channel = Channel(ours)
    with theirs:
        theirs.sendall(data)

    def receive() -> object:
        message = channel.receive(MOST)
        return unpack(message.text, message.given, reader(int))

    with pytest.raises((Refused, EOFError)):
        receive()
    channel.close()


def test_whoever_waits_looks_and_may_give_up(ends: tuple[socket.socket, Channel]) -> None:
    theirs, ours = ends
    theirs.sendall(header(5, 2, 0))
    count = 0

    def look() -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"):
        ours.receive(MOST, look)


def test_only_an_end_that_takes_files_gets_any() -> None:
    for takes_files in (True, False):
        ours, theirs = make_pair()
        channel = Channel(theirs, takes_files=takes_files)
        with open(os.devnull, "rb") as file:
            socket.send_fds(ours, [header(5, 2, 0) + b"[]"], [file.fileno()])
        before = set(os.listdir("/proc/self/fd"))
        message = channel.receive(MOST)
        new = set(os.listdir("/proc/self/fd")) - before
        assert len(new) == takes_files
        if takes_files:
            assert os.readlink(f"/proc/self/fd/{message.given.take_file()}") == os.devnull
        for number in new:
            with suppress(OSError):
                os.close(int(number))
        ours.close()
        channel.close()


def test_an_end_is_silent_until_something_is_said_or_it_is_gone(
    ends: tuple[socket.socket, Channel],
) -> None:
    theirs, ours = ends
    assert ours.is_silent
    theirs.sendall(b"x")
    assert not ours.is_silent
    gone, other = make_pair()
    gone.close()
    channel = Channel(other)
    assert not channel.is_silent
    channel.close()
