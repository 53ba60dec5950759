"""Write tags into sound and video: FFmpeg copies the packets into a container of the same type.

Packets are not encoded again. ``embed.matroska`` writes Matroska, as FFmpeg's muxer rounds the
times of frames. A file with streams that would be lost (data, attachments) is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from iscckit.errors import ExtractionFailed, UnsupportedMedia
from iscckit.media.embed.mp4 import add_tags
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.av import AUDIO_PRECEDENCE, PRECEDENCE
from iscckit.media.readers.av import open_container

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

# Media type: FFmpeg's name of the container, and options of its muxer.
_MUXERS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "audio/mpeg": ("mp3", {"id3v2_version": "4", "write_id3v1": "0"}),
    "audio/ogg": ("ogg", {}),
    "audio/opus": ("ogg", {}),
    "audio/x-flac": ("flac", {}),
    "audio/x-wavpack": ("wv", {}),
    "audio/aiff": ("aiff", {"write_id3v2": "1"}),
    "audio/mp4": ("ipod", {"movflags": "use_metadata_tags+faststart"}),
    "video/mp4": ("mp4", {"movflags": "use_metadata_tags+faststart"}),
    "video/x-m4v": ("mp4", {"movflags": "use_metadata_tags+faststart"}),
    "video/quicktime": ("mov", {"movflags": "use_metadata_tags+faststart"}),
    "video/webm": ("webm", {}),
    "audio/webm": ("webm", {}),
}
_ON_STREAM: Final = ("ogg",)  # muxers that keep tags in the audio stream
_COPIED: Final = ("audio", "video", "subtitle")
_STANDARD: Final = {"name": "title", "description": "description"}  # tags that players show
_CREATOR: Final = "artist"
# The muxer writes these tags; copied ones could contradict it.
_OWN_TAGS: Final = ("major_brand", "minor_version", "compatible_brands", "encoder")


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its tags.

    Raises:
        ExtractionFailed: The file is damaged.
        UnsupportedMedia: The file has streams that would be lost.
    """
    import av  # slow to import
    from av.error import FFmpegError

    muxer, options = _MUXERS[source.mediatype]
    with open_container(source) as container:
        if not all(_is_kept(stream, container) for stream in container.streams):
            raise UnsupportedMedia(f"{source.path}: it has streams that would be lost")
        tags = _merge_tags(source, container, changes)
        try:
            with av.open(target, "w", format=muxer, options=options) as copy:
                _copy_packets(container, copy, tags, muxer)
            if "movflags" in options:
                add_tags(target, tags)
        except (FFmpegError, ValueError) as error:
            raise ExtractionFailed(source.path, source.mediatype, str(error)) from error


def _is_kept(stream: Stream, container: InputContainer) -> bool:
    return stream.type in _COPIED or _is_chapters(stream, container)


def _is_chapters(stream: Stream, container: InputContainer) -> bool:
    """Tell whether a stream is the text track of chapters, which the muxer writes again."""
    count = len(container.chapters())
    timed = "timecode" in stream.metadata
    return stream.type == "data" and 0 < count == stream.frames and not timed


def _copy_packets(
    container: InputContainer, copy: OutputContainer, tags: dict[str, str], muxer: str
) -> None:
    streams: dict[int, Any] = {}
    for stream in container.streams:
        if _is_chapters(stream, container):
            continue
        new = copy.add_stream_from_template(cast("Any", stream), opaque=True)
        new.metadata.update(stream.metadata)
        new.disposition = stream.disposition
        streams[stream.index] = new
    if muxer in _ON_STREAM:
        sound = next((each for each in streams.values() if each.type == "audio"), None)
        if sound is not None:
            sound.metadata.update(tags)
    else:
        copy.metadata.update(tags)
    copy.set_chapters(container.chapters())
    for packet in cast("Iterable[Any]", container.demux()):
        if not packet.size or packet.stream_index not in streams:
            continue
        packet.stream = streams[packet.stream_index]
        if packet.dts is None:  # the packet of a cover has no time
            packet.pts = packet.dts = packet.pts or 0
        copy.mux_one(packet)


def _merge_tags(source: Source, container: InputContainer, changes: Metadata) -> dict[str, str]:
    """Return all tags of the copy."""
    sound = mode_of(source.mediatype) == "audio"
    tags = dict(container.metadata)
    if sound:
        for stream in container.streams.audio:
            tags = dict(stream.metadata) | tags
    tags = {key: value for key, value in tags.items() if key.lower() not in _OWN_TAGS}
    precedence = AUDIO_PRECEDENCE if sound else PRECEDENCE
    for field, value in changes.as_dict().items():
        names = [name.removeprefix("tag ") for name in precedence[field]]
        there = [key for key in tags if key.lower() in names]
        wanted = {_choose_tag(field, names, there, source), *_list_standard(field)}
        for key in there:
            if key.lower() in (names[0], *wanted):
                del tags[key]
        tags |= dict.fromkeys(wanted, value)
    return tags


def _list_standard(field: str) -> tuple[str, ...]:
    return (_STANDARD[field],) if field in _STANDARD else ()


def _choose_tag(field: str, names: list[str], there: list[str], source: Source) -> str:
    """Return the name of the tag that decides about ``field``."""
    if field == "creator":
        known = [name for name in names if name in {key.lower() for key in there}]
        return known[0] if known else _CREATOR
    # MP4 drops names with a colon.
    plain = [name for name in names if ":" not in name]
    return plain[0] if "mp4" in source.mediatype else names[0]
