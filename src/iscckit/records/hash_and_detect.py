"""From bytes to the type, the Data-Code and the Instance-Code of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from iscckit.media.detect.detect import HEAD_SIZE, Detection, detect
from iscckit.media.formats.table import mode_of
from iscckit.records.partial_results import FileFacts
from iscckit.units.sum import hash_stream

if TYPE_CHECKING:
    from iscckit.units.sum import Hashes

__all__ = ["identify_file", "make_file_facts"]


def identify_file(
    stream: BinaryIO,
    bits: int,
    *,
    filename: str,
    path: str | None = None,
    mediatype: str | None = None,
    hashes: Hashes | None = None,
) -> FileFacts:
    """Hash a file and detect its type.

    Args:
        stream: The file, seekable. Afterwards it stands at position 0.
        bits: Length of Data-Code and Instance-Code.
        filename: Name of the file without folders; its extension helps to detect the type.
        path: Path as the caller wrote it; None for a stream.
        mediatype: Media type that replaces detection.
        hashes: Result of ``hash_stream`` for this file, if the caller has it already.
    """
    if hashes is None:
        stream.seek(0)
        hashes = hash_stream(stream)
    if mediatype is None:
        stream.seek(0)
        detection = detect(stream.read(HEAD_SIZE), filename, stream)
    else:
        detection = Detection(mediatype, mode_of(mediatype), "given")
    stream.seek(0)
    return make_file_facts(detection, hashes, bits, filename=filename, path=path)


def make_file_facts(
    detection: Detection, hashes: Hashes, bits: int, *, filename: str, path: str | None = None
) -> FileFacts:
    """Make the facts of a file from its type and its hashes.

    Args:
        detection: The media type and the reason for it.
        hashes: Result of ``hash_stream``.
        bits: Length of Data-Code and Instance-Code.
        filename: Name of the file without folders; empty if it has none.
        path: Path as the caller wrote it; None for a stream.
    """
    return FileFacts(
        units=(hashes.data_unit(bits), hashes.instance_unit(bits)),
        datahash=hashes.datahash,
        filesize=hashes.filesize,
        mediatype=detection.mediatype,
        detected=detection.reason,
        filename=filename or None,
        path=path,
    )
