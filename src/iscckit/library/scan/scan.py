"""Scan: bring a library up to date with folders; only new and changed files are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from iscckit.errors import UnreadableFile
from iscckit.files.journal import LOGS, read_trashed
from iscckit.files.lock import hold_lock
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.partitions.store import UNIT_BITS, rebuild
from iscckit.library.scan.find_files import find_files
from iscckit.library.scan.keep_manifests import keep_outcomes, open_kept, without_manifest
from iscckit.library.scan.missing_semantics import without_meaning
from iscckit.library.scan.plan import Plan, find_moves, lost_paths
from iscckit.library.scan.read_files import read_files
from iscckit.library.scan.report import Change, ScanProgress
from iscckit.records.options import Options
from iscckit.records.rules import RULES
from iscckit.workers.limits import Quota
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from iscckit.library.catalog.kept_manifests import KeptManifests
    from iscckit.library.scan.run_tasks import Outcome
    from iscckit.library.scan.task import Scanned
    from iscckit.records.options import Semantics
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["ScanOptions", "open_writer", "scan"]

_BATCH: Final = 64  # files that are committed together
_ROTTEN: Final = (
    "its bytes are not those of the last scan though size and time are: the disk is damaged, or "
    "somebody hides a change"
)
_PAUSE: Final = 1.0  # seconds after which fewer files are committed


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Options of a scan.

    Attributes:
        verify: Read every file again, even if size and time are unchanged.
        jobs: Number of files that are read in parallel; None for the number of processors.
        quota: Limits for one file; a limit that is None grows with the file.
        profile: Profile of the records; see ``records.create.create``.
        semantic: Models for Semantic-Codes. Files that were read without them are read again.
        stopped: Function that is called now and then; the scan ends early once it returns True.
        sandbox: Whether worker processes give up their rights: where the system can (``auto``), or
            it must (``require``), or not (``off``).
        ignore_ctime: Leave unread what differs only in the time of the last change of its status:
            after a backup was restored, and on network file systems that do not keep this time.
        shared: Whether others may read a new library, as the umask says; existing ones are left.
        keep_manifests: Keep the manifest stores of C2PA in this scan and in all later ones. Files
            whose manifests nobody has asked for are read again.
    """

    verify: bool = False
    jobs: int | None = None
    quota: Quota = field(default_factory=Quota)
    profile: str = "iscckit-1"
    semantic: Semantics | None = None
    stopped: Callable[[], bool] = lambda: False
    sandbox: Sandbox = "auto"
    ignore_ctime: bool = False
    shared: bool = False
    keep_manifests: bool = False


@contextmanager
def open_writer(folder: str, *, shared: bool = False) -> Iterator[Catalog]:
    """Open a library as its only writer; a new one is private unless ``shared``.

    Raises:
        LibraryError: Another process writes, or the folder cannot be used.
    """
    with hold_lock(folder, mode=0o777 if shared else 0o700):
        catalog = Catalog(folder, write=True, mode=0o666 if shared else 0o600)
        try:
            yield catalog
        finally:
            catalog.close()


def scan(
    folder: str,
    roots: Sequence[str],
    options: ScanOptions | None = None,
    *,
    progress: Callable[[ScanProgress], object] = lambda _: None,
) -> Iterator[Change]:
    """Bring the library in ``folder`` up to date with the files below ``roots``.

    Args:
        folder: Folder of the library; made if it does not exist.
        roots: Folders or files.
        options: How.
        progress: Called once it is known what must be read, and after each file that was read.

    Yields:
        Whatever is not as it was, committed at the latest when the next batch is full.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    options = options or ScanOptions()
    with (
        open_writer(folder, shared=options.shared) as catalog,
        open_kept(folder, wanted=options.keep_manifests, shared=options.shared) as kept,
    ):
        places = [os.path.abspath(root) for root in roots]
        yield from _scan(catalog, kept, places, options, progress)
        rebuild(catalog)


def _scan(
    catalog: Catalog,
    kept: KeptManifests | None,
    roots: Sequence[str],
    options: ScanOptions,
    progress: Callable[[ScanProgress], object],
) -> Iterator[Change]:
    known = catalog.known_files()
    found: dict[str, Stat] = {}
    failed: list[UnreadableFile] = []
    trashed = read_trashed(os.path.join(catalog.folder, LOGS))
    own = os.path.join(os.path.abspath(catalog.folder), "")  # holds the catalog, not content
    for root in roots:
        for path in find_files(root, failed, options.stopped):
            stat = Stat.of(path)
            if stat is not None and not path.startswith(own) and path not in trashed:
                found[path] = stat
    if options.stopped():
        return  # the walk may have ended early: what it did not reach is not missing
    yield from (Change(str(error.path), "failed", error.reason) for error in failed)
    lost = lost_paths(known, found, roots, [str(error.path) for error in failed])
    back = [known[p].id for p in found if p in known and known[p].state == "missing"]
    older = catalog.find_outdated_items()
    reread = {path for path, item in older.items() if item.may_change}
    outdated = catalog.find_outdated_paths() | without_meaning(catalog, options.semantic) | reread
    outdated |= without_manifest(catalog, kept)
    gone = set(lost)
    plan = Plan(found, known, gone, outdated, reread, options.verify, options.ignore_ctime)
    todo = [path for path in found if plan.must_read(path)]
    unread = found.keys() - set(todo)
    noted = [path for path in unread if known[path].stat.ctime != found[path].ctime]
    moved = find_moves(todo, found, {path: known[path] for path in lost})
    with catalog.transaction():
        catalog.note_rules([item.id for path, item in older.items() if path not in reread], RULES)
        catalog.set_state([known[path].id for path in lost], "missing")
        catalog.set_state(back, "present")
        for path in noted:
            catalog.note_ctime(known[path].id, found[path].ctime)
        for path, old in moved.items():
            catalog.move(known[old].id, path, found[path])
    yield from (Change(path, "moved", old) for path, old in moved.items())
    plan.follow(moved)
    newly = [path for path in gone if known[path].state != "missing"]
    todo = [path for path in todo if path not in moved or path in outdated]
    progress(at := ScanProgress(len(found), len(todo), sum(found[path].size for path in todo)))
    yield from _read(catalog, kept, todo, plan, options, at=at, progress=progress)
    yield from (Change(path, "removed") for path in sorted(newly) if path in gone)


def _read(
    catalog: Catalog,
    kept: KeptManifests | None,
    todo: Sequence[str],
    plan: Plan,
    options: ScanOptions,
    *,
    at: ScanProgress,
    progress: Callable[[ScanProgress], object],
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
    read = read_files(
        todo,
        chosen,
        jobs=options.jobs or jobs_by_default(),
        quota=options.quota,
        sandbox=options.sandbox,
        stopped=options.stopped,
        manifests=kept is not None,
    )
    found = keep_outcomes(kept, read)
    try:
        for outcome in found:
            waiting.append(outcome)
            at = at.after(outcome.path, plan.found[outcome.path].size)
            progress(at)
            if len(waiting) >= _BATCH or time.monotonic() - last > _PAUSE:
                batch, waiting, last = waiting, [], time.monotonic()
                yield from _commit(catalog, batch, plan)
    finally:
        found.close()
        changes = _commit(catalog, waiting, plan)
    yield from changes


def _commit(catalog: Catalog, outcomes: Sequence[Outcome[Scanned]], plan: Plan) -> list[Change]:
    changes = []
    with catalog.transaction():
        for outcome in outcomes:
            path, value = outcome.path, outcome.value
            if value is None:
                if not plan.holds_still(path):  # else what is known of it is still true
                    catalog.add(Item(0, path, plan.found[path], "failed", error=outcome.reason))
                changes.append(Change(path, "failed", outcome.reason))
                continue
            changes += _keep(catalog, value, plan)
    return changes


def _keep(catalog: Catalog, scanned: Scanned, plan: Plan) -> list[Change]:
    """Store what was read of one file, unless the library knows these bytes from elsewhere."""
    item = scanned.item
    same = catalog.by_datahash(item.datahash or b"")
    for old in same:
        if old.path == item.path and old.state != "failed":
            if old.path not in plan.outdated:
                catalog.touch(old.id, item.stat)
                return []
            catalog.add(item, record=scanned.record, prints=scanned.prints)
            return _reread(old, scanned) if old.path in plan.reread else []
    if (
        not plan.verify
        and plan.holds_still(item.path)
        and plan.found[item.path].is_unchanged(item.stat)
    ):
        # Nobody wrote it, but it is another one: what it was is worth more than what it is.
        return [Change(item.path, "failed", _ROTTEN, reason_code="bytes-changed")]
    for old in same:
        if old.path in plan.gone and old.mediatype == item.mediatype:
            plan.gone.discard(old.path)
            catalog.move(old.id, item.path, item.stat)
            if old.path in plan.outdated:
                catalog.add(item, record=scanned.record, prints=scanned.prints)
            return [Change(item.path, "moved", old.path)]
    catalog.add(item, record=scanned.record, prints=scanned.prints)
    what = "changed" if item.path in plan.known else "new"
    if item.path in plan.reread and plan.is_unchanged(item.path):
        what = "updated"  # no rules of before could read it
    return [Change(item.path, what), *_damage(scanned)]


def _reread(old: Item, scanned: Scanned) -> list[Change]:
    """Return what became of a file that was read again because the rules are others now."""
    new = scanned.item
    if (old.units, old.mediatype, old.flags) == (new.units, new.mediatype, new.flags):
        return [Change(new.path, "reread")]
    return [Change(new.path, "updated"), *_damage(scanned)]


def _damage(scanned: Scanned) -> list[Change]:
    item = scanned.item
    if "damaged" not in item.flags:
        return []
    return [Change(item.path, "damaged", item.error or "", scanned.failure)]
