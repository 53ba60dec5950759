"""Metadata into files: the new file is verified before it replaces the old one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from iscckit.codec.unit import MainType
from iscckit.errors import InvalidInput, UnreadableFile, VerificationFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.embed.writer import load_writer, write_metadata
from iscckit.media.metadata.fields import (
    RIGHTS_FIELDS,
    SEED_FIELDS,
    Metadata,
    clean_lines,
    sanitize,
)
from iscckit.media.metadata.read import find_metadata, read_metadata
from iscckit.media.open_file import open_file
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.records.replacement import Replacement
from iscckit.units.meta import (
    DESCRIPTION_BYTES,
    NAME_BYTES,
    normalize_description,
    normalize_name,
)

__all__ = ["embed", "refuse_nothing", "write_checked"]


def embed(
    path: str | os.PathLike[str],
    changes: Metadata,
    *,
    out: str | os.PathLike[str] | None = None,
    reseed: bool = False,
    with_iscc: bool = False,
    cut_links: bool = False,
) -> Record:
    """Write metadata into a copy of a file, or into the file itself.

    The new file is written beside its target, read back and compared; then it replaces the
    target in one step. An error before that step leaves no file behind. A file that is changed
    itself keeps its owner, mode, access control lists and extended attributes.

    Args:
        path: Path of the file.
        changes: Fields to write; fields that are None stay as they are.
        out: Path of the copy, which may exist and is replaced; None changes the file itself.
        reseed: Whether name, description and meta of the file, from which its Meta-Code is made,
            may be replaced.
        with_iscc: Whether the ISCC of the file with ``changes`` is written as well.
        cut_links: Whether a file with several names (hard links) is changed under this name only.

    Returns:
        The record of the new file.

    Raises:
        InvalidInput: Nothing to write, or a seed field would change without ``reseed``.
        UnreadableFile: The file cannot be read, or the new file cannot be written; the file itself
            is write-protected, has several names, or attributes that the new one cannot get.
        UnsupportedMedia: Metadata cannot be written into a file of this type.
        ExtractionFailed: The file is damaged.
        LimitExceeded: The metadata are longer than the format allows.
        VerificationFailed: The new file has other metadata than those written, or other content.
    """
    refuse_nothing(changes, with_iscc=with_iscc)
    with Replacement(path, out, cut_links=cut_links) as replacement:
        draft = replacement.draft
        record = write_checked(path, draft, changes, reseed=reseed, with_iscc=with_iscc)
        replacement.finish()
    target = replacement.target
    return replace(record, path=os.fspath(target), filename=target.name)


def refuse_nothing(changes: Metadata, *, with_iscc: bool) -> None:
    """Refuse to write nothing.

    Raises:
        InvalidInput: There is nothing to write.
    """
    if not _sanitize_fields(changes).as_dict() and not with_iscc:
        raise InvalidInput("there is nothing to write: name a field and its value")


def write_checked(
    path: str | os.PathLike[str],
    copy: Path,
    changes: Metadata,
    *,
    reseed: bool = False,
    with_iscc: bool = False,
) -> Record:
    """Write a copy of a file with metadata to ``copy``, check it, and return its record.

    Arguments and errors are those of ``embed``.
    """
    changes = _sanitize_fields(changes)
    before = create(path, Options(bits=256))
    _write_copy(path, copy, changes, reseed=reseed)
    if with_iscc:
        # Writing the code changes the file's bytes: its Data- and Instance-Code are those of
        # the file without the code.
        code = replace(changes, iscc=_create_named(copy, path).iscc)
        _write_copy(path, copy, code, reseed=reseed)
        changes = code
    record = _create_named(copy, path)
    left = _verify_copy(path, before, copy, changes)
    return replace(record, damage=(*record.damage, *left))


def _sanitize_fields(changes: Metadata) -> Metadata:
    """Return plain values; name and description as given, but no longer than the standard keeps."""
    values = {
        field: " ".join(clean_lines(value).split()) if field in RIGHTS_FIELDS else sanitize(value)
        for field, value in changes.as_dict().items()
    }
    if changes.name is not None:
        name = " ".join(clean_lines(changes.name).split())
        values["name"] = normalize_name(name) if _is_longer(name, NAME_BYTES) else name
    if changes.description is not None:
        text = clean_lines(changes.description)
        too_long = _is_longer(text, DESCRIPTION_BYTES)
        values["description"] = normalize_description(text) if too_long else text
    return Metadata(**values)


def _is_longer(text: str, most: int) -> bool:
    return len(text.encode()) > most


def _detect_source(stream: BinaryIO, path: str | os.PathLike[str]) -> Source:
    name = os.fspath(path)
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(name), stream).mediatype
    stream.seek(0)
    return Source(stream, name, mediatype)


def _write_copy(
    path: str | os.PathLike[str], copy: Path, changes: Metadata, *, reseed: bool
) -> None:
    with open_file(path) as stream:
        source = _detect_source(stream, path)
        load_writer(source.mediatype, source.path)  # before anything is read
        old = read_metadata(source, limits=Limits())
        if not reseed:
            _refuse_reseeding(source.path, old, changes)
        stream.seek(0)
        try:
            with copy.open("w+b") as target:
                write_metadata(source, target, changes)
                target.flush()
                os.fsync(target.fileno())
        except OSError as error:
            reason = f"cannot be written: {error.strerror or error}"
            raise UnreadableFile(copy, reason) from error


def _refuse_reseeding(path: str, old: Metadata, changes: Metadata) -> None:
    for field in SEED_FIELDS:
        there, wanted = getattr(old, field), getattr(changes, field)
        if there and wanted is not None and there != wanted:
            raise InvalidInput(
                f"{path}: has the {field} {there[:80]!r} already; another one makes another "
                "Meta-Code",
                reason_code="reseeding-refused",
                path=path,
                field=field,
                value=there,
            )


def _create_named(copy: Path, path: str | os.PathLike[str]) -> Record:
    """Return the record of ``copy`` with the name of the original file."""
    record = create(copy)
    return replace(record, filename=os.path.basename(os.fspath(path)))


def _verify_copy(
    path: str | os.PathLike[str], before: Record, copy: Path, changes: Metadata
) -> list[str]:
    """Check that ``copy`` has the content of the original file and the metadata of ``changes``.

    Returns:
        The older fields that still have another value, each in words.
    """
    after = create(copy, Options(bits=256))
    kept = (MainType.CONTENT, MainType.SEMANTIC)
    if [unit for unit in before.units if unit.maintype in kept] != [
        unit for unit in after.units if unit.maintype in kept
    ]:
        raise VerificationFailed(f"{os.fspath(path)}: writing would change its Content-Code")
    with open_file(copy) as stream:
        whole = find_metadata(_detect_source(stream, copy), limits=Limits())
    found = whole.metadata
    for field, value in changes.as_dict().items():
        if getattr(found, field) != value:
            raise VerificationFailed(
                f"{os.fspath(path)}: {field} would be read back as {getattr(found, field)!r}, "
                f"not as {value!r}"
            )
    return [
        f"{source} is not written, and keeps {old[:80]!r}" for source, old in whole.others.items()
    ]
