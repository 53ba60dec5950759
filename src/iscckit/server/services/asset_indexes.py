"""Indexes of ready-made records: what is kept in memory, and answers in the form of iscc-search."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread

from iscckit.asset_index.store import Indexes
from iscckit.codec.code import compose
from iscckit.errors import InvalidInput
from iscckit.server.http.problems import START_WITH_LIBRARY, Problem
from iscckit.server.openapi.asset_requests import (
    Entry,
    SearchQuery,
    iscc_id_of,
    simprint_of,
    simprint_text,
    units_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.asset_index.search import ChunkMatch, Match, View
    from iscckit.asset_index.store import AssetIndex
    from iscckit.codec.unit import Unit
    from iscckit.json_types import JsonValue
    from iscckit.server.settings import Settings

__all__ = ["AssetIndexService", "described"]

_VIEWS: Final = 4  # indexes that are kept in memory
_MEGABYTE: Final = 1_000_000


class AssetIndexService:
    """The indexes of a service."""

    def __init__(self, settings: Settings) -> None:
        self._folder = f"{settings.library}-indexes" if settings.library else ""
        self._views: OrderedDict[str, View] = OrderedDict()
        self._lock = asyncio.Lock()

    @property
    def all(self) -> Indexes:
        """All of them.

        Raises:
            Problem: The service has no place for them.
        """
        if not self._folder:
            detail = f"this service has no place for indexes; {START_WITH_LIBRARY}"
            raise Problem("not-found", detail)
        return Indexes(self._folder)

    def open(self, name: str) -> AssetIndex:
        """Return an index.

        Raises:
            Problem: There is none of this name.
        """
        found = self.all.open(name)
        if found is None:
            raise Problem("not-found", f"there is no index {name}")
        return found

    async def view(self, index: AssetIndex) -> View:
        """Return what is searched, as it is now."""
        from iscckit.asset_index.search import load_view  # noqa: PLC0415

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

        Raises:
            Problem: The asset that is asked about is not there.
            InvalidInput: The query has nothing to look for.
        """
        view = await self.view(index)
        return await to_thread.run_sync(
            lambda: _found(index, view, query, limit=limit, least=least)
        )


def _found(
    index: AssetIndex, view: View, query: SearchQuery, *, limit: int, least: float
) -> dict[str, JsonValue]:
    without = "" if query.iscc_id is None else iscc_id_of(query.iscc_id)
    if without:
        query = _like(index, without)
    units = units_of(query.units, query.iscc_code)
    wanted = {
        kind: [simprint_of(x) for x in codes] for kind, codes in (query.simprints or {}).items()
    }
    if not units and not wanted:
        raise InvalidInput("give iscc_id, iscc_code, units or simprints")
    with index.opened() as database:

        def number_of(iscc_id: str) -> int:
            sql = "SELECT id FROM asset WHERE iscc_id = ?"
            row = database.execute(sql, (iscc_id,)).fetchone()
            return int(row[0]) if row else 0

        def entry_of(number: int) -> tuple[str, dict[str, Any]] | None:
            sql = "SELECT iscc_id FROM asset WHERE id = ?"
            row = database.execute(sql, (number,)).fetchone()
            known = None if row is None else index.get(row[0])
            return None if known is None else (row[0], known[0])

        left_out = number_of(without) if without else 0
        whole = view.match_units(units, limit=limit, least=least, without=left_out)
        parts = view.match_chunks(database, wanted, limit=limit, without=left_out)
        return {
            "query": _normal(query, units),
            "global_matches": _shown(whole, entry_of, _types),
            "chunk_matches": _shown(parts, entry_of, _chunk_types),
        }


def _like(index: AssetIndex, iscc_id: str) -> SearchQuery:
    """Return the query for what is like an asset."""
    known = index.get(iscc_id)
    if known is None:
        raise Problem("not-found", f"the index has no {iscc_id}")
    entry = Entry.model_validate(known[0])
    simprints = {
        kind: [each.simprint for each in placed] for kind, placed in (entry.simprints or {}).items()
    }
    return SearchQuery(iscc_code=entry.iscc_code, units=entry.units, simprints=simprints or None)


def _shown(
    matches: list[Any],
    entry_of: Callable[[int], tuple[str, dict[str, Any]] | None],
    types: Callable[[Any], dict[str, JsonValue]],
) -> list[JsonValue]:
    found: list[JsonValue] = []
    for match in matches:
        known = entry_of(match.asset)
        if known is None:
            continue  # deleted meanwhile
        iscc_id, entry = known
        fields: dict[str, JsonValue] = {
            "iscc_id": iscc_id,
            "score": match.score,
            "types": types(match),
        }
        if entry.get("metadata"):
            fields["metadata"] = entry["metadata"]
        found.append(fields)
    return found


def _types(match: Match) -> dict[str, JsonValue]:
    return {**match.types}


def _chunk_types(match: ChunkMatch) -> dict[str, JsonValue]:
    return {
        kind: {
            "score": each.score,
            "matches": len(each.chunks),
            "queried": each.queried,
            "chunks": [
                {
                    "query": simprint_text(chunk.query),
                    "match": simprint_text(chunk.match),
                    "score": chunk.score,
                    "freq": chunk.freq,
                    "offset": chunk.offset,
                    "size": chunk.size,
                }
                for chunk in each.chunks
            ],
        }
        for kind, each in match.types.items()
    }


def _normal(query: SearchQuery, units: tuple[Unit, ...]) -> dict[str, JsonValue]:
    """Return the query with its code and its units, as far as one gives the other."""
    fields: dict[str, Any] = query.model_dump(exclude_none=True)
    if units:
        fields["units"] = [str(unit) for unit in units]
    if units and "iscc_code" not in fields:
        with suppress(InvalidInput):  # not all units make a code together
            fields["iscc_code"] = compose(units, wide=True)
    return fields


def described(name: str, index: AssetIndex) -> dict[str, JsonValue]:
    """Return what is told of an index."""
    size = index.size // _MEGABYTE
    return {"name": name, "assets": index.count(), "size": size, "sizes": {"sqlite": size}}
