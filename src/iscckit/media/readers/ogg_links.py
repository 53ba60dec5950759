"""Links of an Ogg file: streams one behind the other, each with headers of its kind.

FFmpeg goes on into a link of Vorbis whose headers are those of the link before, and stops at one
with another rate or other channels. Such a file is decoded link by link.

Source:
    RFC 3533, section 4; Vorbis I specification, section 4.2.2.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from typing import Any

    from iscckit.media.content_values import Source

__all__ = ["split_links"]

_PAGE: Final = 27  # bytes of the head of a page, without the sizes of its segments
_FIRST: Final = 2  # flag of the first page of a stream
_VORBIS: Final = b"\x01vorbis"
_FORMAT: Final = slice(11, 16)  # channels and rate in the first packet
_LINKS: Final = 4096


def split_links(source: Source) -> tuple[Source, ...]:
    """Return the links of a file of Vorbis whose formats differ; the file itself otherwise.

    Args:
        source: The file; its position is kept.
    """
    stream = source.stream
    at = stream.tell()
    try:
        stream.seek(0)
        if stream.read(4) != b"OggS":
            return (source,)
        links = _list_links(stream)
    finally:
        stream.seek(at)
    if len({form for _, form in links}) < 2 or b"" in {form for _, form in links}:
        return (source,)
    end = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    ends = [*(start for start, _ in links[1:]), end]
    return tuple(
        source._replace(stream=io.BufferedReader(_Section(stream, start, stop)))
        for (start, _), stop in zip(links, ends, strict=True)
    )


def _list_links(stream: BinaryIO) -> list[tuple[int, bytes]]:
    """Return where each link begins, and the format of its Vorbis; empty for other codecs."""
    links: list[tuple[int, bytes]] = []
    at, is_start = 0, False
    while len(links) < _LINKS:
        stream.seek(at)
        head = stream.read(_PAGE + 255)
        if len(head) < _PAGE or head[:4] != b"OggS":
            return links
        sizes = head[_PAGE : _PAGE + head[26]]
        if head[5] & _FIRST:
            stream.seek(at + _PAGE + head[26])
            packet = stream.read(16)
            form = packet[_FORMAT] if packet.startswith(_VORBIS) else b""
            if not is_start:
                links.append((at, form))
            elif not links[-1][1]:
                links[-1] = (links[-1][0], form)  # several streams begin together
        is_start = bool(head[5] & _FIRST)
        at += _PAGE + head[26] + sum(sizes)
    return links


class _Section(io.RawIOBase):
    """A part of a file as a file, for one reader at a time."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        self._stream, self._start, self._end = stream, start, end
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end - self._start}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (Buffer came with Python 3.12)
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._start + self._at)
        left = self._end - self._start - self._at
        data = self._stream.read(max(0, min(len(view), left)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
