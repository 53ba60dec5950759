"""Files of video: moving pictures, or sound alone, with a cover or without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iscckit.algorithms.frame_signature import BLANK
from iscckit.media.content_values import AudioContent, VideoContent
from iscckit.media.readers import audio
from iscckit.media.readers.av import (
    choose_duration,
    has_only_sound,
    measure_duration,
    open_container,
)
from iscckit.media.readers.video import RATE, extract_video

if TYPE_CHECKING:
    from iscckit.media.content_values import Limits, Profile, Source

__all__ = ["extract"]


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> VideoContent | AudioContent:
    """Return the content of a video, or of a file of that type that holds sound alone.

    Where headers state another duration than the file holds, it is measured.

    Args:
        source: The file.
        profile: Under ``sdk-0.9.7`` sound alone is an error, and durations are as stated.
        limits: As for ``video.extract`` and ``audio.extract``.
        granular: As for ``video.extract``.

    Raises:
        ExtractionFailed: As in ``video.extract`` and ``audio.extract``.
        LimitExceeded: As in ``video.extract`` and ``audio.extract``.
    """
    as_stated = profile == "sdk-0.9.7"
    with open_container(source) as container:
        if as_stated or not has_only_sound(container):
            found = extract_video(
                source, container, profile=profile, limits=limits, granular=granular
            )
            return found if as_stated else _correct_duration(source, found)
    source.stream.seek(0)
    return audio.extract(source, profile=profile, limits=limits, granular=granular)


def _correct_duration(source: Source, found: VideoContent) -> VideoContent:
    decoded = len(found.signatures) / len(BLANK) / RATE
    if not decoded or choose_duration(found.duration, decoded) == found.duration:
        return found
    source.stream.seek(0)
    with open_container(source) as container:  # the sound may be longer than the pictures
        longest = max(decoded, measure_duration(container))
    return replace(found, duration=choose_duration(found.duration, longest))
