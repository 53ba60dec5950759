"""Cards of the files of a cluster, with the actions that the page of the library offers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.records.safe_text import readable
from iscckit.render.clusters import FileCard, FileGroup
from iscckit.render.sizes import size_in_words
from iscckit.server.services.cluster_service import has_thumbnail

if TYPE_CHECKING:
    from iscckit.library.clusters.clusters import Cluster, Member
    from iscckit.server.services.cluster_service import ClusterPage

__all__ = ["cluster_groups", "size_in_words"]

_SHOWN: Final = 24  # members of a cluster at most
_SIDE: Final = 256  # pixels of a thumbnail


def cluster_groups(page: ClusterPage, most: int) -> list[FileGroup]:
    """Return the clusters of a page as groups of file cards.

    Args:
        page: Page of clusters.
        most: Largest number of bits in which members may differ from the first one.
    """
    removable = {step.path for step in page.steps}
    return [
        _group(cluster, width, removable, most)
        for cluster, width in zip(page.clusters, page.diameters, strict=True)
    ]


def _group(cluster: Cluster, width: int, removable: set[str], most: int) -> FileGroup:
    members = [_card(cluster, member, removable) for member in cluster.members[:_SHOWN]]
    notes = []
    left = len(cluster.members) - len(members)
    if left:
        notes.append(f"{left:,} more are not shown.")
    if width > most:
        notes.append(
            f"A chain: two of these differ in {width} of 256 bits from each other; each is near "
            "the first one."
        )
    more = Markup().join(Markup('<p class="note">{}</p>').format(note) for note in notes)
    if width > most:
        more += Markup('<p><a href="/library?most={}">Split at {} bits</a></p>').format(
            most // 2, most // 2
        )
    return FileGroup(cluster.kind, cluster.reclaimable, members, more)


def _card(cluster: Cluster, member: Member, removable: set[str]) -> FileCard:
    item = member.item
    folder, name = os.path.split(readable(item.path))
    picture = (
        f"/api/v1/library/items/{item.id}/thumbnail?size={_SIDE}" if has_thumbnail(item) else ""
    )
    more = Markup()
    if item.path in removable:
        more += Markup(
            '<label><input type="checkbox" form="chosen" name="go" value="{}" checked '
            'data-size="{}"> choose</label>'
        ).format(item.id, item.stat.size)
    if member.comparison is not None:
        first = cluster.members[0].item.id
        more += Markup(
            '<p class="acts"><a href="/library/compare?a={}&amp;b={}">Compare</a> '
            '<button class="plain" form="apart" name="pair" value="{}-{}">Not the same</button></p>'
        ).format(first, item.id, first, item.id)
    return FileCard(
        name, folder, item.stat.size, picture, item.path in removable, member.comparison, more
    )
