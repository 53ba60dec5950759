"""Bringing a library up to date with folders: only what is new or changed is read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from iscckit.errors import UnreadableFile
from iscckit.files.lock import locked
from iscckit.files.tree.walk import walk
from iscckit.library.catalog.catalog import Catalogue
from iscckit.library.catalog.item import Item, Stat, State
from iscckit.library.index.partitions import UNIT_BITS, rebuild
from iscckit.library.scan.missing_semantics import without_meaning
from iscckit.library.scan.reading import read_files
from iscckit.records.options import Options
from iscckit.workers.limits import Quota
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from iscckit.library.scan.outcomes import Outcome
    from iscckit.library.scan.task import Scanned
    from iscckit.records.options import Semantics
    from iscckit.workers.confinement import Sandbox

__all__ = ["Change", "ScanOptions", "found_files", "scan", "stat_of", "writer"]

_BATCH: Final = 64  # files that are committed together
_ROTTEN: Final = (
    "its bytes are not those of the last scan though size and time are: the disk is damaged, or "
    "somebody hides a change; iscc scan --verify takes it over"
)
_PAUSE: Final = 1.0  # seconds after which fewer are, too


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan.

    Attributes:
        verify: Read every file again, whatever size and time say.
        jobs: Files at a time; by default as many as the machine has processors.
        quota: What one file may use up; what is None in it grows with the file.
        profile: As for ``records.create.create``.
        semantic: Likewise. Files that were read without it are read again.
        stopped: Asked now and then; once it says so, the scan ends and keeps what is done.
        sandbox: Whether worker processes give up their rights: where the system can (``auto``),
            or it must (``require``), or not (``off``).
    """

    verify: bool = False
    jobs: int | None = None
    quota: Quota = field(default_factory=Quota)
    profile: str = "iscckit-1"
    semantic: Semantics | None = None
    stopped: Callable[[], bool] = lambda: False
    sandbox: Sandbox = "auto"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one file.

    Attributes:
        path: Absolute.
        what: ``new``, ``changed``, ``moved``, ``removed`` or ``failed``.
        detail: Where it was before, or why it failed; empty otherwise.
    """

    path: str
    what: str
    detail: str = ""


@contextmanager
def writer(folder: str) -> Iterator[Catalogue]:
    """Open a library as its only writer.

    Raises:
        LibraryError: Another process writes, or the folder cannot be used.
    """
    with locked(folder):
        catalogue = Catalogue(folder, write=True)
        try:
            yield catalogue
        finally:
            catalogue.close()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a scan compares: files found, known, known but not there, and known by old prints."""

    found: dict[str, Stat]
    known: dict[str, tuple[int, Stat, State]]
    gone: set[str]
    outdated: set[str]
    verify: bool

    def holds_still(self, path: str) -> bool:
        """Tell whether a file is known, and size, time and place are those of the last scan."""
        known = self.known.get(path)
        return known is not None and known[2] != "failed" and known[1] == self.found.get(path)


def scan(
    folder: str,
    roots: Sequence[str],
    options: ScanOptions | None = None,
    *,
    planned: Callable[[int, int], object] | None = None,
) -> Iterator[Change]:
    """Bring the library in ``folder`` up to date with the files below ``roots``.

    What was yielded is committed soon after, at the latest when the next batch is full; stopping
    early loses no more than that, and the next scan goes on where this one stopped.

    Args:
        folder: Of the library; made if it does not exist.
        roots: Folders or files.
        options: How.
        planned: Called once with the number of files found and of those that must be read.

    Yields:
        Whatever is not as it was.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    options = options or ScanOptions()
    with writer(folder) as catalogue:
        yield from _scan(catalogue, [os.path.abspath(root) for root in roots], options, planned)
        rebuild(catalogue)


def _scan(
    catalogue: Catalogue,
    roots: Sequence[str],
    options: ScanOptions,
    planned: Callable[[int, int], object] | None,
) -> Iterator[Change]:
    known = catalogue.stats()
    found: dict[str, Stat] = {}
    failed: list[UnreadableFile] = []
    own = os.path.join(os.path.abspath(catalogue.folder), "")  # is no content
    for root in roots:
        for path in found_files(root, failed):
            stat = stat_of(path)
            if stat is not None and not path.startswith(own):
                found[path] = stat
    yield from (Change(str(error.path), "failed", error.reason) for error in failed)
    lost = _lost(known, found, roots, [str(error.path) for error in failed])
    back = [known[p][0] for p in found if p in known and known[p][2] == "missing"]
    outdated = catalogue.outdated() | without_meaning(catalogue, options.semantic)
    todo = [
        path
        for path, stat in found.items()
        if options.verify or path in outdated or path not in known or known[path][1] != stat
    ]
    moved = _moves(todo, found, {path: known[path] for path in lost})
    with catalogue.writing():
        catalogue.mark([known[path][0] for path in lost], "missing")
        catalogue.mark(back, "present")
        for path, old in moved.items():
            catalogue.move(known[old][0], path, found[path])
    yield from (Change(path, "moved", old) for path, old in moved.items())
    gone = set(lost) - set(moved.values())
    newly = [path for path in gone if known[path][2] != "missing"]
    todo = [path for path in todo if path not in moved]
    if planned is not None:
        planned(len(found), len(todo))
    yield from _read(catalogue, todo, _Plan(found, known, gone, outdated, options.verify), options)
    yield from (Change(path, "removed") for path in sorted(newly) if path in gone)


def found_files(root: str, failed: list[UnreadableFile]) -> Iterator[str]:
    """Yield the files below ``root``, in TREEWALK order; ``failed`` gets folders not readable."""
    if not os.path.isdir(root):
        yield root
        return
    base = root.rstrip("/")
    for inner in walk(root, refused=failed.append):
        yield f"{base}/{inner}"


def stat_of(path: str) -> Stat | None:
    """Return the stat of a file, None if it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return Stat(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev)


def _lost(
    known: dict[str, tuple[int, Stat, State]],
    found: dict[str, Stat],
    roots: Sequence[str],
    unread: Sequence[str],
) -> list[str]:
    """Return the known files below ``roots`` that are not there, but not of unreadable folders."""

    def below(path: str, folders: Sequence[str]) -> bool:
        return any(path == each or path.startswith(each.rstrip("/") + "/") for each in folders)

    return [
        path
        for path in known
        if path not in found and below(path, roots) and not below(path, unread)
    ]


def _moves(
    todo: Sequence[str], found: dict[str, Stat], lost: dict[str, tuple[int, Stat, State]]
) -> dict[str, str]:
    """Return which new path is which lost one: the same inode, size and time."""
    where = {stat: path for path, (_, stat, _) in lost.items()}
    moves: dict[str, str] = {}
    for path in todo:
        old = where.pop(found[path], None)
        if old is not None:
            moves[path] = old
    return moves


def _read(
    catalogue: Catalogue, todo: Sequence[str], plan: _Plan, options: ScanOptions
) -> Iterator[Change]:
    """Read files in worker processes and commit what comes back, in batches."""
    chosen = Options(
        bits=UNIT_BITS,
        granular=True,
        semantic=options.semantic,
        profile=options.profile,  # type: ignore[arg-type]
    )
    # The largest first, so that no film is left to one worker while the others have nothing to do.
    todo = sorted(todo, key=lambda path: -plan.found[path].size)
    waiting: list[Outcome[Scanned]] = []
    last = time.monotonic()
    found = read_files(
        todo,
        chosen,
        jobs=options.jobs or jobs_by_default(),
        quota=options.quota,
        sandbox=options.sandbox,
        stopped=options.stopped,
    )
    try:
        for outcome in found:
            waiting.append(outcome)
            if len(waiting) >= _BATCH or time.monotonic() - last > _PAUSE:
                batch, waiting, last = waiting, [], time.monotonic()
                yield from _commit(catalogue, batch, plan)
    finally:
        found.close()
        changes = _commit(catalogue, waiting, plan)
    yield from changes


def _commit(
    catalogue: Catalogue, outcomes: Sequence[Outcome[Scanned]], plan: _Plan
) -> list[Change]:
    changes = []
    with catalogue.writing():
        for outcome in outcomes:
            path, value = outcome.path, outcome.value
            if value is None:
                if not plan.holds_still(path):  # else what is known of it is still true
                    catalogue.add(Item(0, path, plan.found[path], "failed", error=outcome.reason))
                changes.append(Change(path, "failed", outcome.reason))
                continue
            changes += _keep(catalogue, value, plan)
    return changes


def _keep(catalogue: Catalogue, scanned: Scanned, plan: _Plan) -> list[Change]:
    """Store what was read of one file, unless the library knows these bytes from elsewhere."""
    item = scanned.item
    same = catalogue.by_datahash(item.datahash or b"")
    for old in same:
        if old.path == item.path and old.state != "failed":
            if old.path in plan.outdated:
                catalogue.add(item, record=scanned.record, prints=scanned.prints)
            else:
                catalogue.touch(old.id, item.stat)
            return []
    if not plan.verify and plan.holds_still(item.path) and plan.found[item.path] == item.stat:
        # Nobody wrote it, but it is another one: what it was is worth more than what it is.
        return [Change(item.path, "failed", _ROTTEN)]
    for old in same:
        if old.path in plan.gone and old.mediatype == item.mediatype:
            plan.gone.discard(old.path)
            catalogue.move(old.id, item.path, item.stat)
            return [Change(item.path, "moved", old.path)]
    catalogue.add(item, record=scanned.record, prints=scanned.prints)
    return [Change(item.path, "changed" if item.path in plan.known else "new")]
