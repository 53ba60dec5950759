"""A page about duplicates that needs nothing but itself: pictures, bits, sizes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.errors import IsccError
from iscckit.glance import pictured
from iscckit.render.clusters import Group, Kin, clusters_html
from iscckit.render.page import data_uri, page
from iscckit.render.record import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.library.acting import Step
    from iscckit.library.clusters import Cluster, Member

__all__ = ["duplicates_html"]

_SIDE: Final = 128  # pixels of a thumbnail


def duplicates_html(clusters: Sequence[Cluster], steps: Sequence[Step]) -> str:
    """Return a whole page about clusters.

    Args:
        clusters: As ``library.clusters`` finds them.
        steps: What could go; such files are framed.
    """
    going = {step.path for step in steps}
    free = sum(step.size for step in steps)
    groups = [
        Group(each.kind, each.reclaimable, [_kin(member, going) for member in each.members])
        for each in clusters
    ]
    body = Markup("<h1>Duplicates</h1><p>{}</p>{}").format(
        f"{len(clusters):,} clusters. {len(steps):,} copies of the same bytes (framed) could go "
        f"and free {free:,} bytes.",
        clusters_html(groups),
    )
    return page("Duplicates", body)


def _kin(member: Member, going: set[str]) -> Kin:
    item = member.item
    folder, name = os.path.split(readable(item.path))
    return Kin(
        name, folder, item.stat.size, _picture(item.path), item.path in going, member.comparison
    )


def _picture(path: str) -> str:
    try:
        return data_uri(pictured(path, _SIDE))
    except IsccError:
        return ""
