"""Subtitles of videos as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from av.error import FFmpegError

from iscckit.media.content_values import Limits, Source, TextContent
from iscckit.media.readers.av import list_versions, open_container

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["extract_all"]

_STYLE: Final = re.compile(rb"\{[^}]*\}")  # in ASS, to which FFmpeg converts all subtitles
_BREAK: Final = re.compile(rb"\\[Nnh]")


def extract_all(source: Source, *, limits: Limits) -> Iterator[TextContent]:
    """Yield the text of each text track of subtitles, in the order of the file.

    Each text has one subtitle per line, without times and styles. Empty tracks and tracks of
    pictures (DVD, Blu-ray) are left out.

    Raises:
        ExtractionFailed: The file cannot be opened as a video.
    """
    with open_container(source) as container:
        texts = _read_texts(container, limits)
    for text, cut in texts:
        yield TextContent(text, extractor=list_versions(), cut=cut)


def _read_texts(container: InputContainer, limits: Limits) -> list[tuple[str, bool]]:
    streams = [stream for stream in container.streams if stream.type == "subtitle"]
    lines: dict[int, list[str]] = {
        stream.index: [] for stream in streams if stream.codec_context is not None
    }
    left = dict.fromkeys(lines, limits.characters)
    if not lines:
        return []
    packets = container.demux([stream for stream in streams if stream.index in lines])
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            found = cast("list[Any]", packet.decode() if packet.size else [])
        except (FFmpegError, IndexError):  # the rest cannot be read: keep what was read
            break
        index = packet.stream.index
        for each in found:
            line = _strip_styles(getattr(each, "dialogue", b""))
            if line and left[index] > 0:
                left[index] -= len(line) + 1
                lines[index].append(line)
    return [
        ("\n".join(texts)[: limits.characters], left[index] < 0)
        for index, texts in lines.items()
        if texts
    ]


def _strip_styles(dialogue: bytes) -> str:
    # A brace that nothing closes would be searched for to the end, from each one that opens.
    styled, brace, rest = dialogue.rpartition(b"}")
    plain = _STYLE.sub(b"", styled + brace) + rest
    return _BREAK.sub(b"\n", plain).decode("utf-8", "replace").strip()
