"""Clusters of the library in pages, and reports about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

from anyio import to_thread
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from iscckit.library.clusters.filter import FARTHEST, ClusterFilter, Order
from iscckit.library.clusters.plan import Keep, plan
from iscckit.library.overview import all_paths
from iscckit.render.library_json import cluster_json
from iscckit.server.http.problems import Problem
from iscckit.server.jobs.tasks import has_picture
from iscckit.server.services.paging import Cursor, Limit, cursor_of, number_of
from iscckit.server.services.search_service import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import Cluster
    from iscckit.library.clusters.plan import Step
    from iscckit.library.clusters.view import ClusterView
    from iscckit.server.services.app_context import Context

__all__ = [
    "FORMATS",
    "ClusterPage",
    "ClusterPageQuery",
    "ClusterQuery",
    "Format",
    "has_thumbnail",
    "make_report",
    "page_json",
    "read_page",
]

_Known = Callable[[], list[str]]  # returns the paths of all files of the library
Format = Literal["html", "csv", "json", "sh"]
Kind = Literal["exact", "same-content", "near", "versions"]  # library.clusters is slow to import

FORMATS: Final[dict[Format, str]] = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "sh": "text/x-shellscript; charset=utf-8",
}
_REPORTED: Final = 500  # clusters of which a report shows pictures
_PICTURED: Final = 12  # members of each cluster with pictures


def _drop_empty(value: object) -> object:
    """Treat an empty field of a form as left out."""
    return None if value == "" else value


def _drop_empty_items(value: object) -> object:
    """Treat the empty ones of several fields of a form as left out."""
    return [each for each in value if each != ""] if isinstance(value, list) else value


Bits = Annotated[int, Field(ge=0, le=FARTHEST)]


class ClusterQuery(BaseModel):
    """Filter of clusters, rule for the copies that stay, and folders that are never touched."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[
        list[Kind],
        BeforeValidator(_drop_empty_items),
        Field(max_length=4, description="None takes all."),
    ] = []
    least: Annotated[Bits, Field(description="Bits that differ at least; 1 hides copies.")] = 0
    most: Annotated[
        Bits | None,
        BeforeValidator(_drop_empty),
        Field(description="Bits that differ at most, of 256."),
    ] = None
    mode: Annotated[Mode | None, BeforeValidator(_drop_empty)] = None
    order: Order = "first"
    keep: Annotated[Keep, Field(description="Which of equal files stays.")] = "oldest"
    reference: Annotated[
        list[Annotated[str, Field(max_length=4096)]],
        BeforeValidator(_drop_empty_items),
        Field(max_length=32, description="Folders whose files always stay."),
    ] = []

    def to_filter(self) -> ClusterFilter:
        """Return the filter of clusters."""
        return ClusterFilter(tuple(self.kind), self.least, self.most, self.mode, self.order)


class ClusterPageQuery(ClusterQuery):
    """Filter of clusters, and the page that is wanted."""

    cursor: Cursor = ""
    limit: Limit = 20


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """One page of clusters, and numbers of all pages.

    Attributes:
        clusters: Clusters of this page, with comparisons.
        diameters: Largest distance between two members of each of these clusters, in bits.
        steps: Copies that could be removed, in the clusters of all pages.
        first: Number of clusters on the pages before.
        total: Number of clusters on all pages.
        files: Number of files in all clusters.
        reclaimable: Bytes that would be free without the copies.
        next: Cursor of the next page; empty on the last page.
    """

    clusters: tuple[Cluster, ...] = ()
    diameters: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    first: int = 0
    total: int = 0
    files: int = 0
    reclaimable: int = 0
    next: str = ""


async def read_page(asked: ClusterPageQuery, context: Context) -> ClusterPage:
    """Return a page of clusters; an empty page without a library.

    Raises:
        Problem: The cursor is invalid.
        InvalidInput: A folder of reference covers no file of the library.
    """
    first = number_of(asked.cursor)
    cluster_view = await context.library.cluster_view()
    if cluster_view is None:
        return ClusterPage()
    return await to_thread.run_sync(
        _make_page, cluster_view, asked, first, partial(all_paths, context.library.folder)
    )


def _make_page(
    cluster_view: ClusterView, asked: ClusterPageQuery, first: int, known: _Known
) -> ClusterPage:
    from iscckit.library.clusters.view import add_comparisons, diameter

    chosen, steps = _select(cluster_view, asked, known)
    shown = tuple(add_comparisons(each) for each in chosen[first : first + asked.limit])
    after = first + asked.limit
    return ClusterPage(
        shown,
        tuple(diameter(each) for each in shown),
        tuple(steps),
        first,
        len(chosen),
        sum(len(each.members) for each in chosen),
        sum(step.size for step in steps),
        cursor_of(after) if after < len(chosen) else "",
    )


def _select(
    cluster_view: ClusterView, asked: ClusterQuery, known: _Known
) -> tuple[list[Cluster], list[Step]]:
    chosen = cluster_view.select(asked.to_filter())
    return chosen, plan(chosen, asked.keep, asked.reference, known)


def page_json(page: ClusterPage) -> dict[str, JsonValue]:
    """Return a page in JSON types, with totals.

    Clusters are as ``iscc dupes --json`` prints them; their members have the numbers by which
    the other routes name them.
    """
    paths = {member.item.path for each in page.clusters for member in each.members}
    return {
        "clusters": page.total,
        "files": page.files,
        "copies": len(page.steps),
        "reclaimable": page.reclaimable,
        "items": [_to_json(each) for each in page.clusters],
        "steps": [step.to_dict() for step in page.steps if step.path in paths],
        "next": page.next or None,
    }


def _to_json(cluster: Cluster) -> dict[str, JsonValue]:
    fields = cluster_json(cluster)
    members = cast("list[dict[str, JsonValue]]", fields["members"])
    numbers = [member.item.id for member in cluster.members]
    return {**fields, "members": [{"id": n, **m} for n, m in zip(numbers, members, strict=True)]}


async def make_report(asked: ClusterQuery, form: Format, context: Context) -> bytes:
    """Return all clusters that pass a filter as a file.

    Raises:
        Problem: The service has no library yet.
        InvalidInput: A folder of reference covers no file of the library.
    """
    cluster_view = await context.library.cluster_view()
    if cluster_view is None:
        raise Problem("not-found", "there is no library yet; scan a folder first")
    clusters, steps = await to_thread.run_sync(
        _select_for_report, cluster_view, asked, form, partial(all_paths, context.library.folder)
    )
    pictures = await _make_thumbnails(clusters, context) if form == "html" else {}
    return await to_thread.run_sync(_render, clusters, steps, form, pictures)


def _select_for_report(
    cluster_view: ClusterView, asked: ClusterQuery, form: Format, known: _Known
) -> tuple[list[Cluster], list[Step]]:
    from iscckit.library.clusters.view import add_comparisons

    chosen, steps = _select(cluster_view, asked, known)
    return chosen if form == "sh" else [add_comparisons(each) for each in chosen], steps


def _render(
    clusters: list[Cluster], steps: list[Step], form: Format, pictures: dict[str, bytes | None]
) -> bytes:
    import json

    from iscckit.render import duplicates

    if form == "html":
        return duplicates.duplicates_html(clusters, steps, pictures.get).encode("utf-8", "replace")
    if form == "csv":
        return duplicates.duplicates_csv(clusters, steps).encode()
    if form == "sh":
        return duplicates.duplicates_sh(steps)
    return json.dumps(duplicates.duplicates_json(clusters, steps), ensure_ascii=False).encode()


async def _make_thumbnails(
    clusters: Sequence[Cluster], context: Context
) -> dict[str, bytes | None]:
    """Return thumbnails by path; as many are made in parallel as the service has workers."""
    from iscckit.render.duplicates import SIDE

    items = [
        member.item
        for each in clusters[:_REPORTED]
        for member in each.members[:_PICTURED]
        if has_thumbnail(member.item)
    ]
    pictures: dict[str, bytes | None] = {}
    room = asyncio.Semaphore(context.settings.allowance.workers)

    async def make(item: Item) -> None:
        async with room:
            with suppress(Problem):  # the report then has no picture of this file
                pictures[item.path] = await context.library.thumbnail(item, SIDE)

    await asyncio.gather(*(make(item) for item in items))
    return pictures


def has_thumbnail(item: Item) -> bool:
    """Tell whether a thumbnail of an item can be made."""
    return has_picture(item.mode, item.mediatype)
