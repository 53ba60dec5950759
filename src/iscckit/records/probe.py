"""A look at a file without a code of it: its content, what it says about itself, a picture."""

from __future__ import annotations

import os
from typing import BinaryIO

from iscckit.media.content_values import Content, Limits, Source
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.metadata.precedence import FileMetadata
from iscckit.media.metadata.read import find_metadata
from iscckit.media.open_file import open_file
from iscckit.media.readers.reader import load_reader

__all__ = ["decode_content", "find_file_metadata", "make_thumbnail", "source_of"]


def decode_content(
    stream: BinaryIO, limits: Limits | None = None, *, filename: str = ""
) -> Content:
    """Return the content of a file, decoded, without any code of it.

    Args:
        stream: Seekable, at position 0.
        limits: What decoding may use up.
        filename: Name of the file; its extension helps to find the type.

    Raises:
        UnsupportedMedia: There is no decoder for such a file.
        ExtractionFailed: It is damaged.
        LimitExceeded: It would need more than ``limits`` allows.
    """
    source = source_of(stream, filename)
    handler = load_reader(source.mediatype)
    return handler.extract(source, profile="iscckit-1", limits=limits or Limits())


def find_file_metadata(path: str | os.PathLike[str], limits: Limits | None = None) -> FileMetadata:
    """Return what a file says about itself, and where; nothing for a type without metadata.

    Raises:
        UnreadableFile: As for ``create``.
        ExtractionFailed: The file is damaged so that none of its metadata can be found.
        LimitExceeded: Its metadata would need more than ``limits`` allows.
    """
    with open_file(path, limits=limits) as stream:
        return find_metadata(source_of(stream, os.fspath(path)), limits=limits or Limits())


def make_thumbnail(path: str | os.PathLike[str], side: int, limits: Limits | None = None) -> bytes:
    """Return a small picture of a file, at most ``side`` pixels wide and high, as WebP.

    Raises:
        UnreadableFile: As for ``create``.
        UnsupportedMedia: There is nothing to show of such a file.
        ExtractionFailed: It is damaged.
        LimitExceeded: It would need more than ``limits`` allows.
    """
    from iscckit.media.readers import thumbnail

    with open_file(path, limits=limits) as stream:
        return thumbnail.make_thumbnail(
            source_of(stream, os.fspath(path)), side=side, limits=limits
        )


def source_of(stream: BinaryIO, path: str) -> Source:
    """Return an open file with its media type; ``path`` helps to detect it."""
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(path), stream).mediatype
    stream.seek(0)
    return Source(stream, path, mediatype)
