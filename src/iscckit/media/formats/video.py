"""Formats of video."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Container, Division, Format, Magic, Structure

__all__ = ["ROWS"]

_TESTS: Final = "iscckit.media.detect.structures"
_FILM: Final = "iscckit.media.readers.video_file"
_TAGS: Final = "iscckit.media.metadata.av"
_TAG_WRITER: Final = "iscckit.media.embed.av"
_MATROSKA: Final = "iscckit.media.embed.matroska"

_DIVISION: Final = Division(
    "video",
    "the pictures; the sound that is played by default; the text of each track of subtitles",
    "iscckit.media.readers.parts:divide_video",
    whole="pictures",
)

ROWS: Final = (
    Format(
        "video/mp4",
        "video",
        ("mp4", "f4v", "mpg4"),
        (Container("ISO", (b"",), family="mp4"),),
        families=("mp4",),
        content=_FILM,
        metadata=_TAGS,
        writer=_TAG_WRITER,
        division=_DIVISION,
    ),
    Format(
        "video/x-m4v",
        "video",
        ("m4v",),
        (Container("ISO", (b"M4V ",), family="mp4"),),
        families=("mp4",),
        content=_FILM,
        metadata=_TAGS,
        writer=_TAG_WRITER,
        division=_DIVISION,
    ),
    Format(
        "video/quicktime",
        "video",
        ("mov", "qt"),
        (
            Container("QuickTime", (b"moov", b"mdat", b"wide", b"pnot"), "QuickTime atom", "mp4"),
            Container("ISO", (b"qt  ",), family="mp4"),
        ),
        families=("mp4",),
        content=_FILM,
        metadata=_TAGS,
        writer=_TAG_WRITER,
        division=_DIVISION,
    ),
    Format(
        "video/3gpp",
        "video",
        ("3gp", "3gpp"),
        (Container("ISO", (b"3g",)),),
        families=("mp4",),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/3gpp2",
        "video",
        ("3g2",),
        (Container("ISO", (b"3g2",)),),
        families=("mp4",),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/x-matroska",
        "video",
        ("mkv", "mk3d"),
        (Structure("start", f"{_TESTS}:is_matroska", "EBML signature", family="matroska"),),
        families=("matroska",),
        content=_FILM,
        metadata=_TAGS,
        writer=_MATROSKA,
        division=_DIVISION,
    ),
    Format(
        "video/webm",
        "video",
        ("webm",),
        (Structure("start", f"{_TESTS}:is_webm", "EBML signature", family="matroska"),),
        families=("matroska",),
        content=_FILM,
        metadata=_TAGS,
        writer=_TAG_WRITER,
        division=_DIVISION,
    ),
    Format(
        "video/avi",
        "video",
        ("avi",),
        (Container("RIFF", (b"AVI ",), "AVI signature"),),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/mpeg",
        "video",
        ("mpeg", "mpg", "mpe", "m1v", "m2v", "vob"),
        (
            Magic(b"\x00\x00\x01\xba", "MPEG program stream"),
            Magic(b"\x00\x00\x01\xb3", "MPEG video"),
        ),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/mp2t",
        "video",
        ("m2ts", "mts"),
        (Structure("packets", f"{_TESTS}:is_transport_stream", "MPEG-TS packets"),),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/ogg",
        "video",
        ("ogv",),
        (Structure("start", f"{_TESTS}:is_ogg_video", "Ogg signature", family="ogg"),),
        families=("ogg",),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/x-flv",
        "video",
        ("flv",),
        (Magic(b"FLV\x01", "Flash video"),),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/x-ms-asf",
        "video",
        ("asf",),
        (Magic(b"0&\xb2u\x8ef\xcf\x11", "ASF", family="asf"),),
        families=("asf",),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/x-ms-wmv",
        "video",
        ("wmv",),
        families=("asf",),
        content=_FILM,
        metadata=_TAGS,
        division=_DIVISION,
    ),
    Format(
        "video/h264",
        "video",
        ("h264", "264"),
        (Magic(b"\x00\x00\x00\x01g", "H.264 stream"), Magic(b"\x00\x00\x00\x01\t", "H.264 stream")),
        content=_FILM,
        division=_DIVISION,
    ),
    Format(
        "video/x-dirac",
        "video",
        ("drc",),
        (Magic(b"BBCD\x00", "Dirac"),),
        content=_FILM,
        division=_DIVISION,
    ),
    Format(
        "application/vnd.rn-realmedia",
        "video",
        ("rv", "rmvb"),
        (Magic(b".RMF", "RealMedia", family="real"),),
        content=_FILM,
        division=_DIVISION,
    ),
    Format(
        "application/x-shockwave-flash",
        "video",
        ("swf",),
        (Magic(b"FWS", "Flash"), Magic(b"CWS", "Flash")),
        content=_FILM,
        division=_DIVISION,
    ),
)
