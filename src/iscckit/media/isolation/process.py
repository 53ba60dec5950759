"""One process that calls functions for another, and how the two talk.

A message is its length and a pickle of plain values; each side reads only what the other, its own
kind, has written.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from iscckit.errors import IsccError, UnreadableFile
from iscckit.media.base import Source
from iscckit.media.source import StopReading, opened

if TYPE_CHECKING:
    from iscckit.workers.pool import Quota

__all__ = ["Process", "serve", "stamp"]

_GRACE: Final = 5.0  # seconds a process has to end by itself
_HAS_LIMITS: Final = sys.platform == "linux"  # whether RLIMIT_DATA counts all memory
_START_SECONDS: Final = 60.0  # it has to start
_LENGTH: Final = 8  # bytes that tell the length of a message
# The first thing it does is to look for modules where we do, and not in the current folder.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from iscckit.media.isolation.process import serve; serve()"
)


class Process:
    """A process that answers one question at a time.

    Args:
        quota: What it may use up.

    Attributes:
        quota: Likewise.
        late: Whether it was killed because an answer took too long.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, quota: Quota) -> None:
        import subprocess  # noqa: PLC0415 (slow to import)

        flags = ["-I"] if sys.flags.isolated else []
        self.quota = quota
        self.late = False
        self._popen = subprocess.Popen(
            [sys.executable, *flags, "-c", _PROGRAM, *map(str, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._questions = cast("BinaryIO", self._popen.stdin)
        self._answers = cast("BinaryIO", self._popen.stdout)
        self._lock = threading.Lock()  # of what follows
        self._killed = False
        self._deadline = math.inf
        self._stopped: Callable[[], bool] = _never

    def start(self, stopped: Callable[[], bool]) -> None:
        """Wait until the process is ready.

        Raises:
            EOFError: It cannot do what it is to do.
            StopReading: As for ``ask``.
        """
        self.ask((self.quota.memory, self.quota.seconds), _START_SECONDS, stopped)

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._killed and self._popen.poll() is None

    def ask(self, question: object, seconds: float, stopped: Callable[[], bool]) -> object:
        """Return what the process answers within ``seconds``.

        Raises:
            EOFError: It is dead.
            StopReading: ``stopped`` said yes; then it is dead too.
        """
        with self._lock:
            self._deadline, self._stopped = time.monotonic() + seconds, stopped
        try:
            _send(self._questions, question)
            answer = _received(self._answers)
            with self._lock:
                self._deadline, self._stopped = math.inf, _never
        except (EOFError, OSError) as error:
            if stopped():
                raise StopReading from error
            raise EOFError from error
        except BaseException:  # Ctrl-C: nobody will take the answer
            self._kill()
            raise
        return answer

    def look(self) -> None:
        """Kill the process if it is too late, or if nobody waits for it."""
        with self._lock:
            self.late = self.late or time.monotonic() > self._deadline
            if self.late or self._stopped():
                self._kill()

    def _kill(self) -> None:
        self._killed = True
        self._popen.kill()

    def end(self) -> None:
        """End the process, by force if it does not end by itself."""
        from subprocess import TimeoutExpired  # noqa: PLC0415 (slow to import)

        with suppress(OSError):  # what was not sent yet
            self._questions.close()
        try:
            self._popen.wait(_GRACE)
        except TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._answers.close()

    def death(self) -> str:
        """Say in words how the process ended."""
        code = self._popen.returncode
        name = f" ({signal.Signals(-code).name})" if code < 0 else ""
        most = f"; it may hold {self.quota.memory >> 20} MiB of memory" if _HAS_LIMITS else ""
        return f"the decoder crashed{name}{most}"


def _never() -> bool:
    return False


def stamp(stream: BinaryIO) -> tuple[int, ...]:
    """Return what tells whether two streams are of the same file in the same state."""
    status = os.fstat(stream.fileno())
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _send(stream: BinaryIO, value: object) -> None:
    import pickle  # noqa: PLC0415 (slow to import)

    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH, "little"))
    stream.write(data)
    stream.flush()


def _received(stream: BinaryIO) -> object:
    import pickle  # noqa: PLC0415

    head = stream.read(_LENGTH)
    length = int.from_bytes(head, "little")
    data = stream.read(length) if len(head) == _LENGTH else b""
    if len(head) < _LENGTH or len(data) < length:
        raise EOFError
    return pickle.loads(data)


def serve() -> None:
    """Run in the process: answer questions until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # what libraries print would be taken for an answer
        os.dup2(nowhere, stream)
    try:
        memory, seconds = cast("tuple[int, float]", _received(questions))
        _limit(memory)
        _send(answers, None)  # ready
        while True:
            question = cast("Any", _received(questions))
            _end_after(seconds)
            _send(answers, _answer(*question))
            _end_after(None)
    except (EOFError, OSError):
        os._exit(0)  # at once: nothing here needs to be put in order


def _end_after(seconds: float | None) -> None:
    """End this process then, whatever a decoder does, for its parent may be dead; None: never."""
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(0 if seconds is None else math.ceil(seconds + _GRACE))


def _limit(memory: int) -> None:
    """Let the process have no more than ``memory`` bytes, where the system knows such a limit."""
    if not _HAS_LIMITS:
        return
    import resource  # noqa: PLC0415 (not on Windows)

    for what, least in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0)):
        _, most = resource.getrlimit(what)
        limit = least if most == resource.RLIM_INFINITY else min(least, most)
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (limit, most))


def _answer(
    function: Callable[..., Any],
    named: tuple[str, str],
    expected: tuple[int, ...],
    arguments: dict[str, Any],
) -> object:
    path, mediatype = named
    try:
        with opened(path) as stream:
            if stamp(stream) != expected:
                raise UnreadableFile(path, "is another file")
            value = function(Source(stream, path, mediatype), **arguments)
            return tuple(value) if isinstance(value, Iterator) else value
    except (IsccError, MemoryError) as error:
        return error
    except Exception as error:
        return RuntimeError(f"{path}: {type(error).__name__}: {error}")
