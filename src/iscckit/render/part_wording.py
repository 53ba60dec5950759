"""The part that two contents share, in one sentence: "B is the middle 90 % of A"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.comparison.part import WHOLE
from iscckit.render.ribbons import clock

if TYPE_CHECKING:
    from iscckit.comparison.part import Box, Part, Place

__all__ = ["TURNS", "part_sentence"]

TURNS: Final = (
    "as it is",
    "turned left",
    "upside down",
    "turned right",
    "mirrored",
    "mirrored and turned left",
    "mirrored and upside down",
    "mirrored and turned right",
)
_EVEN: Final = 0.03  # of a side: margins that differ by less count as equal
_PLAYS: Final = {"sound": "plays", "frame": "shows"}


def part_sentence(part: Part) -> str:
    """Return where the part lies in both contents, without a full stop."""
    if part.kind == "picture":
        return _picture(part)
    return _text(part) if part.kind == "text" else _recording(part)


def _text(part: Part) -> str:
    whole_a, whole_b = part.a.share >= WHOLE, part.b.share >= WHOLE
    if whole_a and whole_b:
        return "A and B have the same text from beginning to end"
    if whole_b:
        return f"B is {_characters(part.a)} of A"
    if whole_a:
        return f"A is {_characters(part.b)} of B"
    there = _characters(part.b)
    return f"{there[0].upper()}{there[1:]} of B are {_characters(part.a)} of A"


def _characters(place: Place) -> str:
    page = f" (page {place.page})" if place.page else ""
    return f"characters {place.start or 0:,.0f} to {place.end or 0:,.0f}{page}"


def _recording(part: Part) -> str:
    plays = _PLAYS[part.kind]
    whole_a, whole_b = part.a.share >= WHOLE, part.b.share >= WHOLE
    if whole_a and whole_b:
        return f"B {plays} the same as A from beginning to end"
    if whole_b:
        return f"B {plays} {_times(part.a)} of A"
    if whole_a:
        return f"A {plays} {_times(part.b)} of B"
    return f"B {plays} {_times(part.a)} of A at {_times(part.b)}"


def _times(place: Place) -> str:
    return f"{clock(place.start or 0.0)} to {clock(place.end or 0.0)}"


def _picture(part: Part) -> str:
    a, b = part.a, part.b
    turned = f" {TURNS[part.turn]}" if part.turn else ""
    comma = f",{turned}" if turned else ""
    back = f", {TURNS[part.swap().turn]}" if part.turn else ""
    if a.name or a.page:
        return f"B is {_in_document(a)} of A{comma}"
    if b.name or b.page:
        return f"A is {_in_document(b)} of B{back}"
    if a.box is None and b.box is None:
        return f"B is A{turned}" if turned else "A and B show the same picture"
    if a.box is not None and b.box is None:
        return f"B is {_region(a.box)} of A{comma}"
    if a.box is None and b.box is not None:
        return f"A is {_region(b.box)} of B{back}"
    whole: Box = (0.0, 0.0, 1.0, 1.0)
    there = _region(b.box or whole)
    return f"{there[0].upper()}{there[1:]} of B is {_region(a.box or whole)} of A{comma}"


def _in_document(place: Place) -> str:
    if place.page:
        return f"on page {place.page}"
    return f"the picture {place.name}"


def _region(box: Box) -> str:
    """Return a region in words: the side it lies on, and its share of the sides."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    across = _side(left, 1 - right, ("left", "right"))
    down = _side(top, 1 - bottom, ("upper", "lower"))
    where = " ".join(word for word in (down, across) if word) or "middle"
    if abs(width - height) < _EVEN:
        return f"the {where} {(width + height) / 2:.0%}".replace("%", " %")
    return f"the {where} part, {width:.0%} of the width and {height:.0%} of the height,".replace(
        "%", " %"
    )


def _side(before: float, after: float, names: tuple[str, str]) -> str:
    if abs(before - after) < _EVEN:
        return ""
    return names[0] if before < after else names[1]
