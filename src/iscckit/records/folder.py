"""A folder as one content: its files are the parts of a Mixed-Code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from iscckit.errors import UnreadableFile
from iscckit.files.tree.walk import walk
from iscckit.media.detect.detect import Detection
from iscckit.media.metadata.precedence import FileMetadata
from iscckit.media.open_file import open_file
from iscckit.media.readers.parts import Part, read_part
from iscckit.records.checksums import hash_path
from iscckit.records.finish import finish_records
from iscckit.records.hash_and_detect import make_file_facts
from iscckit.records.meta import code_metadata
from iscckit.records.mixed import code_parts
from iscckit.records.options import Options
from iscckit.records.partial_results import Draft
from iscckit.records.record import Record

__all__ = ["MEDIATYPE", "create_folder"]

MEDIATYPE: Final = "inode/directory"


def create_folder(path: str | os.PathLike[str], options: Options | None = None) -> Record:
    """Make the record of a folder and all files below it.

    Data-Code and Instance-Code are made of the concatenated files in TREEWALK order, the
    Mixed-Code of the Content-Codes of all files that have one. No Semantic-Code is made.

    Raises:
        UnreadableFile: The path is not a folder, the folder has no files, or a file cannot be
            read.
        InvalidInput: No Meta-Code can be made of a name, description or meta in ``options``.

    Source:
        IEP-0017 (draft) for the order; ISO 24138:2024, Content-Code Mixed.
    """
    options = options or Options()
    root = os.fspath(path).rstrip("/") or "/"
    if not os.path.isdir(root):
        raise UnreadableFile(path, "is no folder")
    detection = Detection(MEDIATYPE, None, "folder")
    name = os.path.basename(os.path.abspath(root))
    hashes = hash_path(f"{root}/")
    file = make_file_facts(detection, hashes, options.bits, filename=name, path=os.fspath(path))
    content = code_parts(_read_parts(root, options), options)
    has_content_code = content.mode is not None
    metadata = code_metadata(FileMetadata(), file, options, has_content_code=has_content_code)
    draft = Draft(file=file, content=content, metadata=metadata)
    return finish_records([draft], options)[0]


def _read_parts(root: str, options: Options) -> Iterator[Part]:
    for inner in walk(root):
        with open_file(f"{root}/{inner}") as stream:
            yield read_part(stream, inner, options.profile, options.limits)
