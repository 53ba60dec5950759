"""From a file to its draft: everything that is known of it before models have run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from iscckit.media.open_file import open_file
from iscckit.records.content import SDK
from iscckit.records.extract import extract_content
from iscckit.records.hash_and_detect import identify_file
from iscckit.records.meta import code_metadata, find_embedded
from iscckit.records.partial_results import ContentFacts, Draft, FileFacts, SemanticInput
from iscckit.records.record import FeatureSet

if TYPE_CHECKING:
    from iscckit.records.run_context import RunContext

__all__ = ["complete_draft", "read_draft", "read_stream_draft"]


def read_draft(
    path: str | os.PathLike[str], context: RunContext, *, filename: str | None = None
) -> Draft:
    """Read a file from its path.

    Args:
        path: Path of the file.
        context: The options, and how decoders are called.
        filename: Replaces the name of a file that is stored under another name.

    Raises:
        UnreadableFile: The file is missing, locked, not a regular file, or changed during the
            reading.
        LimitExceeded: A named pipe is longer than ``options.limits.stream_bytes``.
        InvalidInput: No Meta-Code can be made of a name, description or meta in the options.
        StopReading: ``context.stopped`` returned True.
    """
    name = os.fspath(path)
    shown = os.path.basename(filename or name)
    with open_file(path, stopped=context.stopped, limits=context.options.limits) as stream:
        return read_stream_draft(stream, context, filename=shown, path=name)


def read_stream_draft(
    stream: BinaryIO, context: RunContext, *, filename: str, path: str | None = None
) -> Draft:
    """Read an open file: identify it, extract its content, add its metadata.

    Args:
        stream: The file, seekable.
        context: The options, and how decoders are called.
        filename: Name of the file without folders; empty if it has none.
        path: Path as the caller wrote it; None for a stream.

    Raises:
        InvalidInput: No Meta-Code can be made of a name, description or meta in the options.
    """
    file = identify_file(stream, context.options.bits, filename=filename, path=path)
    content = extract_content(stream, file, context)
    return complete_draft(stream, file, content, context)


def complete_draft(
    stream: BinaryIO, file: FileFacts, content: ContentFacts, context: RunContext
) -> Draft:
    """Add chunks, metadata and the input of a model to the facts of a file and its content.

    Raises:
        InvalidInput: No Meta-Code can be made of a name, description or meta in the options.
    """
    chunks = _make_chunks(stream, file, context)
    embedded = find_embedded(stream, file, context)
    has_code = content.mode is not None
    metadata = code_metadata(embedded, file, context.options, has_content_code=has_code)
    semantic_input = _prepare_semantic_input(stream, file, content, context)
    return Draft(
        file=file,
        content=content,
        chunks=chunks,
        metadata=metadata,
        semantic_input=semantic_input,
    )


def _make_chunks(stream: BinaryIO, file: FileFacts, context: RunContext) -> tuple[FeatureSet, ...]:
    """Return the features of the bytes; the reference SDK has none."""
    options = context.options
    if not options.granular or options.profile == SDK or file.filesize == 0:
        return ()
    from iscckit.records.features import data_features

    stream.seek(0)
    return (data_features(stream),)


def _prepare_semantic_input(
    stream: BinaryIO, file: FileFacts, content: ContentFacts, context: RunContext
) -> SemanticInput | None:
    if context.options.semantic is None:
        return None
    from iscckit.records.semantic import prepare_input

    return prepare_input(stream, file, content, context.options, context.options.semantic)
