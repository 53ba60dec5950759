"""The module of a format for tests: NOTE and a title on the first line, then a text."""

from __future__ import annotations

from typing import BinaryIO, Final

from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose

PRECEDENCE: Final[Precedence] = {"name": ("NOTE title",)}


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    source.stream.readline()
    return TextContent(source.stream.read(limits.characters).decode())


def read(source: Source, *, limits: Limits) -> FileMetadata:
    return choose({"NOTE title": source.stream.readline()[5:].decode()}, PRECEDENCE)


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    source.stream.readline()
    target.write(f"NOTE {changes.name}\n".encode() + source.stream.read())
