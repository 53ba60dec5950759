"""The values that readers of files take and return: an open file, limits, and contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, NamedTuple

from iscckit.media.regions import Grid

__all__ = [
    "AudioContent",
    "Content",
    "ImageContent",
    "Limits",
    "Mode",
    "Profile",
    "Scene",
    "Source",
    "TextContent",
    "VideoContent",
]

Mode = Literal["text", "image", "audio", "video"]
Profile = Literal["iscckit-1", "sdk-0.9.7", "iso"]


class Limits(NamedTuple):
    """What a handler may use up on one file before it raises ``LimitExceeded``."""

    pixels: int = 128_000_000  # of one picture, as in the reference SDK
    characters: int = 10_000_000  # of one text: longer text is cut, as in the reference SDK
    archive_entries: int = 100_000  # files in one archive
    archive_bytes: int = 1 << 30  # of one archive, unpacked
    markup_bytes: int = 1 << 27  # of the XML and HTML in one archive, unpacked
    stream_bytes: int = 1 << 36  # of standard input or a named pipe, which may have no end


class Source(NamedTuple):
    """An open file as a handler gets it.

    Attributes:
        stream: Seekable, at position 0. The handler neither closes it nor opens the path again.
        path: What error messages call the file.
        mediatype: What detection took it for.
    """

    stream: BinaryIO
    path: str
    mediatype: str


@dataclass(frozen=True, slots=True)
class TextContent:
    """The text of a file.

    Attributes:
        text: Without markup, not yet cleaned.
        encoding: How the bytes were decoded, for example ``utf-8``; None where the format knows.
        extractor: Names and versions of what took part: same file, other extractor, other code.
        cut: Whether text beyond the limit was left out.
        pages: Text of each page, where the format has pages; joined by line feeds they are
            ``text``.
        code_if_empty: Whether no text at all has a code as well, as a PDF of scanned pages.
        lost: Whether the extractor lost characters above U+FFFF.
    """

    text: str
    encoding: str | None = None
    extractor: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    pages: tuple[str, ...] = ()
    code_if_empty: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class ImageContent:
    """A picture, ready for the Image-Code.

    Attributes:
        pixels: 1024 grey values, 32 rows of 32.
        width: Of the picture as it is stored, in pixels; orientation may swap it with height.
        height: Height in pixels.
        extractor: Names and versions of what took part.
        grid: It in grey and in its proportions, upright, if it was asked for.
    """

    pixels: bytes
    width: int
    height: int
    extractor: Mapping[str, str] = field(default_factory=dict)
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class AudioContent:
    """The sound of a file.

    Attributes:
        fingerprint: Chromaprint's words, signed 32-bit integers in the machine's byte order.
        duration: In seconds.
        extractor: Names and versions of what took part.
        reason: Why there is no fingerprint; empty if there is one.
        silent: Whether there is nothing to hear, so that the code says nothing.
    """

    fingerprint: bytes
    duration: float
    extractor: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a video between two changes of scene.

    Attributes:
        first: Index of its first frame signature.
        count: How many signatures it has; may be none.
        start: In seconds.
        duration: In seconds.
    """

    first: int
    count: int
    start: float
    duration: float


@dataclass(frozen=True, slots=True)
class VideoContent:
    """The moving pictures of a file.

    Attributes:
        signatures: 380 bytes of value 0, 1 or 2 for each of five pictures a second.
        duration: In seconds, None if the file does not say.
        width: Of the pictures as they are stored, in pixels.
        height: Height in pixels.
        fps: Pictures a second, None if unknown.
        extractor: Names and versions of what took part.
        reason: Why there are no signatures; empty if there are some.
        scenes: The scenes, if they were asked for.
        blank: Whether each picture has one brightness (black, mostly), so that the code says
            nothing.
    """

    signatures: bytes
    duration: float | None
    width: int
    height: int
    fps: float | None
    extractor: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    scenes: tuple[Scene, ...] = ()
    blank: bool = False


Content = TextContent | ImageContent | AudioContent | VideoContent
