"""The values that readers take and return: an open file, limits and contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, NamedTuple

from iscckit.media.picture_grid import Grid

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
    """What a reader may use for one file before it raises ``LimitExceeded``."""

    pixels: int = 128_000_000  # in one picture, as in the reference SDK
    characters: int = 10_000_000  # in one text; longer text is cut, as in the reference SDK
    archive_entries: int = 100_000  # files in one archive
    archive_bytes: int = 1 << 30  # in one archive, unpacked
    markup_bytes: int = 1 << 27  # in the XML and HTML of one archive, unpacked
    stream_bytes: int = 1 << 36  # in standard input or a named pipe, which may be endless


class Source(NamedTuple):
    """An open file with its media type.

    Attributes:
        stream: The file, seekable and at position 0. A reader neither closes it nor opens the path
            again.
        path: Name of the file in error messages.
        mediatype: The media type that detection found.
    """

    stream: BinaryIO
    path: str
    mediatype: str


@dataclass(frozen=True, slots=True)
class TextContent:
    """The text of a file.

    Attributes:
        text: Text without markup, not yet cleaned.
        encoding: Encoding of the bytes, for example ``utf-8``; None if the format defines it.
        extractor: Names and versions of the libraries that extracted the text. Another version
            may give another text, and so another code.
        cut: Whether text beyond the limit was left out.
        pages: Text of each page if the format has pages; joined by line feeds they give ``text``.
        code_if_empty: Whether an empty text has a code too, as in a PDF of scanned pages.
        lost: Whether the extractor lost characters above U+FFFF.
        guessed: Whether statistics chose the encoding, so that it may be wrong.
        damaged: Whether pages are missing, as the file is damaged.
    """

    text: str
    encoding: str | None = None
    extractor: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    pages: tuple[str, ...] = ()
    code_if_empty: bool = False
    lost: bool = False
    guessed: bool = False
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class ImageContent:
    """A picture, ready for the Image-Code.

    Attributes:
        pixels: 1024 grey values, 32 rows of 32.
        width: Width of the stored picture in pixels; an orientation may swap it with the height.
        height: Height of the stored picture in pixels.
        extractor: Names and versions of the libraries that decoded the picture.
        grid: The upright picture in grey and in its own proportions, if it was requested.
        cut: Whether the file ends early, or is damaged.
        share: Share of the picture's pixels that the file holds, 0 to 1.
        pages: Number of different pages of the file, of which this is the first.
    """

    pixels: bytes
    width: int
    height: int
    extractor: Mapping[str, str] = field(default_factory=dict)
    grid: Grid | None = None
    cut: bool = False
    share: float = 1.0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class AudioContent:
    """The sound of a file.

    Attributes:
        fingerprint: Words of Chromaprint: signed 32-bit integers in the machine's byte order.
        duration: Duration in seconds.
        extractor: Names and versions of the libraries that decoded the sound.
        reason: Why the fingerprint is missing; empty if it is there.
        silent: Whether the sound is silence, so that the code means nothing.
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
        first: Index of the scene's first frame signature.
        count: Number of the scene's frame signatures; may be 0.
        start: Start in seconds.
        duration: Duration in seconds.
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
        duration: Duration in seconds; None if the file does not state it.
        width: Width of the pictures as shown in pixels; under ``sdk-0.9.7`` as stored.
        height: Height of the pictures as shown in pixels; under ``sdk-0.9.7`` as stored.
        fps: Pictures per second; None if unknown.
        extractor: Names and versions of the libraries that decoded the video.
        reason: Why the signatures are missing; empty if they are there.
        scenes: The scenes, if they were requested.
        blank: Whether each picture has a single brightness (mostly black), so that the code means
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
