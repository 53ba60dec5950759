"""Verification: whether the files of a library still have their bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.comparison.verdict import compare
from iscckit.errors import UnreadableFile
from iscckit.library.catalog.item import Stat
from iscckit.library.scan.find_files import find_files
from iscckit.library.scan.run_tasks import run_tasks
from iscckit.library.scan.task import CheckTask
from iscckit.records.checksums import hash_path
from iscckit.records.file_workers import FileWorkers
from iscckit.records.rules import record_rules
from iscckit.records.safe_text import readable
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.comparison.verdict import Comparison
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item
    from iscckit.library.scan.run_tasks import Outcome
    from iscckit.records.record import Record
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox
    from iscckit.workers.wire import HandedFile

__all__ = ["Checked", "Finding", "verify"]

_CHECK: Final = "iscckit.library.scan.task:check_file"

Finding = Literal["intact", "moved", "modified", "replaced", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Result for one file.

    Attributes:
        path: Path that the library knows.
        finding: ``intact``: the same bytes; ``moved``: the same bytes elsewhere; ``modified``:
            other bytes, but similar; ``replaced``: nothing in common; ``missing``; ``unreadable``.
        detail: New path, or reason why the file cannot be read; else empty.
        rotten: Whether the bytes changed although size and time did not: damage, or deceit.
        comparison: Comparison of a modified or replaced file with what the library knows.
    """

    path: str
    finding: Finding
    detail: str = ""
    rotten: bool = False
    comparison: Comparison | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the result in JSON types, without a sentence; see ``render.library_json``."""
        return {
            "path": readable(self.path),
            "finding": self.finding,
            "detail": readable(self.detail) or None,
            "rotten": self.rotten,
        }


def verify(
    catalog: Catalog,
    roots: Sequence[str] = (),
    *,
    jobs: int | None = None,
    quota: Quota | None = None,
    stopped: Callable[[], bool] = lambda: False,
    sandbox: Sandbox = "auto",
) -> Iterator[Checked]:
    """Read every file again and compare it with what the library knows.

    Nothing is changed, neither in the library nor on disk.

    Args:
        catalog: Catalog of the library.
        roots: Folders of the files to verify; all files if none is given.
        jobs: Number of files that are read in parallel; None for the number of processors.
        quota: Limits for one file; a limit that is None grows with the file.
        stopped: Function that is called now and then; the verification ends early once it
            returns True.
        sandbox: As for ``scan``.

    Yields:
        One result per file, existing files first.
    """
    wanted = [os.path.abspath(root).rstrip("/") + "/" for root in roots]
    items = {
        item.path: item
        for item in catalog.items()
        if item.datahash is not None
        and (not wanted or any((item.path + "/").startswith(root) for root in wanted))
    }
    there = [path for path in items if os.path.isfile(path)]
    at_hand = set(there)
    lost = {path: item for path, item in items.items() if path not in at_hand}
    where: dict[bytes, str] = {}

    def argument(file: HandedFile) -> CheckTask:
        return CheckTask(file, items[file.path].datahash or b"")

    with FileWorkers(quota, sandbox, threads=True) as workers:
        found: Generator[Outcome[tuple[bytes, Record | None]]] = run_tasks(
            workers, _CHECK, there, argument, jobs=jobs or jobs_by_default(), stopped=stopped
        )
        with closing(found):
            for outcome in found:
                if outcome.value is None:
                    yield Checked(outcome.path, "unreadable", outcome.reason)
                    continue
                datahash, record = outcome.value
                where.setdefault(datahash, outcome.path)
                yield _judge_file(items[outcome.path], datahash, record)
    if stopped():
        return
    if lost:
        where |= _elsewhere(lost, items, roots, stopped)
    if stopped():
        return
    for path, item in lost.items():
        now = where.get(item.datahash or b"")
        yield Checked(path, "moved", now) if now else Checked(path, "missing")


def _judge_file(item: Item, datahash: bytes, record: Record | None) -> Checked:
    if datahash == item.datahash or record is None:
        return Checked(item.path, "intact")
    found = compare(
        item.units,
        record.units,
        quality_a=item.flags,
        quality_b=record.flags,
        rules_a=item.equal_rules,
        rules_b=record_rules(record),
        measured=True,
    )
    stat = Stat.of(item.path)
    rotten = stat is not None and (stat.size, stat.mtime) == (item.stat.size, item.stat.mtime)
    similar = found.verdict not in {"none", "undecided", "metadata"}
    return Checked(item.path, "modified" if similar else "replaced", "", rotten, found)


def _elsewhere(
    lost: dict[str, Item],
    items: dict[str, Item],
    roots: Sequence[str],
    stopped: Callable[[], bool],
) -> dict[bytes, str]:
    """Return where files of the size of a lost one lie that the library does not know."""
    sizes = {item.stat.size for item in lost.values()}
    folders = roots or sorted({os.path.dirname(path) for path in items})
    found: dict[bytes, str] = {}
    for folder in folders:
        if not os.path.isdir(folder):
            continue
        for path in find_files(os.path.abspath(folder), [], stopped):
            stat = Stat.of(path)
            if path in items or stat is None or stat.size not in sizes:
                continue
            if stopped():
                return found
            with suppress(UnreadableFile):  # it is not one of the library's
                found.setdefault(bytes.fromhex(hash_path(path).datahash), path)
    return found
