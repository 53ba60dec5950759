"""What decoders may do: functions that other processes import by name."""

from __future__ import annotations

import os
import time

from iscckit.errors import ExtractionFailed
from iscckit.media.base import Source


def sleeping(source: Source) -> None:
    time.sleep(60)


def crashing(source: Source) -> None:
    os.abort()


def greedy(source: Source) -> int:
    return len(bytearray(1 << 30))


def printing(source: Source) -> bytes:
    os.write(1, b"what a library has to say")
    print("and more", flush=True)
    return source.stream.read()


def where(source: Source) -> int:
    return os.getpid()


def failing(source: Source) -> None:
    raise ExtractionFailed(source.path, source.mediatype, "torn")


def wrong(source: Source) -> None:
    raise ZeroDivisionError("a mistake of ours")
