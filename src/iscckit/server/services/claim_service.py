"""Proofs, claims and byte ranges for the REST interface and the pages.

Whom the caller trusts is a part of each request: what travels in a proof is evidence, never trust.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from anyio import to_thread

from iscckit.errors import IsccError, LibraryError, UnreadableFile
from iscckit.server.http.problems import Problem
from iscckit.server.services.search_service import make_query
from iscckit.trust.declarations.verify_file import Verified, check_document
from iscckit.trust.keys.parse_key import parse_key
from iscckit.trust.proof.check_values import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from iscckit.json_types import JsonValue
    from iscckit.library.search.query import Query
    from iscckit.records.record import Record
    from iscckit.server.jobs.job import Job
    from iscckit.server.jobs.tasks import Stage
    from iscckit.server.services.app_context import Context
    from iscckit.server.services.request_sources import Source
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.claims.screen import Screened
    from iscckit.trust.claims.screen_input import Row
    from iscckit.trust.proof.byte_range import ByteRange
    from iscckit.trust.rights.reservations import Category

__all__ = ["Asker", "parse_signers", "prove_upload", "resolve", "screen", "verify"]


class Asker(NamedTuple):
    """Whom a request trusts, and what must hold.

    Attributes:
        signers: Keys of signers.
        logs: Keys of logs.
        require: Checks that must hold.
    """

    signers: frozenset[bytes] = frozenset()
    logs: frozenset[bytes] = frozenset()
    require: frozenset[str] = frozenset()


def parse_signers(texts: Iterable[str], pointer: str = "/signers") -> frozenset[bytes]:
    """Return the keys that a request names.

    Raises:
        Problem: A text is not a key.
    """
    found = set()
    for number, text in enumerate(texts):
        try:
            found.add(parse_key(text.strip()))
        except IsccError as error:
            detail = f"{text[:100]}: {error}"
            raise Problem(
                "invalid-input", detail, errors=[(f"{pointer}/{number}", detail)]
            ) from error
    return frozenset(found)


async def verify(data: bytes, media_id: str | None, asker: Asker, context: Context) -> Verified:
    """Check a proof, and that an uploaded file is what was declared.

    Raises:
        Problem: The file is not kept any more.
    """
    trust = Trust(
        signers={key: "a signer that you trust" for key in asker.signers}, hub_keys=asker.logs
    )
    check = partial(check_document, data, trust=trust, require=asker.require)
    if media_id is None:
        return await to_thread.run_sync(partial(check, None, "proof", path=None, read=_refuse))
    upload = context.spool.get(media_id)
    with context.spool.pin(media_id):
        record = await context.record_of(media_id)

        def read(_: str) -> Record:
            return record

        name = upload.filename or media_id
        return await to_thread.run_sync(partial(check, name, "proof", path=upload.path, read=read))


def _refuse(path: str) -> Record:
    raise UnreadableFile(path, "is not there")


async def resolve(
    source: Source, signers: frozenset[bytes], limit: int, context: Context
) -> tuple[Query, tuple[ClaimMatch, ...]]:
    """Return a query, and what was declared about its content; nothing without claims.

    Raises:
        Problem: The source cannot be read, the service has no library, or it is damaged.
    """
    folder = context.library.folder
    query = await make_query(source, context)

    def find() -> tuple[ClaimMatch, ...]:
        from iscckit.trust.claims.resolve import Claims

        try:
            with closing(Claims(folder, signers)) as claims:
                return claims.resolve(query, limit=limit)
        except LibraryError as error:
            if error.reason_code == "library-missing":
                return ()
            raise

    return query, await to_thread.run_sync(find)


async def prove_upload(media_id: str, start: int, end: int | None, context: Context) -> ByteRange:
    """Return the proof of a range of an uploaded file.

    Raises:
        Problem: The file is not kept any more, or the range is not within it.
    """
    from iscckit.trust.declarations.prove_range import prove_range

    with context.spool.pin(media_id) as upload:
        last = upload.size if end is None else end
        if not start < last <= upload.size:
            raise Problem(
                "invalid-input",
                f"{start} to {last} has no bytes or is not within the file, which has "
                f"{upload.size}",
            )
        try:
            return await to_thread.run_sync(prove_range, upload.path, start, last)
        except UnreadableFile as error:
            raise Problem("media-gone", "the file cannot be read any more") from error


def screen(
    sources: Sequence[Source], use: Category, signers: frozenset[bytes], context: Context
) -> Job:
    """Start a job that decides about codes, texts and uploaded files.

    Raises:
        Problem: A file is not kept any more, or the service has no library.
    """
    from iscckit.trust.claims.screen_input import Row

    folder, pins, rows = context.library.folder, ExitStack(), []
    try:
        for number, source in enumerate(sources):
            if source.media_id is not None:
                upload = pins.enter_context(context.spool.pin(source.media_id))
                rows.append(Row(number, "file", upload.path))
            elif source.iscc is not None:
                rows.append(Row(number, "code", source.iscc))
            else:
                text = source.text or ""
                rows.append(Row(number, "text" if text.strip() else "empty", text))
        names = tuple(source.media_id for source in sources)
        work = partial(_screen, _Screening(folder, rows, names, use, signers), context)
        return context.jobs.submit_thread(work, shown=dict, over=lambda _: pins.close())
    except BaseException:
        pins.close()
        raise


class _Screening(NamedTuple):
    """What is screened: rows, of uploads their ids, and for what, in which library."""

    folder: str
    rows: Sequence[Row]
    names: Sequence[str | None]
    use: Category
    signers: frozenset[bytes]


def _screen(
    asked: _Screening,
    context: Context,
    report: Callable[[Stage], None],
    stopped: Callable[[], bool],
) -> dict[str, JsonValue]:
    """Decide about all rows, and return the counts and each decision."""
    from iscckit.server.jobs.progress import Progress
    from iscckit.trust.claims.resolve import Claims
    from iscckit.trust.claims.screen import ScreenOptions
    from iscckit.trust.claims.screen import screen as decide
    from iscckit.workers.limits import Quota

    allowed = context.settings.allowance
    quota = Quota(allowed.job_seconds, allowed.job_memory)
    options = ScreenOptions(asked.use, allowed.workers, quota, context.settings.sandbox)
    progress = Progress(report)
    progress.plan(len(asked.rows), len(asked.rows))
    decisions: list[JsonValue] = []
    with (
        closing(Claims(asked.folder, asked.signers)) as claims,
        closing(decide(asked.rows, claims, options)) as found,
    ):
        for each in found:
            progress.count(each.decision.outcome)
            decisions.append(_decision(each, asked.names[each.row.number]))
            if stopped():
                break
    return {**progress.result(), "use": asked.use, "decisions": decisions}


def _decision(screened: Screened, media_id: str | None) -> dict[str, JsonValue]:
    """Return a decision; of an upload its id, not where it lies."""
    from iscckit.render.claim_json import decision_json

    found = decision_json(screened)
    if media_id is not None:
        found["value"] = media_id
        found["error"] = "the file cannot be read" if screened.error else None
    return found
