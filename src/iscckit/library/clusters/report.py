"""Reports about duplicates: a page that needs nothing but itself, a table, JSON, a shell script."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.errors import IsccError
from iscckit.library.clusters.view import cluster_json
from iscckit.records.probe import pictured
from iscckit.render.clusters import FileCard, FileGroup, clusters_html
from iscckit.render.page import data_uri, page
from iscckit.render.record import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.clusters.actions import Step
    from iscckit.library.clusters.clusters import Cluster, Member

__all__ = [
    "SIDE",
    "duplicates_csv",
    "duplicates_html",
    "duplicates_json",
    "duplicates_sh",
    "steps_json",
]

SIDE: Final = 128  # pixels of a thumbnail
_CLUSTERS: Final = 500  # that a page shows
_SCRIPT: Final = """\
#!/bin/sh
# {count} copies of files that stay, {size} bytes. Nothing happens unless it is called with --apply:
# it prints what it would do. Each pair is compared byte by byte before the copy is removed.
run=echo
[ "${{1-}}" = --apply ] && run=
copy() {{
  [ "$1" -ef "$2" ] && return  # one file under two names
  if cmp -s "$1" "$2"; then $run rm -- "$2"; else echo "left, it has changed: $2" >&2; fi
}}
"""


def duplicates_html(
    clusters: Sequence[Cluster],
    steps: Sequence[Step],
    picture: Callable[[str], bytes | None] | None = None,
) -> str:
    """Return a whole page about clusters, with all values as JSON inside; 500 are shown at most.

    Args:
        clusters: As ``library.clusters`` finds them.
        steps: What could go; such files are framed.
        picture: Returns the thumbnail of a file as WebP; by default the file is read.
    """
    going = {step.path for step in steps}
    free = sum(step.size for step in steps)
    draw = picture or _picture
    groups = [
        FileGroup(
            each.kind, each.reclaimable, [_kin(member, going, draw) for member in each.members]
        )
        for each in clusters[:_CLUSTERS]
    ]
    left = len(clusters) - len(groups)
    body = Markup("<h1>Duplicates</h1><p>{}{}</p>{}").format(
        f"{len(clusters):,} clusters. {len(steps):,} copies of the same bytes (framed) could go "
        f"and free {free:,} bytes.",
        f" {left:,} further clusters are in the JSON of this page only." if left else "",
        clusters_html(groups),
    )
    return page("Duplicates", body, duplicates_json(clusters, steps))


def duplicates_json(clusters: Sequence[Cluster], steps: Sequence[Step]) -> dict[str, JsonValue]:
    """Return clusters and what could go, in JSON types."""
    return {"clusters": [cluster_json(each) for each in clusters], "steps": steps_json(steps)}


def steps_json(steps: Sequence[Step]) -> list[JsonValue]:
    """Return which copies could go and what stays, in JSON types."""
    return [
        {"path": readable(each.path), "kept": readable(each.kept), "size": each.size}
        for each in steps
    ]


def duplicates_csv(clusters: Sequence[Cluster], steps: Sequence[Step]) -> str:
    """Return one line a file: its cluster, how near it is, and what it is a copy of."""
    kept = {step.path: step.kept for step in steps}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["cluster", "kind", "path", "bytes", "iscc", "verdict", "copy_of"])
    for number, cluster in enumerate(clusters, 1):
        for member in cluster.members:
            item, found = member.item, member.comparison
            verdict = "" if found is None else found.verdict
            copy_of = readable(kept.get(item.path, ""))
            path = readable(item.path)
            table.writerow(
                [number, cluster.kind, path, item.stat.size, item.iscc, verdict, copy_of]
            )
    return out.getvalue()


def duplicates_sh(steps: Sequence[Step]) -> bytes:
    """Return a shell script that prints which copies it would remove, and with --apply does."""
    head = _SCRIPT.format(count=len(steps), size=sum(step.size for step in steps))
    lines = [f"copy {quote(step.kept)} {quote(step.path)}\n" for step in steps]
    return os.fsencode(head + "".join(lines))


def _kin(member: Member, going: set[str], draw: Callable[[str], bytes | None]) -> FileCard:
    item = member.item
    folder, name = os.path.split(readable(item.path))
    picture = draw(item.path)
    return FileCard(
        name,
        folder,
        item.stat.size,
        data_uri(picture) if picture else "",
        item.path in going,
        member.comparison,
    )


def _picture(path: str) -> bytes | None:
    try:
        return pictured(path, SIDE)
    except IsccError:
        return None
