"""The library of a service: the catalog is read in threads, files are read in worker processes.

Functions import slow modules themselves, so that the service starts without these.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread

from iscckit.library.overview import (
    Overview,
    change_token,
    items_after,
    library_exists,
    open_reader,
    overview,
)
from iscckit.records.safe_text import readable
from iscckit.render.library_json import checked_json
from iscckit.server.http.problems import START_WITH_LIBRARY, Problem
from iscckit.server.jobs.progress import Progress
from iscckit.server.jobs.query_job import seek
from iscckit.server.jobs.tasks import make_thumbnail
from iscckit.server.services.allowed_paths import resolve_path
from iscckit.server.services.lru_cache import Recent
from iscckit.server.services.semantic_models import usable
from iscckit.workers.limits import Quota
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.view import ClusterView
    from iscckit.library.search.filter import Filter
    from iscckit.library.search.match import Answer
    from iscckit.library.search.query import Query
    from iscckit.records.options import Semantics
    from iscckit.server.jobs.job import Job
    from iscckit.server.jobs.queue import Jobs
    from iscckit.server.jobs.tasks import Stage
    from iscckit.server.settings import Settings

__all__ = ["LibraryService"]

_PICTURES: Final = 1 << 26  # bytes of cached thumbnails
_QUERIES: Final = 64  # cached queries of uploads
_LISTED: Final = 1000  # files in the result of a job at most


class LibraryService:
    """Everything that routes and pages ask about the library."""

    def __init__(self, settings: Settings, jobs: Jobs) -> None:
        self._settings, self._jobs = settings, jobs
        self._lock = asyncio.Lock()
        self._model = asyncio.Lock()  # one text at a time, so that the model is loaded once
        self._cluster_view: tuple[tuple[int, ...], ClusterView] | None = None
        self._overview: tuple[tuple[int, ...], Overview] | None = None
        self._pictures: Recent[bytes] = Recent(_PICTURES, len)
        self._queries: Recent[Query] = Recent(_QUERIES)
        self._scan: Job | None = None
        self._verification: Job | None = None

    @property
    def folder(self) -> str:
        """Folder of the library.

        Raises:
            Problem: The service has no library.
        """
        if not self._settings.library:
            raise Problem("not-found", f"this service has no library; {START_WITH_LIBRARY}")
        return self._settings.library

    @property
    def exists(self) -> bool:
        """Whether a scan has created the library."""
        return library_exists(self._settings.library)

    @property
    def running_scan(self) -> Job | None:
        """Job of the scan that is running; None without one."""
        return None if self._scan is None or self._scan.is_over else self._scan

    async def overview(self) -> Overview:
        """Return the numbers of the library; all numbers are 0 without a library."""
        folder = self._settings.library
        state = change_token(folder)
        if self._overview is None or self._overview[0] != state:
            self._overview = (state, await to_thread.run_sync(overview, folder))
        return self._overview[1]

    async def cluster_view(self) -> ClusterView | None:
        """Return the clusters, during a scan those before it; None without a library."""
        if not self.exists:
            return None
        async with self._lock:
            known = self._cluster_view
            if known is not None and (self.running_scan or known[0] == change_token(self.folder)):
                return known[1]
            self._cluster_view = await to_thread.run_sync(_find_clusters, self.folder)
            return self._cluster_view[1]

    async def items(self, number: int, limit: int, **wanted: Any) -> list[Item]:  # noqa: ANN401
        """Return items as ``library.overview.items_after`` does; no items without a library."""
        if not self.exists:
            return []
        return await to_thread.run_sync(
            lambda: items_after(self.folder, number, limit=limit, **wanted)
        )

    async def item(self, number: int) -> tuple[Item, str | None]:
        """Return an item and its record as JSON.

        Raises:
            Problem: No item has this number.
        """

        def find() -> tuple[Item, str | None] | None:
            with open_reader(self.folder) as catalog:
                found = next(iter(catalog.items([number])), None)
                return None if found is None else (found, catalog.record(number))

        found = await to_thread.run_sync(find) if self.exists else None
        if found is None:
            raise Problem("not-found", f"the library has no item {number}")
        return found

    async def thumbnail(self, item: Item, side: int) -> bytes:
        """Return a small picture of a file of the library as WebP.

        Raises:
            Problem: The file has changed since the scan, or no thumbnail of it can be made.
        """
        from iscckit.library.catalog.item import Stat

        key = (item.datahash or b"", side)
        picture = self._pictures.get(key)
        if picture is None:
            now = await to_thread.run_sync(Stat.of, item.path)
            if not item.datahash or not item.stat.is_unchanged(now, ignore_ctime=True):
                raise Problem("media-gone", f"item {item.id} is not the file that was scanned")
            picture = await self._jobs.run(make_thumbnail, (item.path, side), reads=(item.path,))
            self._pictures.put(key, picture)
        return picture

    async def query_file(self, datahash: str, path: str, name: str) -> Query:
        """Return a file of the spool or below a root as a query.

        Args:
            datahash: Datahash of an upload, under which the query is cached; empty for other files.
            path: Path of the file.
            name: Name that the sender gave the file.
        """
        key = (datahash, name)
        query = self._queries.get(key)
        if query is None:
            semantic = usable(self._settings.semantic)
            query = await seek(self._jobs, path, name, semantic)
            if datahash:
                self._queries.put(key, query)
        return query

    async def query_text(self, text: str, semantic: Semantics) -> Query:
        """Return a short text as a query by letters and by meaning.

        It is made in a thread: a text cannot harm as a file can, and the model stays loaded.

        Raises:
            IsccError: The model cannot be used, or makes no code of the text.
        """
        from iscckit.library.search.query import build_query

        async with self._model:
            return await to_thread.run_sync(build_query, text, "text", semantic)

    async def search(self, query: Query, limit: int, radius: int | None, which: Filter) -> Answer:
        """Return the matches of a query; no matches without a library."""
        from iscckit.library.search.match import Answer
        from iscckit.library.search.search import search

        if not self.exists:
            return Answer((), 0, {}, 0.0)

        def find() -> Answer:
            with open_reader(self.folder) as catalog:
                return search(catalog, query, limit=limit, radius=radius, which=which)

        return await to_thread.run_sync(find)

    async def mark_unrelated(self, a: int, b: int, *, is_marked: bool = True) -> None:
        """Mark two items as unrelated, or remove that mark.

        Raises:
            Problem: A scan is running, an item does not exist, or there is no mark to remove.
        """
        from iscckit.library.library import Library

        self._refuse_during_scan()
        paths = [(await self.item(number))[0].path for number in (a, b)]

        def mark() -> None:
            with Library.open(self.folder) as library:
                if is_marked:
                    library.mark_unrelated(*paths)
                else:
                    library.unmark_unrelated(*paths)

        await to_thread.run_sync(mark)

    def scan(self, places: list[str], *, verify: bool = False) -> Job:
        """Start a job that brings the library up to date with folders and files.

        Raises:
            Problem: A scan is running already, or a place does not lie below a root.
        """
        self._refuse_during_scan()
        folder = self.folder
        roots = [resolve_path(place, self._settings.roots) for place in places]
        allowed, semantic = self._settings.allowance, usable(self._settings.semantic)
        quota = Quota(allowed.job_seconds, allowed.job_memory)
        sandbox = self._settings.sandbox

        def work(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> object:
            from iscckit.library.scan.scan import ScanOptions, scan

            progress = Progress(report)
            options = ScanOptions(
                verify, allowed.workers, quota, semantic=semantic, stopped=stopped, sandbox=sandbox
            )
            changes = scan(folder, roots, options, progress=progress.follow)
            failed: list[JsonValue] = []
            for change in changes:
                progress.count(change.what)
                if change.what in {"damaged", "failed"} and len(failed) < _LISTED:
                    failed.append({"path": readable(change.path), "reason": change.detail})
            if not stopped():
                progress.tell("grouping")
                self._cluster_view = _find_clusters(folder)
            return {**progress.result(), "failures": failed}

        self._scan = self._jobs.submit_thread(work, shown=dict)
        return self._scan

    def verify(self, places: list[str]) -> Job:
        """Start a job that reads all files again and compares them with the library.

        Raises:
            Problem: A verification is running already, or a place does not lie below a root.
        """
        if self._verification is not None and not self._verification.is_over:
            raise Problem("conflict", f"a verification is at work: job {self._verification.id}")
        roots = [resolve_path(place, self._settings.roots) for place in places]
        allowed = self._settings.allowance
        quota = Quota(allowed.job_seconds, allowed.job_memory)
        sandbox, folder = self._settings.sandbox, self.folder

        def work(report: Callable[[Stage], None], stopped: Callable[[], bool]) -> object:
            from iscckit.library.scan.verify import verify

            progress = Progress(report)
            findings: list[JsonValue] = []
            files = overview(folder).files
            progress.plan(files, files)
            with open_reader(folder) as catalog:
                for checked in verify(
                    catalog,
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

        self._verification = self._jobs.submit_thread(work, shown=dict)
        return self._verification

    def _refuse_during_scan(self) -> None:
        if self.running_scan is not None:
            raise Problem("conflict", f"a scan is at work: job {self.running_scan.id}")


def _find_clusters(folder: str) -> tuple[tuple[int, ...], ClusterView]:
    from iscckit.library.clusters.view import ClusterView

    state = change_token(folder)
    with open_reader(folder) as catalog:
        return state, ClusterView(catalog, threads=jobs_by_default())
