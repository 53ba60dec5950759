"""Which methods and kinds of bodies each path of the service takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi import params
from fastapi.routing import APIRoute

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from starlette.routing import BaseRoute

__all__ = ["RouteTable"]


class _Row(NamedTuple):
    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]
    takes_json: bool


class RouteTable:
    """The routes of a service, for questions that the router does not answer."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._rows = [_row(route) for route in routes if isinstance(route, APIRoute)]
        # Most paths are fixed: those are found without trying one pattern after the other.
        self._json = {
            (method, row.path)
            for row in self._rows
            for method in row.methods
            if row.takes_json and "{" not in row.path
        }
        self._patterns = [row for row in self._rows if row.takes_json and "{" in row.path]

    def methods(self, path: str) -> frozenset[str]:
        """Return the methods that a path takes; none if there is nothing at it."""
        found = (row.methods for row in self._rows if row.pattern.match(path))
        return frozenset[str]().union(*found)

    def takes_json(self, method: str, path: str) -> bool:
        """Tell whether a request has to bring JSON."""
        if (method, path) in self._json:
            return True
        return any(row.pattern.match(path) and method in row.methods for row in self._patterns)


def _row(route: APIRoute) -> _Row:
    field = route.body_field
    takes_json = field is not None and not isinstance(field.field_info, params.Form)
    return _Row(route.path, route.path_regex, frozenset(route.methods or ()), takes_json)
