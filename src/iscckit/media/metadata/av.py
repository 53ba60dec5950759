"""Metadata of sound and video: tags of the container and of its streams, by FFmpeg's names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.media.content_values import Limits, Source
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.languages import shorten_language
from iscckit.media.metadata.multiple_values import read_ape_tags, read_several
from iscckit.media.metadata.precedence import (
    FIELD_CHARACTERS,
    FileMetadata,
    Precedence,
    choose,
)
from iscckit.media.metadata.xmp_in_av import read_signals
from iscckit.media.readers.av import open_container

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["AUDIO_PRECEDENCE", "PRECEDENCE", "read"]

# FFmpeg's names of tags differ from those of TagLib: album_artist for ALBUMARTIST.
AUDIO_PRECEDENCE: Final[Precedence] = {
    "name": ("tag iscc:name", "tag iscc_name", "tag title"),
    "description": ("tag iscc:description", "tag iscc_description"),
    "meta": ("tag iscc:meta", "tag iscc_meta"),
    "creator": (
        "tag composer",
        "tag originalartist",
        "tag tope",
        "tag artist",
        "tag album_artist",
        "tag albumartist",
    ),
    "license": ("tag iscc:license", "tag iscc_license", "tag license"),
    "acquire": (
        "tag iscc:acquire",
        "tag iscc_acquire",
        "tag url",
        "tag artistwebpage",
    ),
    "rights": ("tag copyright",),
    "credit": ("tag iscc:credit", "tag iscc_credit"),
    "keywords": ("tag iscc:keywords", "tag iscc_keywords"),
    "identifier": ("tag iscc:identifier", "tag iscc_identifier"),
    "language": ("tag language",),
    "iscc": ("tag iscc:iscc", "tag iscc_iscc", "tag iscc"),
}

PRECEDENCE: Final[Precedence] = {
    "name": ("tag iscc_name", "tag title", "tag track", "tag show", "tag album"),
    "description": (
        "tag iscc_description",
        "tag description",
        "tag synopsis",
        "tag comment",
    ),
    "meta": ("tag iscc_meta",),
    "creator": ("tag author", "tag composer", "tag artist", "tag album_artist"),
    "license": ("tag license",),
    "acquire": ("tag acquire",),
    "rights": ("tag copyright",),
    "credit": ("tag credit", "tag iscc_credit"),
    "keywords": ("tag keywords",),
    "identifier": ("tag identifier", "tag iscc_identifier"),
    "language": ("tag language", "language of a stream"),
    "iscc": ("tag iscc",),
}


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the tags of a container; values are not changed.

    Several creators are joined by a comma and a space.

    Sound may have its tags in the stream (as in Ogg). Video has them only in the container, as in
    the reference SDK.

    Raises:
        ExtractionFailed: The file is not a container of sound or video, or is damaged.
    """
    with open_container(source) as container:
        tags = _lower_names(container.metadata)
        if mode_of(source.mediatype) == "audio":
            if _has_theora(container):
                return (
                    FileMetadata()
                )  # TagLib does not read it, and the Meta-Code depends on the name
            stream = next(iter(container.streams.audio), None)
            tags = (_lower_names(stream.metadata) if stream else {}) | tags
            precedence = AUDIO_PRECEDENCE
        else:
            tags |= _find_language(container, tags)
            precedence = PRECEDENCE
    if source.mediatype == "audio/mpeg":  # FFmpeg reads no APE tags of MP3
        ape = read_ape_tags(source.stream)
        tags = {f"tag {name}": ", ".join(found) for name, found in ape.items() if found} | tags
    found = _join_creators(source, choose(tags, precedence, plain=lambda value: value))
    signals, damage = read_signals(source.stream)
    return replace(found, signals=tuple(signals), damage=(*found.damage, *damage))


def _join_creators(source: Source, found: FileMetadata) -> FileMetadata:
    """Return ``found`` with all creators of the tag that counts."""
    creators = read_several(source).get(found.origin.get("creator", "").removeprefix("tag "), [])
    if len(creators) < 2:
        return found
    metadata = replace(found.metadata, creator=", ".join(creators)[:FIELD_CHARACTERS])
    return replace(found, metadata=metadata, first={"creator": creators[0]})


def _has_theora(container: InputContainer) -> bool:
    codecs = [stream.codec_context for stream in container.streams.video]
    return any(codec is not None and codec.name == "theora" for codec in codecs)


def _lower_names(metadata: dict[str, str]) -> dict[str, str]:
    return {f"tag {key.lower()}": value for key, value in metadata.items() if value}


def _find_language(container: InputContainer, tags: dict[str, str]) -> dict[str, str]:
    if language := tags.get("tag language"):
        return {"tag language": shorten_language(language)}
    for stream in container.streams:
        if language := stream.metadata.get("language"):
            return {"language of a stream": shorten_language(language)}
    return {}
