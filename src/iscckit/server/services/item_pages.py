"""Pages of the library's files, for the REST interface and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from iscckit.library.catalog.item import State
from iscckit.server.services.paging import Cursor, Limit, cursor_of, number_of
from iscckit.server.services.search_service import Mode

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.server.services.app_context import Context

__all__ = ["ItemsQuery", "items_page"]


class ItemsQuery(BaseModel):
    """Filter of the items, and the page that is wanted."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode | None = None
    state: State | None = None
    faulty: Annotated[bool, Field(description="Only files that could not be read or decoded.")] = (
        False
    )
    q: Annotated[str, Field(max_length=1000, description="In path or name.")] = ""
    cursor: Cursor = ""
    limit: Limit = 100


async def items_page(service: Context, asked: ItemsQuery) -> dict[str, JsonValue]:
    """Return a page of items in JSON types."""
    found = await service.library.items(
        number_of(asked.cursor),
        asked.limit + 1,
        mode=asked.mode,
        state=asked.state,
        faulty=asked.faulty,
        text=asked.q,
    )
    shown = found[: asked.limit]
    after = cursor_of(shown[-1].id) if len(found) > asked.limit else None
    return {"items": [item.to_dict() for item in shown], "next": after}
