"""From the content of a file to its Content-Code: one function for each kind of content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.media.content_values import (
    AudioContent,
    Content,
    ImageContent,
    TextContent,
    VideoContent,
)
from iscckit.records.features import audio_features, text_features, video_features
from iscckit.records.partial_results import ContentFacts

if TYPE_CHECKING:
    from iscckit.records.options import Options
    from iscckit.units.quality import Flag

__all__ = ["SDK", "code_content"]

SDK: Final = "sdk-0.9.7"  # the profile whose only features are passages and scenes
_WINDOW: Final = 13  # characters: a text that is not longer has a single feature
_MOST: Final = 0.9  # share of a picture with which its code still stands for it
_WORDS: Final = 4  # of a fingerprint: with fewer, a quarter of it and its bits are empty


def code_content(content: Content, options: Options) -> ContentFacts:
    """Make the Content-Code of ``content``, or give the reason why there is none.

    Args:
        content: What a decoder found in the file.
        options: Their ``bits``, ``profile``, ``granular`` and ``byte_offsets`` count.
    """
    if isinstance(content, ImageContent):
        return _code_image(content, options)
    if isinstance(content, AudioContent):
        return _code_audio(content, options)
    if isinstance(content, VideoContent):
        return _code_video(content, options)
    return _code_text(content, options)


def _code_image(content: ImageContent, options: Options) -> ContentFacts:
    from iscckit.units.image import image_code, is_featureless

    unit = image_code(content.pixels, bits=options.bits)
    return ContentFacts(
        mode="image",
        unit=unit,
        decoded=content,
        extractor=content.extractor,
        width=content.width,
        height=content.height,
        flags=(*_image_flags(content), "featureless-image")
        if is_featureless(unit)
        else _image_flags(content),
    )


def _image_flags(content: ImageContent) -> tuple[Flag, ...]:
    flags: tuple[Flag, ...] = ("first-page",) if content.pages > 1 else ()
    if content.cut:
        flags = (*flags, "truncated-image" if content.share >= _MOST else "partial-image")
    return flags


def _code_audio(content: AudioContent, options: Options) -> ContentFacts:
    from iscckit.units.audio import audio_code

    if content.reason:
        return ContentFacts(
            decoded=content,
            extractor=content.extractor,
            duration=content.duration,
            missing={"content": content.reason},
        )
    flags: tuple[Flag, ...] = ("silence",) if content.silent else ()
    if not flags and len(content.fingerprint) < 4 * _WORDS:
        flags = ("short-sound",)
    # The reference SDK has no features of sound.
    is_granular = options.granular and options.profile != SDK
    return ContentFacts(
        mode="audio",
        unit=audio_code(memoryview(content.fingerprint).cast("i"), bits=options.bits),
        decoded=content,
        extractor=content.extractor,
        duration=content.duration,
        flags=flags,
        features=(audio_features(content),) if is_granular else (),
    )


def _code_video(content: VideoContent, options: Options) -> ContentFacts:
    from iscckit.units.video import FRAME_ELEMENTS, video_code

    unit = None
    if not content.reason:
        count = len(content.signatures) // FRAME_ELEMENTS
        frames = memoryview(content.signatures).cast("B", (count, FRAME_ELEMENTS))
        unit = video_code(frames, bits=options.bits)
    return ContentFacts(
        mode=None if unit is None else "video",
        unit=unit,
        decoded=content,
        extractor=content.extractor,
        duration=content.duration,
        fps=content.fps,
        width=content.width,
        height=content.height,
        flags=("blank-video",) if unit is not None and content.blank else (),
        features=(video_features(content),) if unit is not None and options.granular else (),
        missing={"content": content.reason} if content.reason else {},
    )


def _code_text(content: TextContent, options: Options) -> ContentFacts:
    from iscckit.algorithms.text import text_clean, text_digest
    from iscckit.codec.unit import MainType, SubType, Unit

    text = text_clean(content.text)
    digest, characters = text_digest(text)
    # The reference SDK refuses only blank texts; so does the profile that reproduces it.
    empty = not text or (characters == 0 and options.profile != SDK)
    if empty and not content.code_if_empty:
        return ContentFacts(
            decoded=content,
            extractor=content.extractor,
            encoding=content.encoding,
            characters=characters,
            missing={"content": "the text has no letters, digits or symbols"},
        )
    return ContentFacts(
        mode="text",
        unit=Unit(MainType.CONTENT, SubType.TEXT, digest).shorten(options.bits),
        decoded=content,
        extractor=content.extractor,
        encoding=content.encoding,
        characters=characters,
        flags=_text_flags(content, characters),
        features=text_features(
            text, content, byte_offsets=options.byte_offsets, pages=options.profile != SDK
        )
        if options.granular
        else (),
    )


def _text_flags(content: TextContent, characters: int) -> tuple[Flag, ...]:
    flags: tuple[Flag, ...] = ("short-text",) if characters <= _WINDOW else ()
    if content.cut:
        flags = ("cut-text",)
    if content.damaged:
        flags = (*flags, "missing-pages")
    if content.lost:
        flags = (*flags, "lost-characters")
    return (*flags, "guessed-encoding") if content.guessed else flags
