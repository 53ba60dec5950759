"""What a handler of a format gives out, and the table of who reads what.

A handler is a module with a function ``extract``. The table is data: a new format is a row here
and a module beside this one. Modules are imported when a file needs them, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import BinaryIO, Final, Literal, NamedTuple, Protocol, cast

from iscckit.errors import MissingDependency, UnsupportedMedia
from iscckit.media.mediatypes import Mode
from iscckit.media.regions import Grid

__all__ = [
    "FORMATS",
    "AudioContent",
    "Content",
    "Format",
    "Handler",
    "ImageContent",
    "Limits",
    "Profile",
    "Scene",
    "Source",
    "TextContent",
    "VideoContent",
    "handler_for",
    "is_supported",
]

Profile = Literal["iscckit-1", "sdk-0.9.7", "iso"]


@dataclass(frozen=True, slots=True)
class Limits:
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
        height: Likewise.
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
        height: Likewise.
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


class Handler(Protocol):
    """A module that reads some media types."""

    def extract(
        self, source: Source, *, profile: Profile, limits: Limits, granular: bool = False
    ) -> Content:
        """Return the content of ``source``, if ``granular`` with what its features need.

        Raises:
            ExtractionFailed: The file is not what it claims to be, or damaged.
            LimitExceeded: The file would need more than ``limits`` allows.
        """
        ...


class Format(NamedTuple):
    """One row of the table: who reads what."""

    module: str
    mode: Mode
    mediatypes: frozenset[str]
    extra: str | None = None  # the pip extra that brings the libraries the module imports


def _types(names: str) -> frozenset[str]:
    return frozenset(names.split())


FORMATS: Final[tuple[Format, ...]] = (
    Format(
        "iscckit.media.readers.text",
        "text",
        _types("text/plain text/markdown text/csv text/tab-separated-values application/json"),
    ),
    Format(
        "iscckit.media.readers.markup", "text", _types("text/xml text/html application/xhtml+xml")
    ),
    Format("iscckit.media.readers.pdf", "text", _types("application/pdf")),
    Format(
        "iscckit.media.readers.documents",
        "text",
        _types(
            "application/msword application/vnd.ms-powerpoint application/vnd.ms-excel "
            "application/rtf application/epub+zip application/x-ibooks+zip "
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
            "application/vnd.openxmlformats-officedocument.presentationml.presentation "
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
            "application/vnd.oasis.opendocument.text "
            "application/vnd.oasis.opendocument.spreadsheet "
            "application/vnd.oasis.opendocument.presentation"
        ),
    ),
    Format("iscckit.media.readers.mobi", "text", _types("application/x-mobipocket-ebook")),
    Format(
        "iscckit.media.readers.image",
        "image",
        _types(
            "image/jpeg image/png image/gif image/tiff image/bmp image/webp image/avif "
            "image/heic image/vnd.adobe.photoshop image/jp2 image/x-icon image/x-win-bitmap "
            "image/x-icns "
            "image/x-tga image/qoi image/x-portable-anymap image/x-pcx image/x-sgi "
            "image/x-sun-raster image/vnd.ms-dds image/x-xbitmap image/x-xpixmap image/fits"
        ),
    ),
    Format("iscckit.media.readers.svg", "image", _types("image/svg+xml")),
    Format(
        "iscckit.media.readers.audio",
        "audio",
        _types(
            "audio/mpeg audio/wav audio/ogg audio/opus audio/aiff audio/x-flac "
            "audio/x-wavpack audio/mp4 audio/aac audio/ac3 audio/amr audio/basic audio/x-ape "
            "audio/x-caf audio/x-matroska audio/webm audio/x-ms-wma audio/x-pn-realaudio"
        ),
    ),
    Format(
        "iscckit.media.readers.video",
        "video",
        _types(
            "video/mp4 video/x-m4v video/quicktime video/3gpp video/3gpp2 video/x-matroska "
            "video/webm video/avi video/mpeg video/mp2t video/ogg video/x-flv video/x-ms-asf "
            "video/x-ms-wmv video/h264 video/x-dirac application/vnd.rn-realmedia "
            "application/x-shockwave-flash"
        ),
    ),
)


def is_supported(mediatype: str) -> bool:
    """Tell whether a row of FORMATS names ``mediatype``."""
    return any(mediatype in row.mediatypes for row in FORMATS)


def handler_for(mediatype: str) -> Handler:
    """Import and return the handler of ``mediatype``.

    Raises:
        UnsupportedMedia: No row of FORMATS names this media type.
        MissingDependency: The handler's libraries are not installed.
    """
    for row in FORMATS:
        if mediatype not in row.mediatypes:
            continue
        try:
            return cast("Handler", import_module(row.module))
        except ModuleNotFoundError as error:
            if row.extra is None:
                raise
            hint = f"pip install 'iscckit[{row.extra}]'"
            raise MissingDependency(f"{mediatype} needs {error.name}: {hint}") from error
    raise UnsupportedMedia(f"no content decoder for {mediatype}")
