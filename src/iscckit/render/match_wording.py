"""Matches of a search in words, and as JSON with these words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.library.search.match import EqualBits, Region, Registration, TextSpan, TimeSpan
from iscckit.render.comparison_json import pair_json
from iscckit.render.comparison_wording import comparison_sentence, rules_sentences
from iscckit.render.part_wording import TURNS
from iscckit.render.ribbons import clock

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.search.match import Box, Match, Passage

__all__ = ["match_json", "match_place", "match_sentence"]

_PLAYED: Final = {"sound": "the sound", "frame": "the pictures"}


def match_json(match: Match) -> dict[str, JsonValue]:
    """Return a match in JSON types, with the sentence that says why it is one."""
    fields = match.to_dict()
    rest = {name: fields.pop(name) for name in ("rules", "passage", "units")}
    if match.comparison is not None:
        rest["units"] = [pair_json(pair) for pair in match.comparison.units]
    return {**fields, "sentence": match_sentence(match), **rest}


def match_sentence(match: Match) -> str:
    """Return the reason of a match in one sentence."""
    if match.passage is not None and match.relation == "part":
        page = f" on page {match.page}" if match.page else ""
        said = f"Has {_passage(match.passage, match.picture)}{page}."
        return " ".join([said, *rules_sentences(match.comparison)])
    return comparison_sentence(match.comparison) if match.comparison else ""


def match_place(match: Match) -> str:
    """Return where in the item a passage of text, sound or video lies; empty for other matches."""
    place = None if match.passage is None else match.passage.place
    if isinstance(place, TextSpan):
        page = f"page {match.page}, " if match.page else ""
        return f"{page}characters {place.start:,.0f} to {place.end:,.0f}"
    if isinstance(place, TimeSpan):
        return f"{clock(place.start)} to {clock(place.end)}"
    return ""


def _passage(passage: Passage, picture: str) -> str:
    """Return what an item has in common with the query.

    Args:
        passage: Part of the item.
        picture: Name of the picture of a document in which it lies; empty without one.
    """
    place = passage.place
    if isinstance(place, TextSpan):
        return f"the text from character {place.start:,} to about {place.end:,}"
    if isinstance(place, TimeSpan):
        return f"{_PLAYED[passage.kind]} from {_time(place.start)} to {_time(place.end)}"
    return f"{picture or _region(place)} ({_agreement(passage)})"


def _agreement(passage: Passage) -> str:
    agreement = passage.agreement
    if isinstance(agreement, EqualBits):
        return f"{agreement.equal} of {agreement.bits} bits are equal"
    if isinstance(agreement, Registration):
        return f"correlation {agreement.correlation:.2f}, {agreement.inliers} spots in line"
    return f"{agreement.codes} of {agreement.asked} codes"


def _region(place: Region) -> str:
    """Return which part of a picture agrees, and with what of the query."""
    if place.box is not None:
        where = f"the part {_span(place.box)}"
    else:
        where = f"picture {place.picture}" if place.picture else "the whole picture"
    how = _orientation(place)
    if place.query_box is not None:
        how += f", in {'its part' if how else 'the query'} {_span(place.query_box)}"
    return where + how


def _orientation(place: Region) -> str:
    if place.cut is not None:
        left, top, right, bottom = place.cut
        return (
            f", the query cut to {right - left:.0%} of its width "
            f"and {bottom - top:.0%} of its height"
        )
    return f", the query {TURNS[place.turn]}" if place.turn else ""


def _span(box: Box) -> str:
    left, top, right, bottom = box
    return f"from {left:.0%}, {top:.0%} to {right:.0%}, {bottom:.0%}"


def _time(seconds: float) -> str:
    """Return a time to a tenth of a second.

    It differs from ``ribbons.clock`` where rounding reaches a full minute (0:60.0 instead of
    1:00.0), and stays so because programs read these sentences in JSON.
    """
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"
