"""Indexes of ready-made records: views in memory, and answers in the form of iscc-search."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread

from iscckit.asset_search.store import Indexes
from iscckit.codec.code import compose
from iscckit.errors import InvalidInput
from iscckit.server.http.problems import START_WITH_LIBRARY, Problem
from iscckit.server.schemas.asset_requests import (
    Entry,
    SearchQuery,
    iscc_id_of,
    simprint_of,
    units_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.asset_search.asset_match import AssetMatch, ChunkMatch
    from iscckit.asset_search.search import View
    from iscckit.asset_search.store import AssetIndex
    from iscckit.codec.unit import Unit
    from iscckit.json_types import JsonValue
    from iscckit.server.settings import Settings

__all__ = ["AssetIndexService", "index_json"]

_VIEWS: Final = 4  # indexes in memory at most
_MEGABYTE: Final = 1_000_000


class AssetIndexService:
    """The indexes of a service."""

    def __init__(self, settings: Settings) -> None:
        self._folder = f"{settings.library}-indexes" if settings.library else ""
        self._views: OrderedDict[str, View] = OrderedDict()
        self._lock = asyncio.Lock()

    @property
    def all(self) -> Indexes:
        """All indexes.

        Raises:
            Problem: The service has no folder for indexes.
        """
        if not self._folder:
            detail = f"this service has no place for indexes; {START_WITH_LIBRARY}"
            raise Problem("not-found", detail)
        return Indexes(self._folder)

    def open(self, name: str) -> AssetIndex:
        """Return the index of a name.

        Raises:
            Problem: No index has this name.
        """
        found = self.all.open(name)
        if found is None:
            raise Problem("not-found", f"there is no index {name}")
        return found

    async def view(self, index: AssetIndex) -> View:
        """Return the current view of an index."""
        from iscckit.asset_search.search import load_view

        async with self._lock:
            known = self._views.pop(index.path, None)
            changes = await to_thread.run_sync(index.changes)
            if known is None or known.changes != changes:
                known = await to_thread.run_sync(load_view, index)
            self._views[index.path] = known
            while len(self._views) > _VIEWS:
                self._views.popitem(last=False)
            return known

    async def search(
        self, index: AssetIndex, query: SearchQuery, *, limit: int, least: float
    ) -> dict[str, JsonValue]:
        """Return matches in the form of iscc-search.

        Args:
            index: The index.
            query: Query of the client.
            limit: Maximum number of matches of each kind.
            least: Smallest score of a match by units.

        Raises:
            Problem: The index does not have the asset of the query.
            InvalidInput: The query is empty.
        """
        view = await self.view(index)
        return await to_thread.run_sync(
            lambda: _search(index, view, query, limit=limit, least=least)
        )


def _search(
    index: AssetIndex, view: View, query: SearchQuery, *, limit: int, least: float
) -> dict[str, JsonValue]:
    without = "" if query.iscc_id is None else iscc_id_of(query.iscc_id)
    if without:
        query = _query_like(index, without)
    units = units_of(query.units, query.iscc_code)
    wanted = {
        kind: [simprint_of(x) for x in codes] for kind, codes in (query.simprints or {}).items()
    }
    if not units and not wanted:
        raise InvalidInput("give iscc_id, iscc_code, units or simprints")
    known = index.get(without) if without else None
    left_out = 0 if known is None else known.id
    whole = view.match_units(units, limit=limit, least=least, without=left_out)
    with index.connect() as database:
        parts = view.match_chunks(database, wanted, limit=limit, without=left_out)
    return {
        "query": _complete_query(query, units),
        "global_matches": _matches_json(index, whole),
        "chunk_matches": _matches_json(index, parts),
    }


def _query_like(index: AssetIndex, iscc_id: str) -> SearchQuery:
    """Return a query for the assets that are similar to one of the index."""
    known = index.get(iscc_id)
    if known is None:
        raise Problem("not-found", f"the index has no {iscc_id}")
    entry = Entry.model_validate(known.entry)
    simprints = {
        kind: [each.simprint for each in placed] for kind, placed in (entry.simprints or {}).items()
    }
    return SearchQuery(iscc_code=entry.iscc_code, units=entry.units, simprints=simprints or None)


def _matches_json(index: AssetIndex, matches: Sequence[AssetMatch | ChunkMatch]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for match in matches:
        known = index.get_number(match.asset)
        if known is None:
            continue  # deleted since the view was loaded
        fields: dict[str, JsonValue] = {"iscc_id": known.iscc_id, **match.to_dict()}
        if known.entry.get("metadata"):
            fields["metadata"] = known.entry["metadata"]
        found.append(fields)
    return found


def _complete_query(query: SearchQuery, units: tuple[Unit, ...]) -> dict[str, JsonValue]:
    """Return the query with its units, and with its code if the units make one."""
    fields: dict[str, Any] = query.model_dump(exclude_none=True)
    if units:
        fields["units"] = [str(unit) for unit in units]
    if units and "iscc_code" not in fields:
        with suppress(InvalidInput):  # units that make no code together
            fields["iscc_code"] = compose(units, wide=True)
    return fields


def index_json(name: str, index: AssetIndex) -> dict[str, JsonValue]:
    """Return name, number of assets and size of an index in JSON types."""
    size = index.size // _MEGABYTE
    return {"name": name, "assets": index.count(), "size": size, "sizes": {"sqlite": size}}
