"""What the routes of one service share. It lives as long as the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from iscckit.options import Options
from iscckit.server.tasks import make_record

if TYPE_CHECKING:
    from iscckit.record import Record
    from iscckit.server.jobs import Jobs
    from iscckit.server.settings import Settings
    from iscckit.server.spool import Spool

__all__ = ["Context", "Service", "context_of"]


@dataclass(slots=True)
class Context:
    """Settings, uploads and work of one service.

    Attributes:
        settings: As it was started.
        spool: Uploaded files.
        jobs: Work on them.
    """

    settings: Settings
    spool: Spool
    jobs: Jobs
    _records: dict[str, Record] = field(default_factory=dict)

    async def record_of(self, media_id: str) -> Record:
        """Return the record of an uploaded file, with units of 256 bits and features.

        It is made once; who asks again gets the same.

        Raises:
            Problem: The file is not kept any more, or has no record.
        """
        upload = self.spool.get(media_id)
        if media_id not in self._records:
            options = Options(bits=256, granular=True, units=True)
            task = (upload.path, upload.filename, options)
            self._records[media_id] = await self.jobs.run(make_record, task)
        return self._records[media_id]


def context_of(request: Request) -> Context:
    """Return the context of the application that handles ``request``."""
    return cast("Context", request.app.state.context)


async def _service(request: Request) -> Context:
    # A coroutine: FastAPI calls plain functions in threads, which would take half of the time.
    return context_of(request)


Service = Annotated[Context, Depends(_service)]
