"""The library page: duplicates, scans, and files that could not be read."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import parse_qs

import fastapi
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.library.clusters.filter import FARTHEST
from iscckit.render.clusters import clusters_html
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.clusters import cluster_groups, size_in_words
from iscckit.server.pages.forms import read_form, see
from iscckit.server.pages.job_progress import router as working
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.cluster_service import (
    FORMATS,
    ClusterPage,
    ClusterPageQuery,
    page_json,
    read_page,
)
from iscckit.server.services.item_pages import ItemsQuery, items_page
from iscckit.server.services.paging import cursor_of
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import code_of

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/library"
_KINDS: Final = {
    "exact": "the same bytes",
    "same-content": "the same content",
    "near": "similar content",
    "versions": "similar bytes",
}
_KEEP: Final = {
    "oldest": "the oldest",
    "newest": "the newest",
    "largest": "the largest",
    "shortest-path": "the shortest path",
}
_ORDERS: Final = {"first": "as scanned", "freed": "most bytes freed", "files": "most files"}
# Edits: 80 to 99 percent of 256 bits are equal.
_GALLERIES: Final = (
    ("All clusters", ""),
    ("Exact copies", "?kind=exact"),
    ("Edits", "?least=1&most=51"),
    ("Failed files", "?view=failed"),
)
Code = Annotated[int, fastapi.Query(ge=1, lt=1 << 53)]


class Asked(ClusterPageQuery):
    """What stands in a permalink."""

    view: Literal["clusters", "failed"] = "clusters"
    limit: Annotated[int, Field(ge=1, le=100)] = 20


Query = Annotated[Asked, fastapi.Query()]


@router.get("/library.json")
async def library_json(service: Service, asked: Query) -> Response:
    """Return what the page shows, as the interface gives it."""
    if asked.view == "failed":
        return json_response(await items_page(service, _query_failed(asked)))
    return json_response(page_json(await read_page(asked, service)))


@router.get("/library")
async def library_page(service: Service, asked: Query) -> Response:
    """Show numbers, a way to scan, and what belongs together."""
    library = service.library
    overview = await library.overview()
    is_failed = asked.view == "failed"
    page = ClusterPage() if is_failed else await read_page(asked, service)
    failures = await items_page(service, _query_failed(asked)) if is_failed else {}
    scan = library.running_scan
    most = FARTHEST if asked.most is None else asked.most
    return page_response(
        "library.html",
        title="Library",
        here=_PATH,
        asked=asked,
        overview=overview,
        size=size_in_words(overview.size),
        is_there=library.exists,
        roots=service.settings.roots,
        scan=scan and scan.id,
        galleries=[(name, _PATH + query, _query(asked) == query) for name, query in _GALLERIES],
        kinds=_KINDS,
        keeps=_KEEP,
        orders=_ORDERS,
        most=most,
        farthest=FARTHEST,
        page=page,
        freed=size_in_words(page.reclaimable),
        clusters=clusters_html(cluster_groups(page, most), brief=True),
        failures=failures,
        links=_links(asked, page, failures.get("next")),
        forms=[(form, _link(asked, f"/api/v1/library/duplicates.{form}")) for form in FORMATS],
    )


@router.get("/library/compare")
async def library_compare(service: Service, a: Code, b: Code) -> Response:
    """Go to the comparison of two items."""
    codes = [await _code_of(number, service) for number in (a, b)]
    return see(address("/compare", [("a", codes[0]), ("b", codes[1])]))


@router.post("/library/unrelated")
async def library_unrelated(request: Request, service: Service) -> Response:
    """Note that two items are not the same, and go back to where the user was."""
    return await _mark(request, service, is_unrelated=True)


@router.post("/library/related")
async def library_related(request: Request, service: Service) -> Response:
    """Take back that two items are not the same, and go back to where the user was."""
    return await _mark(request, service, is_unrelated=False)


async def _mark(request: Request, service: Context, *, is_unrelated: bool) -> Response:
    form = await read_form(request, service)
    numbers = [int(n) if n.isdecimal() and len(n) < 16 else 0 for n in form.text("pair").split("-")]
    if len(numbers) != 2:
        raise Problem("invalid-input", "name two items")
    await service.library.mark_unrelated(numbers[0], numbers[1], is_marked=is_unrelated)
    query = form.text("back")
    return see(f"{_PATH}?{query}" if query else _PATH)


@router.post("/library/script")
async def library_script(request: Request, service: Service) -> Response:
    """Return a shell script about the copies that were chosen; nothing else happens."""
    from iscckit.render.duplicates import duplicates_sh  # slow to import

    form = await read_form(request, service)
    chosen = {name for name in form.texts.get("go", []) if name.isdecimal() and len(name) < 16}
    asked = _parse_query(form.text("back"))
    page = await read_page(asked, service)
    paths = {m.item.path for c in page.clusters for m in c.members if str(m.item.id) in chosen}
    steps = [step for step in page.steps if step.path in paths]
    headers = {"Content-Disposition": 'attachment; filename="duplicates.sh"'}
    return Response(duplicates_sh(steps), 200, headers, FORMATS["sh"])


async def _code_of(number: int, context: Context) -> str:
    item, _ = await context.library.item(number)
    if not item.units:
        raise Problem("not-found", f"item {number} has no code")
    return code_of(item.units)


def _query_failed(asked: Asked) -> ItemsQuery:
    return ItemsQuery(faulty=True, cursor=asked.cursor, limit=asked.limit)


def _pairs(asked: Asked, **other: str) -> list[tuple[str, str]]:
    """Return the parameters of the address, without those that have their defaults."""
    fields = asked.model_dump(exclude_defaults=True) | other
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, str(each)) for each in values if each not in {"", None}]
    return pairs


def _link(asked: Asked, path: str = _PATH, **other: str) -> str:
    is_report = path.startswith("/api/")
    dropped = {"view", "cursor", "limit"} if is_report else set()
    return address(path, [pair for pair in _pairs(asked, **other) if pair[0] not in dropped])


def _query(asked: Asked) -> str:
    return address("", _pairs(asked, cursor=""))


def _parse_query(query: str) -> Asked:
    """Return what an address asks for that the page itself has written."""
    try:
        fields = parse_qs(query, max_num_fields=100)
        lists = {name: fields.pop(name, []) for name in ("kind", "reference")}
        return Asked.model_validate(lists | {name: each[-1] for name, each in fields.items()})
    except ValueError as error:
        raise Problem("invalid-input", "the form is not the one of this page") from error


def _links(asked: Asked, page: ClusterPage, further: object) -> dict[str, str]:
    before = max(0, page.first - asked.limit)
    back = cursor_of(before) if before else ""
    after = str(further or page.next or "")
    return {
        "json": _link(asked, f"{_PATH}.json"),
        "back": address("", _pairs(asked)).removeprefix("?"),
        "previous": _link(asked, cursor=back) if page.first else "",
        "next": _link(asked, cursor=after) if after else "",
    }


router.routes.extend(working.routes)
