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
        self._fixed: dict[str, frozenset[str]] = {}
        for row in self._rows:
            if "{" not in row.path:
                self._fixed[row.path] = self._fixed.get(row.path, frozenset()) | row.methods
        self._json = {
            (method, row.path)
            for row in self._rows
            for method in row.methods
            if row.takes_json and "{" not in row.path
        }
        self._patterns = [row for row in self._rows if row.takes_json and "{" in row.path]

    def methods(self, path: str) -> frozenset[str]:
        """Return the methods that a path takes; none if there is nothing at it.

        A fixed path takes its own methods only: ``/iscc/text`` is no ``/iscc/{media_id}``.
        """
        found = self._fixed.get(path)
        if found is not None:
            return found
        rows = (row.methods for row in self._rows if row.pattern.match(path))
        return frozenset[str]().union(*rows)

    def refuses(self, method: str, path: str) -> bool:
        """Tell whether a fixed path does not take a method."""
        found = self._fixed.get(path)
        return found is not None and method not in found

    def format_allow(self, path: str) -> str:
        """Return what the header Allow says of a path."""
        methods = self.methods(path)
        also = {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        return ", ".join(sorted(methods | also))

    def takes_json(self, method: str, path: str) -> bool:
        """Tell whether a request has to bring JSON."""
        if (method, path) in self._json:
            return True
        return any(row.pattern.match(path) and method in row.methods for row in self._patterns)


def _row(route: APIRoute) -> _Row:
    field = route.body_field
    takes_json = field is not None and not isinstance(field.field_info, params.Form)
    return _Row(route.path, route.path_regex, frozenset(route.methods or ()), takes_json)
