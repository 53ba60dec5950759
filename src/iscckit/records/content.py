"""From the content of a file to its Content-Code: one function a kind of content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.media.base import AudioContent, Content, ImageContent, TextContent, VideoContent
from iscckit.records.features import audio_features, text_features, video_features
from iscckit.records.record import Record

if TYPE_CHECKING:
    from iscckit.units.quality import Flag

__all__ = ["SDK", "with_content"]

SDK: Final = "sdk-0.9.7"  # the profile that knows no features but passages and scenes
_WINDOW: Final = 13  # characters: a text of no more has a single feature
_WORDS: Final = 4  # of a fingerprint: with fewer, a quarter of it and its bits are empty


def with_content(
    record: Record,
    content: Content,
    bits: int,
    *,
    granular: bool = False,
    byte_offsets: bool = False,
) -> Record:
    """Return ``record`` with what ``content`` adds: a Content-Code, or the reason for none.

    Args:
        record: With its Data- and Instance-Code.
        content: What a handler found in the file.
        bits: Length of the Content-Code.
        granular: Whether to add granular features.
        byte_offsets: Whether those of a text count bytes of UTF-8 instead of characters.
    """
    if isinstance(content, ImageContent):
        return _with_image(record, content, bits)
    if isinstance(content, AudioContent):
        return _with_audio(record, content, bits, granular)
    if isinstance(content, VideoContent):
        return _with_video(record, content, bits, granular)
    record, text = _with_text(record, content, bits)
    if granular and record.mode == "text":
        pages = record.profile != SDK
        found = text_features(text, content, byte_offsets=byte_offsets, pages=pages)
        record = replace(record, features=found)
    return record


def _with_image(record: Record, content: ImageContent, bits: int) -> Record:
    from iscckit.units.image import image_code, is_featureless  # noqa: PLC0415

    unit = image_code(content.pixels, bits=bits)
    return replace(
        record,
        mode="image",
        units=(unit, *record.units),
        width=content.width,
        height=content.height,
        flags=("featureless-image",) if is_featureless(unit) else (),
    )


def _with_audio(record: Record, content: AudioContent, bits: int, granular: bool) -> Record:
    from iscckit.units.audio import audio_code  # noqa: PLC0415

    record = replace(record, duration=content.duration)
    if content.reason:
        return replace(record, missing={"content": content.reason})
    unit = audio_code(memoryview(content.fingerprint).cast("i"), bits=bits)
    flags: tuple[Flag, ...] = ("silence",) if content.silent else ()
    if not flags and len(content.fingerprint) < 4 * _WORDS:
        flags = ("short-sound",)
    # The reference SDK has no features of sound.
    features = (audio_features(content),) if granular and record.profile != SDK else ()
    return replace(
        record, mode="audio", units=(unit, *record.units), flags=flags, features=features
    )


def _with_video(record: Record, content: VideoContent, bits: int, granular: bool) -> Record:
    from iscckit.units.video import FRAME_ELEMENTS, video_code  # noqa: PLC0415

    record = replace(
        record,
        duration=content.duration,
        fps=content.fps,
        width=content.width,
        height=content.height,
    )
    if content.reason:
        return replace(record, missing={"content": content.reason})
    count = len(content.signatures) // FRAME_ELEMENTS
    frames = memoryview(content.signatures).cast("B", (count, FRAME_ELEMENTS))
    return replace(
        record,
        mode="video",
        units=(video_code(frames, bits=bits), *record.units),
        flags=("blank-video",) if content.blank else (),
        features=(video_features(content),) if granular else (),
    )


def _with_text(record: Record, content: TextContent, bits: int) -> tuple[Record, str]:
    """Return the record, and the text as it was cleaned."""
    from iscckit.algorithms.text import text_clean, text_digest  # noqa: PLC0415
    from iscckit.codec.unit import MainType, SubType, Unit  # noqa: PLC0415

    record = replace(record, encoding=content.encoding)
    text = text_clean(content.text)
    digest, characters = text_digest(text)
    # The reference SDK refuses only what is blank; so does the profile that stands for it.
    empty = not text or (characters == 0 and record.profile != SDK)
    if empty and not content.code_if_empty:
        reason = "the text has no letters, digits or symbols"
        return replace(record, missing={"content": reason}, characters=characters), text
    unit = Unit(MainType.CONTENT, SubType.TEXT, digest).shorten(bits)
    flags: tuple[Flag, ...] = ("short-text",) if characters <= _WINDOW else ()
    if content.cut:
        flags = ("cut-text",)
    if content.lost:
        flags = (*flags, "lost-characters")
    units = (unit, *record.units)
    return replace(record, mode="text", units=units, characters=characters, flags=flags), text
