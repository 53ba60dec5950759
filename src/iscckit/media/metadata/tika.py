"""Metadata of documents that only iscc-tika reads: Office files before 2007, and RTF."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Final

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose

__all__ = ["PRECEDENCE", "read"]

_BYTES: Final = 1 << 30  # of a file; Tika needs the whole file in memory

PRECEDENCE: Final[Precedence] = {
    "name": ("iscc_name", "custom:iscc_name", "dc:title"),
    "description": ("iscc_description", "custom:iscc_description", "dc:description"),
    "meta": ("iscc_meta", "custom:iscc_meta"),
    "creator": ("dc:creator",),
    "license": ("iscc_license", "custom:iscc_license"),
    "acquire": ("iscc_acquire", "custom:iscc_acquire"),
    "rights": ("iscc_rights", "custom:iscc_rights", "dc:rights"),
    "credit": ("iscc_credit", "custom:iscc_credit"),
    "keywords": ("meta:keyword",),
    "identifier": ("dc:identifier",),
    "language": ("dc:language",),
}

_JOINED: Final = frozenset({"dc:creator", "meta:keyword"})  # the first of other tags counts


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata that Tika finds; none if iscc-tika is not installed.

    Raises:
        ExtractionFailed: Tika cannot parse the file.
    """
    try:
        extractor = import_module("iscc_tika").Extractor().set_extract_string_max_length(1)
    except ModuleNotFoundError:
        return FileMetadata(damage=("metadata: iscc-tika is not installed",))
    if source.stream.seek(0, io.SEEK_END) > _BYTES:
        return FileMetadata(damage=(f"metadata: the file is longer than {_BYTES} bytes",))
    source.stream.seek(0)
    data = bytearray(source.stream.read())
    try:
        found = extractor.extract_bytes_to_string(data)[1]
    except TypeError as error:  # iscc-tika reports an error of the parser so
        reason = f"metadata: {error}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    tags = {
        key: ", ".join(values) if key in _JOINED else values[0]
        for key, values in found.items()
        if values
    }
    return choose(tags, PRECEDENCE)
