"""Writing metadata into files: checked before anything is replaced, whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from iscckit.codec.unit import MainType
from iscckit.errors import InvalidInput, UnreadableFile, VerificationFailed
from iscckit.media.base import Limits, Source
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.embed.base import writer_for
from iscckit.media.metadata.fields import SEED_FIELDS, Metadata, sanitize
from iscckit.media.metadata.read import read_metadata
from iscckit.media.source import opened
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.record import Record

__all__ = ["embed"]


def embed(
    path: str | os.PathLike[str],
    changes: Metadata,
    *,
    out: str | os.PathLike[str] | None = None,
    reseed: bool = False,
    with_iscc: bool = False,
) -> Record:
    """Write metadata into a copy of a file, or into the file itself.

    The new file is made beside the place where it is to stand, read back and compared; only then
    it takes that place, in one step. Whatever goes wrong before leaves nothing behind.

    Args:
        path: The file.
        changes: What to write; fields that are None stay as they are.
        out: Where the copy goes, replacing what is there; None changes the file itself.
        reseed: Whether name, description and meta may be changed where the file has them already.
            They are what the Meta-Code is made of.
        with_iscc: Whether the ISCC that the file has with ``changes`` is written as well.

    Returns:
        The record of the new file.

    Raises:
        InvalidInput: Nothing to write, or a seed field would change without ``reseed``.
        UnreadableFile: The file cannot be read, or the new one not be written.
        UnsupportedMedia: Metadata cannot be written into such a file.
        ExtractionFailed: The file is damaged.
        LimitExceeded: Its format has no room for so much.
        VerificationFailed: The new file does not say what was written, or lost its content.
    """
    changes = _plain(changes)
    if not changes.given() and not with_iscc:
        raise InvalidInput("there is nothing to write: name a field and its value")
    target = Path(os.path.realpath(path if out is None else out))
    before = create(path, Options(bits=256))
    with _beside(target) as draft:
        _write(path, draft, changes, reseed=reseed)
        if with_iscc:
            # Its data differ once the code is in it, so the code names the content, not the file.
            code = replace(changes, iscc=_named(draft, path).iscc)
            _write(path, draft, code, reseed=reseed)
            changes = code
        record = _named(draft, path)
        _check(path, before, draft, changes)
        _settle(path, draft, target)
    return replace(record, path=os.fspath(target), filename=target.name)


def _plain(changes: Metadata) -> Metadata:
    return Metadata(**{field: sanitize(value) for field, value in changes.given().items()})


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give an empty file in the folder of ``target`` that is gone afterwards, whatever happens."""
    try:
        number, name = mkstemp(prefix=".iscc-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise UnreadableFile(target, f"cannot be written: {error.strerror or error}") from error
    os.close(number)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _source(stream: BinaryIO, path: str | os.PathLike[str]) -> Source:
    name = os.fspath(path)
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(name), stream).mediatype
    stream.seek(0)
    return Source(stream, name, mediatype)


def _write(path: str | os.PathLike[str], draft: Path, changes: Metadata, *, reseed: bool) -> None:
    with opened(path) as stream:
        source = _source(stream, path)
        writer = writer_for(source.mediatype, source.path)
        old = read_metadata(source, limits=Limits())
        if not reseed:
            _refuse_reseeding(source.path, old, changes)
        stream.seek(0)
        try:
            with draft.open("w+b") as target:
                writer.write(source, target, changes)
                target.flush()
                os.fsync(target.fileno())
        except OSError as error:
            reason = f"cannot be written: {error.strerror or error}"
            raise UnreadableFile(draft, reason) from error


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


def _named(draft: Path, path: str | os.PathLike[str]) -> Record:
    """Return the record of ``draft`` as if it had the name of the file."""
    record = create(draft)
    return replace(record, filename=os.path.basename(os.fspath(path)))


def _check(path: str | os.PathLike[str], before: Record, draft: Path, changes: Metadata) -> None:
    """Compare content and metadata of the new file with what they should be."""
    after = create(draft, Options(bits=256))
    kept = (MainType.CONTENT, MainType.SEMANTIC)
    if [unit for unit in before.units if unit.maintype in kept] != [
        unit for unit in after.units if unit.maintype in kept
    ]:
        raise VerificationFailed(f"{os.fspath(path)}: writing would change its Content-Code")
    with opened(draft) as stream:
        found = read_metadata(_source(stream, draft), limits=Limits())
    for field, value in changes.given().items():
        if getattr(found, field) != value:
            raise VerificationFailed(
                f"{os.fspath(path)}: {field} would be read back as {getattr(found, field)!r}, "
                f"not as {value!r}"
            )


def _settle(path: str | os.PathLike[str], draft: Path, target: Path) -> None:
    """Let ``draft`` take the place of ``target``, with the permissions of the file."""
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
        if stat.S_IMODE(draft.stat().st_mode) != mode:  # a confined worker may not change any
            draft.chmod(mode)
        os.replace(draft, target)
    except OSError as error:
        raise UnreadableFile(target, f"cannot be written: {error.strerror or error}") from error
