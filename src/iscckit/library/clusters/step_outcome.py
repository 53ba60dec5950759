"""What became of files that the library acted on, and what the catalog learns of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from iscckit.errors import IsccError, LibraryError, UnreadableFile
from iscckit.files.file_status import TIME_STEP
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Stat
from iscckit.library.catalog.schema import NAME

__all__ = ["Outcome", "open_catalog_of", "outcome_of", "touch"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        path: The file, or the log where a line of it cannot be read.
        problem: Why nothing was done to the file; None if the step was done.
        reason_code: A row of ``errors.REASONS`` where a front end may know a way out; else empty.
        facts: The facts of the reason.
        undone: Whether the step was undone, rather than done.
    """

    path: str
    problem: str | None = None
    reason_code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    undone: bool = False


def outcome_of(path: str, error: IsccError | OSError) -> Outcome:
    """Return the outcome of a step on ``path`` that an error ended."""
    if isinstance(error, UnreadableFile):
        problem = error.reason if error.path == path else str(error)
        return Outcome(path, problem, error.reason_code, error.facts)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename not in (None, path) else ""
        return Outcome(path, f"{where}{error.strerror or error}")
    return Outcome(path, str(error), error.reason_code, error.facts)


@contextmanager
def open_catalog_of(library: str) -> Iterator[Catalog | None]:
    """Open the catalog of a library that the caller has locked; None where it cannot be written.

    Files can be brought back without it: the next scan then reads them.
    """
    catalog = None
    if os.path.exists(os.path.join(library, NAME)):
        with suppress(LibraryError):
            catalog = Catalog(library, write=True)
    try:
        yield catalog
    finally:
        if catalog is not None:
            catalog.close()


def touch(catalog: Catalog, known: Mapping[str, bytes], since: int) -> None:
    """Note the status of files whose bytes are known, so that no scan reads them again.

    Args:
        catalog: Open to write.
        known: Datahashes of files by their absolute paths. Files that are gone, or that the catalog
            knows with other bytes, stay as noted.
        since: When the first of them was read, in nanoseconds since 1970; a file that may have been
            written to since is left to the next scan.
    """
    with suppress(LibraryError), catalog.transaction():
        for path, datahash in known.items():
            item, stat = catalog.by_path(path), Stat.of(path)
            if item is None or stat is None or item.datahash != datahash:
                continue
            if stat.mtime < since - TIME_STEP:
                catalog.touch(item.id, stat)
