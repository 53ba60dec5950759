"""What the routes of one service share. It lives as long as the application."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from fastapi import Depends
from starlette.requests import Request

from iscckit.records.options import Options
from iscckit.server.jobs.tasks import Stage, UploadTask, make_thumbnail, make_upload_record
from iscckit.server.services.asset_indexes import AssetIndexService
from iscckit.server.services.idempotency import Answers
from iscckit.server.services.library_service import LibraryService
from iscckit.server.services.lru_cache import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.comparison.part import Part
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record
    from iscckit.server.jobs.job import Job
    from iscckit.server.jobs.queue import Jobs
    from iscckit.server.settings import Settings
    from iscckit.server.uploads.body_writer import Upload
    from iscckit.server.uploads.spool import Spool

__all__ = ["FULL", "Context", "Service", "context_of"]

# For comparisons and searches: units of 256 bits, and features.
FULL: Final = Options(bits=256, granular=True, units=True)

_PICTURES: Final = 1 << 25  # bytes of thumbnails that are kept
_RECORDS: Final = 1000  # that are kept; others are made again when they are asked for
_PARTS: Final = 10_000  # answers about pairs of files that are kept


@dataclass(slots=True)
class Context:
    """Settings, uploads and work of one service.

    Attributes:
        settings: As it was started.
        spool: Uploaded files.
        jobs: Work on them.
        answers: To requests that may come again.
        library: Answers about the library.
        indexes: Indexes of ready-made records.
        parts: Parts that two files share, by their datahashes.
    """

    settings: Settings
    spool: Spool
    jobs: Jobs
    answers: Answers = field(init=False)
    library: LibraryService = field(init=False)
    indexes: AssetIndexService = field(init=False)
    _records: dict[tuple[str, Options], Record] = field(default_factory=dict)
    _making: dict[tuple[str, Options], Job] = field(default_factory=dict)
    _asked: dict[str, Options] = field(default_factory=dict)
    parts: Recent[tuple[Part | None]] = field(default_factory=lambda: Recent(_PARTS))
    _pictures: Recent[bytes] = field(default_factory=lambda: Recent(_PICTURES, len))

    def __post_init__(self) -> None:
        self.answers = Answers(self._exists)
        self.library = LibraryService(self.settings, self.jobs)
        self.indexes = AssetIndexService(self.settings)

    def _exists(self, location: str) -> bool:
        kind, number = location.split("/")[-2:]
        return self.jobs.holds(number) if kind == "jobs" else self.spool.holds(number)

    async def record_of(self, media_id: str, options: Options = FULL) -> Record:
        """Return the record of an uploaded file.

        It is made once for the same options; who asks again gets the same.

        Raises:
            Problem: The file is not kept any more, or has no record.
        """
        upload = self.spool.get(media_id)
        if (media_id, options) in self._records:
            return self._records[media_id, options]
        record: Record = await self.jobs.result(self.start(upload, options))
        return record

    def ask(self, media_id: str, options: Options) -> None:
        """Note with which options the record of an upload is asked for."""
        self._asked[media_id] = options

    def find_options(self, media_id: str) -> Options:
        """Return with which options the record of an upload was asked for last."""
        return self._asked.get(media_id, Options())

    def full_of(self, media_id: str) -> Options:
        """Return options for comparisons: with a Semantic-Code if one was asked for before."""
        return replace(FULL, semantic=self.find_options(media_id).semantic)

    def start(
        self,
        upload: Upload,
        options: Options,
        *,
        shown: Callable[[Any], dict[str, JsonValue]] | None = None,
        is_bound: bool = False,
    ) -> Job:
        """Start to make the record of an upload, or find the job that does it already.

        Args:
            upload: The file.
            options: For its record.
            shown: How the record looks to those who ask for the job.
            is_bound: Whether the file goes when there will be no record.

        Raises:
            Problem: Too many jobs wait.
        """
        key = (upload.id, options)
        if key in self._making:
            return self._making[key]
        pin = ExitStack()
        pin.enter_context(self.spool.pin(upload.id))

        def over(job: Job) -> None:
            pin.close()
            self._making.pop(key, None)
            if job.problem is None:
                self._remember(key, job.result)
            elif is_bound and self.spool.holds(upload.id):
                self.spool.remove(upload.id)

        mediatype = upload.mediatype if upload.is_given else None
        task = UploadTask(upload.path, upload.filename, mediatype, upload.hashes, options)
        units = (upload.hashes.data_unit(options.bits), upload.hashes.instance_unit(options.bits))
        stage = Stage("received", 0.0, upload.mediatype, tuple(str(unit) for unit in units))
        models = () if options.semantic is None else (options.semantic.models,)
        reads = (upload.path, *models)
        try:
            job = self.jobs.submit(
                make_upload_record, task, reads=reads, stage=stage, shown=shown, over=over
            )
        except BaseException:
            pin.close()
            raise
        self._making[key] = job
        return job

    def _remember(self, key: tuple[str, Options], record: Record) -> None:
        for media_id, options in [each for each in self._records if not self.spool.holds(each[0])]:
            del self._records[media_id, options]
        if len(self._asked) > 2 * self.spool.count + _RECORDS:
            self._asked = {k: v for k, v in self._asked.items() if self.spool.holds(k)}
        while len(self._records) >= _RECORDS:
            del self._records[next(iter(self._records))]
        self._records[key] = record

    async def thumbnail_of(self, media_id: str, side: int) -> bytes:
        """Return a small picture of an upload as WebP.

        Raises:
            Problem: The file is not kept any more, or there is nothing to show of it.
        """
        upload = self.spool.get(media_id)
        key = (upload.datahash, side)
        picture = self._pictures.get(key)
        if picture is None:
            with self.spool.pin(media_id):
                picture = await self.jobs.run(make_thumbnail, (upload.path, side))
            self._pictures.put(key, picture)
        return picture


def context_of(request: Request) -> Context:
    """Return the context of the application that handles ``request``."""
    return cast("Context", request.app.state.context)


async def _service(request: Request) -> Context:
    # A coroutine: FastAPI calls plain functions in threads, which would take half of the time.
    return context_of(request)


Service = Annotated[Context, Depends(_service)]
