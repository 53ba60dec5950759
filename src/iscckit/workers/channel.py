"""Messages between two processes over a socket.

A frame is a header of 16 bytes (the letters ``IW``, the kind of message, a zero, the length of the
JSON and that of the raw section, little-endian), the JSON, and the section (``wire``). File
descriptors come with the header.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from iscckit.workers.wire import Input, Packed, Refused, can_hand_files

__all__ = ["Channel", "Kind", "Message", "make_pair"]

_LOOK: Final = 0.1  # seconds between two looks at what a process does while it is waited for
_HEADER: Final = struct.Struct("<2sBxIQ")
_MAGIC: Final = b"IW"
_FILES: Final = 8  # descriptors that come with a message at most
_SHORT: Final = 1 << 12  # bytes of a section that goes along with the JSON
_BLOCK: Final = 1 << 20  # bytes that are received at a time
_SEND_SECONDS: Final = 60.0  # that the other side has to take a message


class Kind(IntEnum):
    """What a message is."""

    SETUP = 1  # to a worker: what it may do
    CALL = 2  # to a worker: a task and its argument
    READY = 3  # from a worker, as are all that follow
    PROGRESS = 4
    VALUE = 5
    ERROR = 6  # an IsccError
    MEMORY = 7  # a task took more than there is
    FAULT = 8  # another exception, as text


class Message(NamedTuple):
    """What was received.

    Attributes:
        kind: What it is.
        text: Its JSON.
        given: Its raw bytes and files.
    """

    kind: Kind
    text: memoryview
    given: Input


_KINDS: Final = frozenset(Kind)


def make_pair() -> tuple[socket.socket, socket.socket]:
    """Return two sockets that are connected with each other."""
    return socket.socketpair()


class Channel:
    """One end of the connection between a worker and its parent.

    Args:
        end: The socket; the channel closes it.
        takes_files: Whether this end takes file descriptors. The one that hands them out does
            not: what it gets from the other side is not trusted.
    """

    def __init__(self, end: socket.socket, *, takes_files: bool = False) -> None:
        self._socket = end
        self._takes_files = takes_files and can_hand_files()

    def fileno(self) -> int:
        """Return the descriptor of the socket."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    @property
    def is_silent(self) -> bool:
        """Whether the other side is there and has said nothing that was not received."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def send(self, kind: Kind, value: Packed) -> None:
        """Send a message.

        Raises:
            OSError: The other side is gone, or does not take it.
        """
        section = b"".join(value.section) if len(value.section) != 1 else value.section[0]
        head = _HEADER.pack(_MAGIC, kind, len(value.text), len(section)) + value.text
        self._wait(_SEND_SECONDS)
        if len(section) <= _SHORT:
            head, section = head + section, b""
        if value.files:
            sent = socket.send_fds(self._socket, [head], list(value.files))
            head = head[sent:]
        self._socket.sendall(head)
        if section:
            self._socket.sendall(section)

    def receive(self, most: int, look: Callable[[], object] | None = None) -> Message:
        """Return the next message.

        Args:
            most: Bytes that it may have.
            look: Called at least ten times a second; it raises to give up.

        Raises:
            EOFError, OSError: The other side is gone.
            Refused: The bytes are not a message, or a longer one.
        """
        self._wait(_LOOK if look else None)
        files: list[int] = []
        try:
            header = self._exactly(_HEADER.size, look, files)
            magic, number, length, size = _HEADER.unpack(header)
            if magic != _MAGIC or number not in _KINDS:
                raise Refused("this is no message")
            if length + size > most:
                raise Refused(f"a message of {length + size} bytes; {most} are allowed")
            rest = memoryview(self._exactly(length + size, look))
        except BaseException:
            for number in files:
                os.close(number)
            raise
        return Message(Kind(number), rest[:length], Input(rest[length:], files))

    def _wait(self, seconds: float | None) -> None:
        if self._socket.gettimeout() != seconds:  # to set it is a system call
            self._socket.settimeout(seconds)

    def _exactly(
        self, size: int, look: Callable[[], object] | None, files: list[int] | None = None
    ) -> bytearray:
        """Return the next ``size`` bytes; memory grows with those that came.

        Args:
            size: How many.
            look: As for ``receive``.
            files: Gets the descriptors that come with these bytes, if this end takes any.
        """
        found = bytearray()
        while len(found) < size:
            if look:
                look()
            try:
                if files is None or not self._takes_files:
                    block = self._socket.recv(min(_BLOCK, size - len(found)))
                else:
                    block, more, _, _ = socket.recv_fds(self._socket, size - len(found), _FILES)
                    files += more
            except TimeoutError:
                continue
            if not block:
                raise EOFError
            found += block
        return found
