"""A socket with one deadline for everything, and a most number of bytes.

The timeout of a socket counts from byte to byte: a server that sends one byte every few seconds
would hold a client for days.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    import socket

    from typing_extensions import Buffer

__all__ = ["Deadline", "TimedSocket"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time.

    Attributes:
        end: The time, in seconds of the monotonic clock.
    """

    end: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the point that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return how many seconds are left.

        Raises:
            TimeoutError: None are.
        """
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time is over")
        return seconds


class _Reader(io.RawIOBase):
    """What a socket receives."""

    def __init__(self, sock: socket.socket, deadline: Deadline, limit: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left = limit

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Receive what is there; wait until the deadline for the first byte."""
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError("the server does not stop sending")
        return count


class TimedSocket:
    """A connected socket as ``http.client`` uses it.

    It closes at the end of its ``with`` block: ``http.client`` closes a connection before it has
    read the answer.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, limit: int) -> None:
        """Take a connected socket.

        Args:
            sock: The socket, closed at the end.
            deadline: When every operation fails.
            limit: The most bytes that may be received.
        """
        self._sock = sock
        self._deadline = deadline
        self._limit = limit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def sendall(self, data: Buffer) -> None:
        """Send all bytes before the deadline."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> BinaryIO:
        """Return a file of what is received."""
        return io.BufferedReader(_Reader(self._sock, self._deadline, self._limit))

    def close(self) -> None:
        """Do nothing: the socket is still to be read."""
