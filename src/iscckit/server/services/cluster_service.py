"""Clusters of the library, page by page, and reports about them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from anyio import to_thread
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from iscckit.library.clusters.actions import Keep, plan
from iscckit.library.clusters.filter import FARTHEST, ClusterFilter, Order
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.tasks import has_picture
from iscckit.server.services.paging import Cursor, Limit, cursor_of, number_of
from iscckit.server.services.search_service import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.actions import Step
    from iscckit.library.clusters.clusters import Cluster
    from iscckit.library.clusters.view import ClusterView
    from iscckit.server.services.context import Context

__all__ = [
    "FORMATS",
    "Format",
    "Narrowed",
    "Page",
    "Paged",
    "is_pictured",
    "page_json",
    "page_of",
    "report",
]

Format = Literal["html", "csv", "json", "sh"]
Kind = Literal["exact", "same-content", "near", "versions"]  # library.clusters is slow to import

FORMATS: Final[dict[Format, str]] = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "sh": "text/x-shellscript; charset=utf-8",
}
_REPORTED: Final = 500  # clusters of which a report has pictures
_PICTURED: Final = 12  # members of each


def _given(value: object) -> object:
    """Take an empty field of a form for one that was left out."""
    return None if value == "" else value


def _named(value: object) -> object:
    """Take the empty ones of several fields of a form for left out."""
    return [each for each in value if each != ""] if isinstance(value, list) else value


Bits = Annotated[int, Field(ge=0, le=FARTHEST)]


class Narrowed(BaseModel):
    """Which clusters, which copies stay, and which folders are never touched."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[
        list[Kind],
        BeforeValidator(_named),
        Field(max_length=4, description="None takes all."),
    ] = []
    least: Annotated[Bits, Field(description="Bits that differ at least; 1 hides copies.")] = 0
    most: Annotated[
        Bits | None, BeforeValidator(_given), Field(description="Bits that differ at most, of 256.")
    ] = None
    mode: Annotated[Mode | None, BeforeValidator(_given)] = None
    order: Order = "first"
    keep: Annotated[Keep, Field(description="Which of equal files stays.")] = "oldest"
    reference: Annotated[
        list[Annotated[str, Field(max_length=4096)]],
        BeforeValidator(_named),
        Field(max_length=32, description="Folders whose files always stay."),
    ] = []

    def selection(self) -> ClusterFilter:
        """Return the same for the cluster_view."""
        return ClusterFilter(tuple(self.kind), self.least, self.most, self.mode, self.order)


class Paged(Narrowed):
    """The same, a page at a time."""

    cursor: Cursor = ""
    limit: Limit = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the clusters, and numbers of all of them.

    Attributes:
        clusters: Of this page, with comparisons.
        diameters: Of each: bits in which the two members differ most that have least in common.
        steps: Copies that could go, in all clusters.
        first: How many clusters come before.
        total: How many clusters there are.
        files: In all of them.
        reclaimable: Bytes that would be free without the copies.
        next: Cursor of the next page; empty on the last one.
    """

    clusters: tuple[Cluster, ...] = ()
    diameters: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    first: int = 0
    total: int = 0
    files: int = 0
    reclaimable: int = 0
    next: str = ""


async def page_of(asked: Paged, context: Context) -> Page:
    """Return a page of clusters; an empty one without a library.

    Raises:
        Problem: The cursor is none.
    """
    first = number_of(asked.cursor)
    cluster_view = await context.library.cluster_view()
    if cluster_view is None:
        return Page()
    return await to_thread.run_sync(_page, cluster_view, asked, first)


def _page(cluster_view: ClusterView, asked: Paged, first: int) -> Page:
    from iscckit.library.clusters.view import completed, diameter  # noqa: PLC0415

    chosen, steps = _planned(cluster_view, asked)
    shown = tuple(completed(each) for each in chosen[first : first + asked.limit])
    after = first + asked.limit
    return Page(
        shown,
        tuple(diameter(each) for each in shown),
        tuple(steps),
        first,
        len(chosen),
        sum(len(each.members) for each in chosen),
        sum(step.size for step in steps),
        cursor_of(after) if after < len(chosen) else "",
    )


def _planned(cluster_view: ClusterView, asked: Narrowed) -> tuple[list[Cluster], list[Step]]:
    chosen = cluster_view.chosen(asked.selection())
    return chosen, plan(chosen, asked.keep, asked.reference)


def page_json(page: Page) -> dict[str, JsonValue]:
    """Return a page in JSON types: clusters as ``iscc dupes --json`` prints them, and totals."""
    from iscckit.library.clusters.report import steps_json  # noqa: PLC0415
    from iscckit.library.clusters.view import cluster_json  # noqa: PLC0415

    paths = {member.item.path for each in page.clusters for member in each.members}
    return {
        "clusters": page.total,
        "files": page.files,
        "copies": len(page.steps),
        "reclaimable": page.reclaimable,
        "items": [cluster_json(each) for each in page.clusters],
        "steps": steps_json([step for step in page.steps if step.path in paths]),
        "next": page.next or None,
    }


async def report(asked: Narrowed, form: Format, context: Context) -> bytes:
    """Return all clusters that are asked for as a file.

    Raises:
        Problem: There is no library yet.
    """
    cluster_view = await context.library.cluster_view()
    if cluster_view is None:
        raise Problem("not-found", "there is no library yet; scan a folder first")
    found, steps = await to_thread.run_sync(_prepared, cluster_view, asked, form)
    pictures = await _pictures(found, context) if form == "html" else {}
    return await to_thread.run_sync(_written, found, steps, form, pictures)


def _prepared(
    cluster_view: ClusterView, asked: Narrowed, form: Format
) -> tuple[list[Cluster], list[Step]]:
    from iscckit.library.clusters.view import completed  # noqa: PLC0415

    chosen, steps = _planned(cluster_view, asked)
    return chosen if form == "sh" else [completed(each) for each in chosen], steps


def _written(
    found: list[Cluster], steps: list[Step], form: Format, pictures: dict[str, bytes | None]
) -> bytes:
    import json  # noqa: PLC0415

    from iscckit.library.clusters import report as reports  # noqa: PLC0415

    if form == "html":
        return reports.duplicates_html(found, steps, pictures.get).encode("utf-8", "replace")
    if form == "csv":
        return reports.duplicates_csv(found, steps).encode()
    if form == "sh":
        return reports.duplicates_sh(steps)
    return json.dumps(reports.duplicates_json(found, steps), ensure_ascii=False).encode()


async def _pictures(found: Sequence[Cluster], context: Context) -> dict[str, bytes | None]:
    """Return thumbnails by path, as many at a time as there are workers."""
    from iscckit.library.clusters.report import SIDE  # noqa: PLC0415

    items = [
        member.item
        for each in found[:_REPORTED]
        for member in each.members[:_PICTURED]
        if is_pictured(member.item)
    ]
    pictures: dict[str, bytes | None] = {}
    room = asyncio.Semaphore(context.settings.allowance.workers)

    async def make(item: Item) -> None:
        async with room:
            with suppress(Problem):  # a report without a picture is still one
                pictures[item.path] = await context.library.thumbnail(item, SIDE)

    await asyncio.gather(*(make(item) for item in items))
    return pictures


def is_pictured(item: Item) -> bool:
    """Tell whether a thumbnail of an item shows what it is about."""
    return has_picture(item.mode, item.mediatype)
