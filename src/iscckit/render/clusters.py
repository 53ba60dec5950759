"""Groups of files as a grid of pictures with what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from iscckit.codec.unit import MainType
from iscckit.render.bits import bit_svg
from iscckit.render.comparison_wording import comparison_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.comparison.verdict import Comparison

__all__ = ["FileCard", "FileGroup", "clusters_html"]

_DRAWN: Final = frozenset({MainType.CONTENT, MainType.DATA})


class FileCard(NamedTuple):
    """One file of a group.

    Attributes:
        name: Name of the file.
        folder: Folder of the file.
        size: Size in bytes.
        picture: URL of a small picture, which may be a ``data:`` URL; empty for none.
        going: Whether the file is a copy that could be removed.
        comparison: Comparison with the first file of the group; None for the first file.
        more: Further parts of the card: links, forms.
    """

    name: str
    folder: str
    size: int
    picture: str = ""
    going: bool = False
    comparison: Comparison | None = None
    more: Markup = Markup()


class FileGroup(NamedTuple):
    """Files that belong together.

    Attributes:
        kind: Relation of the files, in one word.
        reclaimable: Bytes that would be free without copies.
        members: Files, the one in the middle first.
        more: Further parts of the page, above the files.
    """

    kind: str
    reclaimable: int
    members: Sequence[FileCard]
    more: Markup = Markup()


def clusters_html(groups: Sequence[FileGroup], *, brief: bool = False) -> Markup:
    """Return groups of files as a part of a page.

    Args:
        groups: Groups in order.
        brief: Show percentages only, without sentences and bits.
    """
    return Markup().join(_group(group, brief) for group in groups)


def _group(group: FileGroup, brief: bool) -> Markup:
    title = f"{group.kind}: {len(group.members)} files"
    if group.reclaimable:
        title += f", {group.reclaimable:,} bytes reclaimable"
    members = Markup().join(_member(member, brief) for member in group.members)
    return Markup(
        '<section class="cluster"><h2>{}</h2>{}<ul class="members">{}</ul></section>'
    ).format(title, group.more, members)


def _member(member: FileCard, brief: bool) -> Markup:
    picture = (
        Markup('<img alt="" src="{}" loading="lazy">').format(member.picture)
        if member.picture
        else Markup('<div class="none">no picture</div>')
    )
    why = Markup("")
    if member.comparison is not None and brief:
        why = Markup("<br><small>{}</small>").format(_shares(member.comparison))
    elif member.comparison is not None:
        why = Markup("<br><small>{}</small>{}").format(
            comparison_sentence(member.comparison), _bits(member.comparison)
        )
    return Markup(
        '<li class="member card{}">{}<strong>{}</strong><br><small>{}<br>{} bytes{}</small>{}{}'
        "</li>"
    ).format(
        " go" if member.going else "",
        picture,
        member.name,
        member.folder,
        f"{member.size:,}",
        " · could go" if member.going else "",
        why,
        member.more,
    )


def _shares(found: Comparison) -> str:
    """Return how much of each drawn unit is equal, in a few words."""
    if found.verdict == "identical":
        return "the same bytes"
    pairs = [pair for pair in found.units if pair.a.maintype in _DRAWN]
    return ", ".join(f"{pair.name} {pair.percent:.1f} % equal" for pair in pairs)


def _bits(found: Comparison) -> Markup:
    for pair in found.units:
        if pair.a.maintype in _DRAWN and pair.percent is not None:
            label = f"{pair.name}: {pair.equal} of {pair.bits} bits equal"
            size = pair.bits // 8
            return bit_svg(pair.a.body[:size], pair.b.body[:size], label=label, name=pair.name)
    return Markup("")
