"""A whole folder as one content: its files are the parts of a Mixed-Code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from iscckit.errors import UnreadableFile
from iscckit.files.tree.walk import walk
from iscckit.media.detect.detect import Detection
from iscckit.media.metadata.found import Found
from iscckit.media.readers.container import Part, file_part
from iscckit.media.source import opened
from iscckit.records.checksums import hash_path
from iscckit.records.create import finished, hashed
from iscckit.records.mixed import with_parts
from iscckit.records.options import Options
from iscckit.records.record import Record

__all__ = ["MEDIATYPE", "create_folder"]

MEDIATYPE: Final = "inode/directory"


def create_folder(path: str | os.PathLike[str], options: Options | None = None) -> Record:
    """Make the record of a folder with all that is in it.

    Data- and Instance-Code are those of its files one after the other in TREEWALK order, the
    Mixed-Code is that of all files with a Content-Code of their own.

    Raises:
        UnreadableFile: It is no folder, has no files, or one of them cannot be read.
        InvalidInput: A name, description or meta from which no Meta-Code can be made.

    Source:
        IEP-0017 (draft) for the order; ISO 24138:2024, Content-Code Mixed.
    """
    options = options or Options()
    root = os.fspath(path).rstrip("/") or "/"
    if not os.path.isdir(root):
        raise UnreadableFile(path, "is no folder")
    detection = Detection(MEDIATYPE, None, "folder")
    name = os.path.basename(os.path.abspath(root))
    record = hashed(detection, hash_path(f"{root}/"), options, os.fspath(path), name)
    record = with_parts(record, _parts(root, options), options)
    return finished(record, Found(), options)


def _parts(root: str, options: Options) -> Iterator[Part]:
    for inner in walk(root):
        with opened(f"{root}/{inner}") as stream:
            yield file_part(stream, inner, options.profile, options.limits)
