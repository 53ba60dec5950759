"""Reports about duplicates: a self-contained page, a table, JSON, and a shell script."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from secrets import token_hex
from shlex import quote
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.errors import IsccError
from iscckit.records.probe import make_thumbnail
from iscckit.records.safe_text import readable, spreadsheet_cell
from iscckit.render.clusters import FileCard, FileGroup, clusters_html
from iscckit.render.library_json import cluster_json
from iscckit.render.page import data_uri, page

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.clusters.clusters import Cluster, Member
    from iscckit.library.clusters.plan import Step

__all__ = ["SIDE", "duplicates_csv", "duplicates_html", "duplicates_json", "duplicates_sh"]

SIDE: Final = 128  # pixels of a thumbnail
_CLUSTERS: Final = 500  # that a page shows
_SCRIPT: Final = """\
#!/bin/sh
# {count} copies of files that stay, {size} bytes. Nothing happens unless it is called with --apply:
# it prints what it would do. Each copy is moved into a folder beside it, named $aside, then it is
# compared byte by byte with the file that stays, by its path, and only then it is removed. What an
# interruption leaves in such a folder is put back by the next run.
apply=
[ "${{1-}}" = --apply ] && apply=1
aside={aside}
regular() {{ [ -f "$1" ] && [ ! -L "$1" ]; }}
left() {{ printf 'left, %s: %s\\n' "$1" "$2" >&2; }}
put_back() {{
  if [ -e "$1" ] || [ -L "$1" ] || ! mv -- "$2" "$1"; then left "its bytes are in $aside" "$3"
  else rmdir -- "${{2%/*}}"; fi
}}
copy() {{
  held=${{2%/*}}/$aside name=${{2##*/}}
  [ -z "$apply" ] || ! [ -f "$held/$name" ] || put_back "$2" "$held/$name" "$3"
  [ "$1" -ef "$2" ] && return  # one file under two names
  if ! regular "$1" || ! regular "$2" || ! cmp -s "$1" "$2"; then
    left 'it has changed' "$3"; return
  fi
  if [ -z "$apply" ]; then printf 'rm -- %s\\n' "$3"; return; fi
  mkdir -m 700 -- "$held" || {{ left 'its folder cannot be written' "$3"; return; }}
  mv -- "$2" "$held/$name" || {{ rmdir -- "$held"; left 'it cannot be moved' "$3"; return; }}
  # Were both one file, by two mounts or a share, the other path would be gone now.
  if [ "${{1##*/}}" = "$name" ] && [ "${{1%/*}}" != "${{2%/*}}" ] && [ -e "${{1%/*}}/$aside" ]; then
    put_back "$2" "$held/$name" "$3"; left 'it is the same file' "$3"; return
  fi
  if regular "$1" && ! [ "$1" -ef "$held/$name" ] && cmp -s "$1" "$held/$name"; then
    rm -f -- "$held/$name" && rmdir -- "$held"
  else
    put_back "$2" "$held/$name" "$3"; left 'it has changed or is the same file' "$3"
  fi
}}
"""


def duplicates_html(
    clusters: Sequence[Cluster],
    steps: Sequence[Step],
    picture: Callable[[str], bytes | None] | None = None,
) -> str:
    """Return clusters as a page that needs no other file, with all values as JSON inside.

    The page shows at most 500 clusters; its JSON holds all of them.

    Args:
        clusters: Clusters with comparisons.
        steps: Copies that could be removed; their files are framed.
        picture: Function from a path to a thumbnail as WebP, None without one; by default the
            file is read.
    """
    removable = {step.path for step in steps}
    free = sum(step.size for step in steps)
    draw = picture or _read_thumbnail
    groups = [
        FileGroup(
            cluster.kind,
            cluster.reclaimable,
            [_card(member, removable, draw) for member in cluster.members],
        )
        for cluster in clusters[:_CLUSTERS]
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
    """Return clusters and the copies that could be removed, in JSON types."""
    return {
        "clusters": [cluster_json(cluster) for cluster in clusters],
        "steps": [step.to_dict() for step in steps],
    }


def duplicates_csv(clusters: Sequence[Cluster], steps: Sequence[Step]) -> str:
    """Return a table with one line per file: its cluster, its verdict, and what it is a copy of."""
    kept = {step.path: step.kept for step in steps}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["cluster", "kind", "path", "bytes", "iscc", "verdict", "copy_of"])
    for number, cluster in enumerate(clusters, 1):
        for member in cluster.members:
            item, comparison = member.item, member.comparison
            verdict = "" if comparison is None else comparison.verdict
            copy_of = readable(kept.get(item.path, ""))
            path = readable(item.path)
            row = [number, cluster.kind, path, item.stat.size, item.iscc, verdict, copy_of]
            table.writerow([spreadsheet_cell(each) for each in row])
    return out.getvalue()


def duplicates_sh(steps: Sequence[Step]) -> bytes:
    """Return a shell script that prints which copies it would remove; ``--apply`` removes them."""
    head = _SCRIPT.format(
        count=len(steps),
        size=sum(step.size for step in steps),
        aside=f".iscc-aside-{token_hex(8)}",  # a name that scans pass over
    )
    lines = [
        f"copy {quote(step.kept)} {quote(step.path)} {quote(_printable(step.path))}\n"
        for step in steps
    ]
    return os.fsencode(head + "".join(lines))


def _printable(path: str) -> str:
    """Quote a path for shells and terminals; control characters become escapes of ``$'...'``."""
    if path.isprintable():
        return quote(path)
    escaped = path.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{''.join(_escape(char) for char in escaped)}'"


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(char))


def _card(member: Member, removable: set[str], draw: Callable[[str], bytes | None]) -> FileCard:
    item = member.item
    folder, name = os.path.split(readable(item.path))
    picture = draw(item.path)
    return FileCard(
        name,
        folder,
        item.stat.size,
        data_uri(picture) if picture else "",
        item.path in removable,
        member.comparison,
    )


def _read_thumbnail(path: str) -> bytes | None:
    try:
        return make_thumbnail(path, SIDE)
    except IsccError:
        return None
