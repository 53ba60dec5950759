"""Granular features: a fingerprint of each segment of a content, and where the segment is.

Passages of texts and scenes of videos are those of the reference SDK 0.9.7. Pages, segments of
sound, pictures in documents and chunks of data go beyond it; docs/features.md describes them all.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from bisect import bisect_right
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.codec.unit import SubType
from iscckit.records.record import FeatureSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.media.content_values import AudioContent, TextContent, VideoContent
    from iscckit.records.record import PartCode

__all__ = [
    "SEGMENT_WORDS",
    "audio_features",
    "data_features",
    "picture_features",
    "text_features",
    "video_features",
]

SEGMENT_WORDS: Final = 64  # of a fingerprint: 7.92 seconds of sound
_SEGMENT_LEAST: Final = 16  # words of the last segment; a shorter one is left out
_PLACES: Final = 3  # decimals of seconds


def text_features(
    text: str, content: TextContent, *, byte_offsets: bool = False, pages: bool = True
) -> tuple[FeatureSet, ...]:
    """Return the features of a text: of its passages, and of its pages if it has pages.

    Args:
        text: The text of ``content``, cleaned.
        content: The decoded content.
        byte_offsets: Whether to count bytes of UTF-8 instead of characters.
        pages: Whether to use pages; the reference SDK does not.
    """
    from iscckit.units.text import text_simprints

    passages = text_simprints(text, byte_offsets=byte_offsets)
    offsets = tuple(each.offset for each in passages)
    starts: list[int] = []
    sets: list[FeatureSet] = []
    if pages and content.pages:
        starts, page_set = _page_features(text, content.pages, byte_offsets)
        sets.append(page_set)
    passage_set = FeatureSet(
        maintype="content",
        subtype="text",
        segment="passage",
        simprints=tuple(each.text for each in passages),
        offsets=offsets,
        sizes=tuple(each.size for each in passages),
        pages=tuple(max(bisect_right(starts, offset), 1) for offset in offsets) if starts else (),
        byte_offsets=byte_offsets,
    )
    return (passage_set, *sets)


def _page_features(
    text: str, pages: Sequence[str], byte_offsets: bool
) -> tuple[list[int], FeatureSet]:
    """Return the offset of each page in ``text``, and the features of pages with text."""
    from iscckit.algorithms.text import text_clean, text_digest

    starts: list[int] = []
    kept: list[tuple[str, int, int, int]] = []
    cursor = base = 0  # one position: in characters, and in the unit of the offsets
    for number, page in enumerate(pages, 1):
        clean = text_clean(page)
        at = text.find(clean, cursor)
        at = cursor if at < 0 else at
        base += _measure(text[cursor:at], byte_offsets)
        starts.append(base)
        digest, letters = text_digest(clean)
        length = _measure(text[at : at + len(clean)], byte_offsets)
        if letters and length:
            kept.append((_encode_simprint(digest), base, length, number))
        cursor, base = min(at + len(clean), len(text)), base + length
    columns = tuple(zip(*kept, strict=True)) or ((), (), (), ())
    return starts, FeatureSet(
        maintype="content",
        subtype="text",
        segment="page",
        simprints=columns[0],
        offsets=columns[1],
        sizes=columns[2],
        pages=columns[3],
        byte_offsets=byte_offsets,
    )


def _measure(text: str, byte_offsets: bool) -> int:
    return len(text.encode()) if byte_offsets else len(text)


def video_features(content: VideoContent) -> FeatureSet:
    """Return the features of a video: the Video-Code of each scene."""
    from iscckit.units.video import FRAME_ELEMENTS, video_code

    simprints = []
    for scene in content.scenes:
        first = scene.first * FRAME_ELEMENTS
        part = content.signatures[first : first + scene.count * FRAME_ELEMENTS]
        frames = memoryview(part).cast("B", (scene.count, FRAME_ELEMENTS))
        simprints.append(_encode_simprint(video_code(frames, bits=256).body))
    return FeatureSet(
        maintype="content",
        subtype="video",
        segment="scene",
        simprints=tuple(simprints),
        offsets=tuple(scene.start for scene in content.scenes),
        sizes=tuple(scene.duration for scene in content.scenes),
    )


def audio_features(content: AudioContent) -> FeatureSet:
    """Return the features of sound: the Audio-Code of each segment of about eight seconds."""
    from iscckit.algorithms.chromaprint import SECONDS_A_WORD
    from iscckit.units.audio import audio_code

    words = memoryview(content.fingerprint).cast("i")
    parts = [words[i : i + SEGMENT_WORDS] for i in range(0, len(words), SEGMENT_WORDS)]
    if len(parts) > 1 and len(parts[-1]) < _SEGMENT_LEAST:
        del parts[-1]
    return FeatureSet(
        maintype="content",
        subtype="audio",
        segment="time",
        simprints=tuple(_encode_simprint(audio_code(part, bits=256).body) for part in parts),
        offsets=tuple(
            round(i * SEGMENT_WORDS * SECONDS_A_WORD, _PLACES) for i in range(len(parts))
        ),
        sizes=tuple(round(len(part) * SECONDS_A_WORD, _PLACES) for part in parts),
    )


def picture_features(parts: Sequence[PartCode]) -> tuple[FeatureSet, ...]:
    """Return the features of the pictures in a document: an Image-Code of 256 bits for each."""
    found = [
        (part, part.unit)
        for part in parts
        if part.unit is not None and part.unit.subtype == SubType.IMAGE
    ]
    if not found:
        return ()
    paged = all(part.page for part, _ in found)
    return (
        FeatureSet(
            maintype="content",
            subtype="image",
            segment="picture",
            simprints=tuple(_encode_simprint(unit.body) for _, unit in found),
            offsets=tuple(range(len(found))),
            sizes=(1,) * len(found),
            pages=tuple(part.page or 0 for part, _ in found) if paged else (),
            contents=tuple(part.name for part, _ in found),
        ),
    )


def data_features(stream: BinaryIO) -> FeatureSet:
    """Return the features of bytes: large content-defined chunks, from the current position."""
    from iscckit.units.data import data_simprints

    chunks = list(data_simprints(stream))
    return FeatureSet(
        maintype="data",
        subtype="none",
        segment="chunk",
        simprints=tuple(_encode_simprint(chunk.body) for chunk in chunks),
        offsets=tuple(chunk.offset for chunk in chunks),
        sizes=tuple(chunk.size for chunk in chunks),
        byte_offsets=True,
    )


def _encode_simprint(body: bytes) -> str:
    return urlsafe_b64encode(body).rstrip(b"=").decode()
