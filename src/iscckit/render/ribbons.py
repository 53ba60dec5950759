"""Two contents over each other: a bar for each, and bands between the parts that agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.comparison.alignment import Alignment, Segment
    from iscckit.units.simprint import Simprint

__all__ = ["COLOURS", "clock", "colour_of", "measure_shared", "ribbons_svg", "sizes_svg"]

COLOURS: Final = 12  # classes of colour for chunks: c0 to c11
_WIDTH: Final = 1000
_BAR: Final = 18
_BETWEEN: Final = 90
_WEAK: Final = 90.0  # percent below which a band is drawn hatched by its outline
_MOST: Final = 2000  # bands that are drawn
_STRIP: Final = 40


def colour_of(chunk: Simprint) -> int:
    """Return the colour class of a chunk: the same digest always has the same."""
    return int.from_bytes(chunk.body[:4]) % COLOURS


def ribbons_svg(alignment: Alignment) -> Markup:
    """Draw an alignment; where places are drawn does not depend on how many segments there are."""
    a, b = alignment.covered
    label = (
        f"{len(alignment.segments)} segments agree: {a:.2f} % of A and {b:.2f} % of B are covered"
    )
    bands = Markup().join(
        _band(number, segment, alignment)
        for number, segment in enumerate(alignment.segments[:_MOST])
    )
    bottom = _BAR + _BETWEEN
    return Markup(
        '<svg class="ribbons" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        'preserveAspectRatio="none"><rect class="whole" width="{width}" height="{bar}"/>'
        '<rect class="whole" y="{bottom}" width="{width}" height="{bar}"/>{bands}</svg>'
    ).format(label=label, width=_WIDTH, height=bottom + _BAR, bar=_BAR, bottom=bottom, bands=bands)


def _band(number: int, segment: Segment, alignment: Alignment) -> Markup:
    left, right = _span(segment.a, alignment.size_a)
    low, high = _span(segment.b, alignment.size_b)
    bottom = _BAR + _BETWEEN
    strength = "strong" if segment.percent >= _WEAK else "weak"
    in_a, in_b = (_words(each, alignment.scale) for each in (segment.a, segment.b))
    agreed = f"{segment.percent:.2f} % of the bits are equal"
    where = f"{number + 1}: {in_a} in A, {in_b} in B, {agreed}"
    upper = f"M{left:.1f} 0H{right:.1f}V{_BAR}L{high:.1f} {bottom}"
    path = f"{upper}V{bottom + _BAR}H{low:.1f}V{bottom}L{left:.1f} {_BAR}Z"
    return Markup(
        '<path class="band {strength}" data-segment="{number}" d="{path}"><title>{where}</title>'
        "</path>"
    ).format(strength=strength, number=number, path=path, where=where)


def _span(place: tuple[float, float], whole: float) -> tuple[float, float]:
    start, size = place
    scale = _WIDTH / whole if whole else 0.0
    return start * scale, max(start * scale + 1, (start + size) * scale)


def _words(place: tuple[float, float], scale: str) -> str:
    start, size = place
    if scale == "second":
        return f"{clock(start)} to {clock(start + size)}"
    return f"{scale}s {int(start):,} to {int(start + size):,}"


def clock(seconds: float) -> str:
    """Return a time as players show it, to a tenth of a second."""
    minutes, rest = divmod(round(seconds * 10), 600)
    return f"{minutes}:{rest // 10:02}.{rest % 10}"


def measure_shared(chunks: Sequence[Simprint]) -> list[int]:
    """Return how much of each chunk lies in the one before it as well."""
    shared, end = [], 0
    for each in chunks:
        shared.append(min(max(end - each.offset, 0), each.size))
        end = each.offset + each.size
    return shared


def sizes_svg(chunks: Sequence[Simprint]) -> Markup:
    """Draw the chunks one beside the other: as wide as they are long, as tall as well.

    What a chunk shares with the one before is drawn once, and hatched.
    """
    shared = measure_shared(chunks)
    whole = sum(each.size for each in chunks) - sum(shared)
    longest = max((each.size for each in chunks), default=0)
    parts, at = [], 0.0
    for each, both in zip(chunks[:_MOST], shared, strict=False):
        width = _WIDTH * each.size / whole if whole else 0.0
        height = _STRIP * each.size / longest if longest else 0.0
        common = _WIDTH * both / whole if whole else 0.0
        at -= common
        parts.append(
            Markup(
                '<rect class="c{colour}" x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" '
                'height="{height:.2f}"/>'
            ).format(
                colour=colour_of(each), x=at, y=_STRIP - height, width=max(width - 1, 0.5),
                height=height,
            )
        )  # fmt: skip
        if both:
            parts.append(
                Markup(
                    '<line class="shared" x1="{x:.2f}" x2="{end:.2f}" y1="{y:.2f}" y2="{y:.2f}" '
                    'stroke-width="{height:.2f}"/>'
                ).format(x=at, end=at + common, y=_STRIP - height / 2, height=height)
            )
        at += width
    label = escape(f"{len(chunks)} chunks; each is as wide and as tall as it is long")
    return Markup(
        '<svg class="sizes" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        'preserveAspectRatio="none">{parts}</svg>'
    ).format(label=label, width=_WIDTH, height=_STRIP, parts=Markup().join(parts))
