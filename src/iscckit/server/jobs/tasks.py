"""What workers do with one file. Each function runs in a worker process, with limits.

Arguments and results cross the border of processes, so they are plain values. An argument is a
tuple whose first member is the path of the file: this one the process may read, and no other.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from iscckit.media.metadata.fields import Metadata
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.units.sum import Hashes

if TYPE_CHECKING:
    from iscckit.records.create import Progress

__all__ = [
    "PRELOADED",
    "EmbedTask",
    "RecordTask",
    "Stage",
    "UploadTask",
    "embed_metadata",
    "has_picture",
    "make_record",
    "make_thumbnail",
    "make_upload_record",
    "read_metadata",
]

RecordTask = tuple[str, str, Options]
EmbedTask = tuple[str, str, Metadata]

# What a process has when it starts. None of them starts threads, or needs them.
PRELOADED: Final = (
    "iscckit.server.jobs.tasks",
    "iscckit.records.create",
    "iscckit.records.features",
    "iscckit.media.readers.image",
    "iscckit.media.readers.text",
    "PIL.Image",
    "lxml.etree",
)

_STEPS: Final = ("hashed", "content", "meta")


class UploadTask(NamedTuple):
    """A file that was received and hashed.

    Attributes:
        path: Where it lies.
        filename: As its sender calls it.
        mediatype: What its sender says it is, where this counts; else None.
        hashes: Hashes of its bytes.
        options: For its record.
    """

    path: str
    filename: str
    mediatype: str | None
    hashes: Hashes
    options: Options


class Stage(NamedTuple):
    """How far a record is.

    Attributes:
        name: What was done last.
        share: Share of all stages that is done, 0 to 1.
        mediatype: What the file was taken for.
        units: The units that are known, canonical.
        counts: Numbers of files, where there are many.
    """

    name: str
    share: float
    mediatype: str
    units: tuple[str, ...]
    counts: tuple[tuple[str, int], ...] = ()


def make_record(task: RecordTask) -> Record:
    """Return the record of a file under the name that its sender gave it."""
    from iscckit.records.draft import read_stream_draft
    from iscckit.records.finish import finish_records
    from iscckit.records.run_context import RunContext

    path, filename, options = task
    with open(path, "rb") as file:
        draft = read_stream_draft(file, RunContext(options), filename=os.path.basename(filename))
        return finish_records([draft], options)[0]


def make_upload_record(task: UploadTask) -> Generator[Stage, None, Record]:
    """Yield the stages of an upload's record, and return it."""
    from iscckit.media.open_file import open_file
    from iscckit.records.create import create_in_steps

    path, filename, mediatype, hashes, options = task
    with open_file(path) as file:
        steps = create_in_steps(
            file, options, filename=filename, mediatype=mediatype, hashes=hashes
        )
        return (yield from _stages(steps))


def _stages(steps: Generator[Progress, None, Record]) -> Generator[Stage, None, Record]:
    """Yield each step as a stage, and return the record."""
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            return cast("Record", end.value)
        share = (_STEPS.index(done.step) + 1) / len(_STEPS)
        units = tuple(str(unit) for unit in done.units)
        yield Stage(done.step, share, done.mediatype, units)


def has_picture(mode: str | None, mediatype: str | None) -> bool:
    """Tell whether a small picture of a file shows what it is about."""
    return mode in {"image", "video"} or mediatype == "application/pdf"


def make_thumbnail(task: tuple[str, int]) -> bytes:
    """Return a small picture of a file as WebP."""
    from iscckit.records.probe import make_thumbnail

    path, side = task
    return make_thumbnail(path, side)


def read_metadata(task: tuple[str]) -> dict[str, str]:
    """Return what a file says about itself: fields of ``Metadata`` that it has."""
    from iscckit.records.probe import find_file_metadata

    return find_file_metadata(task[0]).metadata.as_dict()


def embed_metadata(task: EmbedTask) -> None:
    """Write metadata into a copy of a file.

    Args:
        task: The file, the copy's path, and what is written.
    """
    from iscckit.records.embed import embed

    path, out, changes = task
    embed(path, changes, out=out, reseed=True)
