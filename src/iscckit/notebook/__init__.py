"""Values as HTML, and as notebooks show them.

In a notebook, ``%load_ext iscckit.notebook`` makes comparisons, dissections, records, answers and
clusters show themselves as the playground shows them. The values cannot do that by a method:
they lie below ``iscckit.render``, which draws them.
"""

from __future__ import annotations

import os
from functools import singledispatch
from typing import TYPE_CHECKING, Final, Protocol

from markupsafe import Markup

from iscckit.codec.explain import Explanation
from iscckit.comparison.verdict import Comparison
from iscckit.errors import InvalidInput
from iscckit.library.clusters.clusters import Cluster
from iscckit.library.search.match import Answer
from iscckit.records.record import Record
from iscckit.records.safe_text import readable
from iscckit.render.clusters import FileCard, FileGroup, clusters_html
from iscckit.render.comparison import comparison_html
from iscckit.render.dissection import dissection_html
from iscckit.render.page import standalone
from iscckit.render.record import record_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["html", "load_ipython_extension", "unload_ipython_extension"]

_SHOWN: Final = (Answer, Cluster, Comparison, Explanation, Record)


def html(value: Answer | Cluster | Comparison | Explanation | Record) -> str:
    """Return a value as HTML with its stylesheet, for a notebook or a page.

    Raises:
        InvalidInput: A value of another type.
    """
    return standalone(_draw(value))


@singledispatch
def _draw(value: object) -> Markup:
    names = ", ".join(cls.__name__ for cls in _SHOWN)
    raise InvalidInput(f"{type(value).__name__} has no drawing; these have: {names}")


@_draw.register
def _(value: Comparison) -> Markup:
    return comparison_html(value)


@_draw.register
def _(value: Explanation) -> Markup:
    return dissection_html(value)


@_draw.register
def _(value: Record) -> Markup:
    return record_html(value)


@_draw.register
def _(value: Cluster) -> Markup:
    members = [
        FileCard(*_split(member.item.path), member.item.stat.size, comparison=member.comparison)
        for member in value.members
    ]
    return clusters_html([FileGroup(value.kind, value.reclaimable, members)])


@_draw.register
def _(value: Answer) -> Markup:
    found = [
        FileCard(*_split(match.item.path), match.item.stat.size, comparison=match.comparison)
        for match in value.matches
    ]
    return clusters_html([FileGroup(f"found among {value.items:,}", 0, found)])


def _split(path: str) -> tuple[str, str]:
    folder, name = os.path.split(readable(path))
    return name, folder


class _Formatter(Protocol):
    def for_type(self, typ: type, func: Callable[..., str]) -> object: ...
    def pop(self, typ: type, default: object) -> object: ...


class _Display(Protocol):
    @property
    def formatters(self) -> Mapping[str, _Formatter]: ...


class _Shell(Protocol):
    @property
    def display_formatter(self) -> _Display: ...


def load_ipython_extension(shell: _Shell) -> None:
    """Let the notebook show values of iscckit; ``%load_ext`` calls this."""
    for cls in _SHOWN:
        shell.display_formatter.formatters["text/html"].for_type(cls, html)


def unload_ipython_extension(shell: _Shell) -> None:
    """Undo that; ``%unload_ext`` calls this."""
    for cls in _SHOWN:
        shell.display_formatter.formatters["text/html"].pop(cls, None)
