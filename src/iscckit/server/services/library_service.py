"""The library of a service: what is asked of it goes to threads, what reads files to workers.

What is slow to import is imported by the functions that use it: services start without it.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread

from iscckit.library.browsing import (
    checked_json,
    generation,
    is_there,
    items_after,
    overview,
    reading,
)
from iscckit.render.record import readable
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.progress import Progress, folder_below
from iscckit.server.jobs.query_task import seek
from iscckit.server.jobs.tasks import make_thumbnail
from iscckit.server.services.lru_cache import Recent
from iscckit.server.services.semantic_models import usable
from iscckit.workers.limits import Quota
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.json_types import JsonValue
    from iscckit.library.browsing import Overview
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.view import Gallery
    from iscckit.library.search.query import Query
    from iscckit.library.search.search import Answer, Filter
    from iscckit.records.options import Semantics
    from iscckit.server.jobs.job import Job
    from iscckit.server.jobs.queue import Jobs
    from iscckit.server.jobs.tasks import Stage
    from iscckit.server.settings import Settings

__all__ = ["Librarian"]

_PICTURES: Final = 1 << 26  # bytes of thumbnails that are kept
_QUERIES: Final = 64  # of uploads that are kept
_LISTED: Final = 1000  # files that the result of a job names


class Librarian:
    """What the routes and screens ask about the library."""

    def __init__(self, settings: Settings, jobs: Jobs) -> None:
        self._settings, self._jobs = settings, jobs
        self._lock = asyncio.Lock()
        self._model = asyncio.Lock()  # one text at a time, and the model is loaded once
        self._gallery: tuple[tuple[int, ...], Gallery] | None = None
        self._overview: tuple[tuple[int, ...], Overview] | None = None
        self._pictures: Recent[bytes] = Recent(_PICTURES, len)
        self._queries: Recent[Query] = Recent(_QUERIES)
        self._writing: Job | None = None
        self._checking: Job | None = None

    @property
    def folder(self) -> str:
        """Of the library.

        Raises:
            Problem: The service has none.
        """
        if not self._settings.library:
            raise Problem("not-found", "this service has no library; start it with --library DIR")
        return self._settings.library

    @property
    def is_there(self) -> bool:
        """Whether something was scanned already."""
        return is_there(self._settings.library)

    @property
    def writing(self) -> Job | None:
        """The scan that is at work."""
        return None if self._writing is None or self._writing.is_over else self._writing

    async def overview(self) -> Overview:
        """Return numbers; all are 0 where there is no library yet."""
        folder = self._settings.library
        state = generation(folder)
        if self._overview is None or self._overview[0] != state:
            self._overview = (state, await to_thread.run_sync(overview, folder))
        return self._overview[1]

    async def gallery(self) -> Gallery | None:
        """Return the clusters; while a scan is at work those of before. None without a library."""
        if not self.is_there:
            return None
        async with self._lock:
            known = self._gallery
            if known is not None and (self.writing or known[0] == generation(self.folder)):
                return known[1]
            self._gallery = await to_thread.run_sync(_gallery, self.folder)
            return self._gallery[1]

    async def items(self, number: int, limit: int, **wanted: Any) -> list[Item]:  # noqa: ANN401
        """Return items as ``library.browsing.items_after`` does; none without a library."""
        if not self.is_there:
            return []
        return await to_thread.run_sync(
            lambda: items_after(self.folder, number, limit=limit, **wanted)
        )

    async def item(self, number: int) -> tuple[Item, str | None]:
        """Return an item and its record as JSON.

        Raises:
            Problem: There is none of this number.
        """

        def find() -> tuple[Item, str | None] | None:
            with reading(self.folder) as catalogue:
                found = next(iter(catalogue.items([number])), None)
                return None if found is None else (found, catalogue.record(number))

        found = await to_thread.run_sync(find) if self.is_there else None
        if found is None:
            raise Problem("not-found", f"the library has no item {number}")
        return found

    async def thumbnail(self, item: Item, side: int) -> bytes:
        """Return a small picture of a file of the library as WebP.

        Raises:
            Problem: It is not what it was at the scan, or there is nothing to show of it.
        """
        from iscckit.library.scan.scan import stat_of

        key = (item.datahash or b"", side)
        picture = self._pictures.get(key)
        if picture is None:
            if item.datahash is None or await to_thread.run_sync(stat_of, item.path) != item.stat:
                raise Problem("media-gone", f"item {item.id} is not the file that was scanned")
            picture = await self._jobs.run(make_thumbnail, (item.path, side), reads=(item.path,))
            self._pictures.put(key, picture)
        return picture

    async def sought(self, datahash: str, path: str, name: str) -> Query:
        """Return what to look for of a file of the spool or below a root.

        Args:
            datahash: Of an upload, so that it is read once; empty of other files.
            path: Of the file.
            name: As its sender calls it.
        """
        key = (datahash, name)
        query = self._queries.get(key)
        if query is None:
            semantic = usable(self._settings.semantic)
            query = await seek(self._jobs, path, name, semantic)
            if datahash:
                self._queries.put(key, query)
        return query

    async def meant(self, text: str, semantic: Semantics) -> Query:
        """Return what to look for of a short text, with its meaning.

        A text is no file that could harm, and a model that stays loaded answers at once.

        Raises:
            IsccError: The model cannot be used, or the text has no meaning.
        """
        from iscckit.library.search.query import query_of

        async with self._model:
            return await to_thread.run_sync(query_of, text, "text", semantic)

    async def search(self, query: Query, limit: int, radius: int | None, which: Filter) -> Answer:
        """Find what has something to do with ``query``; nothing without a library."""
        from iscckit.library.search.search import Answer, search

        if not self.is_there:
            return Answer((), 0, {}, 0.0)

        def find() -> Answer:
            with reading(self.folder) as catalogue:
                return search(catalogue, query, limit=limit, radius=radius, which=which)

        return await to_thread.run_sync(find)

    async def part(self, a: int, b: int) -> None:
        """Note that two items are not the same.

        Raises:
            Problem: A scan is at work, or one is not there.
        """
        from iscckit.library.library import Library

        self._refuse_twice()
        paths = [(await self.item(number))[0].path for number in (a, b)]

        def mark() -> None:
            with Library.open(self.folder) as library:
                library.mark_unrelated(*paths)

        await to_thread.run_sync(mark)

    def scan(self, places: list[str], *, verify: bool = False) -> Job:
        """Start to bring the library up to date with folders and files.

        Raises:
            Problem: A scan is at work already, or a place does not lie below a root.
        """
        self._refuse_twice()
        folder = self.folder
        roots = [folder_below(place, self._settings.roots) for place in places]
        allowed, semantic = self._settings.allowance, usable(self._settings.semantic)
        quota = Quota(allowed.job_seconds, allowed.job_memory)
        sandbox = self._settings.sandbox

        def work(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> object:
            from iscckit.library.scan.scan import ScanOptions, scan

            progress = Progress(report)
            options = ScanOptions(
                verify,
                allowed.workers,
                quota,
                semantic=semantic,
                stopped=stopped,
                sandbox=sandbox,
            )
            changes = scan(folder, roots, options, planned=progress.plan)
            failed: list[JsonValue] = []
            for change in changes:
                progress.count(change.what)
                if change.what == "failed" and len(failed) < _LISTED:
                    failed.append({"path": readable(change.path), "reason": change.detail})
            if not stopped():
                progress.tell("grouping")
                self._gallery = _gallery(folder)
            return {**progress.result(), "failures": failed}

        self._writing = self._jobs.submit_thread(work, shown=_same)
        return self._writing

    def verify(self, places: list[str]) -> Job:
        """Start to read all files again and compare them with what the library knows.

        Raises:
            Problem: A verification is at work already, or a place does not lie below a root.
        """
        if self._checking is not None and not self._checking.is_over:
            raise Problem("conflict", f"a verification is at work: job {self._checking.id}")
        roots = [folder_below(place, self._settings.roots) for place in places]
        allowed = self._settings.allowance
        quota = Quota(allowed.job_seconds, allowed.job_memory)
        sandbox, folder = self._settings.sandbox, self.folder

        def work(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> object:
            from iscckit.library.scan.verify import verify

            progress = Progress(report)
            findings: list[JsonValue] = []
            files = overview(folder).files
            progress.plan(files, files)
            with reading(folder) as catalogue:
                for checked in verify(
                    catalogue,
                    roots,
                    jobs=allowed.workers,
                    quota=quota,
                    stopped=stopped,
                    sandbox=sandbox,
                ):
                    progress.count(checked.finding)
                    if checked.finding != "intact" and len(findings) < _LISTED:
                        findings.append(checked_json(checked))
            return {**progress.result(), "findings": findings}

        self._checking = self._jobs.submit_thread(work, shown=_same)
        return self._checking

    def _refuse_twice(self) -> None:
        if self.writing is not None:
            raise Problem("conflict", f"a scan is at work: job {self.writing.id}")


def _gallery(folder: str) -> tuple[tuple[int, ...], Gallery]:
    from iscckit.library.clusters.view import Gallery

    state = generation(folder)
    with reading(folder) as catalogue:
        return state, Gallery(catalogue, threads=jobs_by_default())


def _same(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return value
