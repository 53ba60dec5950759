"""One side of the comparison that a page shows: a code, with its file as long as that is kept."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.codec import legacy
from iscckit.codec.code import decompose
from iscckit.errors import InvalidCode
from iscckit.render.comparison import Party, party_html, party_of
from iscckit.render.comparison_json import side_values
from iscckit.render.dissection import error_html
from iscckit.render.page import data_uri
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.jobs.tasks import has_picture
from iscckit.server.services.compare_files import Given
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import Source, side_of

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparable
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record
    from iscckit.server.services.app_context import Context
    from iscckit.units.quality import Flag

__all__ = ["Place", "further", "place_of", "report_party"]

_SIDE: Final = 320  # pixels of a thumbnail
_GONE: Final = (
    "The file is not kept any more. Its code is compared alone, so warnings about its content are "
    "not known."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One side.

    Attributes:
        code: Text that names all units; empty if nothing is given.
        media: Id of the file, empty if there is none or it is gone.
        comparable: What to compare.
        record: Record of the file.
        label: What people call it.
        note: What else is to be said.
        wrong: Why the code is none.
    """

    code: str = ""
    media: str = ""
    comparable: Comparable = ""
    record: Record | None = None
    label: str = ""
    note: str = ""
    wrong: InvalidCode | None = None

    @property
    def is_ready(self) -> bool:
        """Whether there is something to compare."""
        return bool(self.code) and self.wrong is None

    @property
    def given(self) -> Given:
        """What a comparison takes."""
        return Given(self.comparable, self.flags, self.record, self.media)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The quality flags of the content."""
        return () if self.record is None else self.record.flags

    @property
    def error(self) -> Markup | None:
        """Where the code is wrong, drawn."""
        return None if self.wrong is None else error_html(self.wrong)

    @property
    def repair(self) -> str:
        """The likely repair of a wrong code."""
        return "" if self.wrong is None else self.wrong.suggestion or ""

    @property
    def problem(self) -> Problem | None:
        """The fault of the code, as the JSON of the page reports it; None without a fault."""
        return None if self.wrong is None else problem_of(self.wrong)

    @property
    def picture(self) -> str:
        """Address of the thumbnail, empty if there is none."""
        if self.record is None or not has_picture(self.record.mode, self.record.mediatype):
            return ""
        return f"/api/v1/media/{self.media}/thumbnail?size={_SIDE}"

    def to_dict(self) -> dict[str, JsonValue]:
        """Return it as comparisons have it in JSON."""
        return side_values(self.label if self.record else self.code, self.record)

    def draw(self, side: str) -> Markup | None:
        """Return the file as a card."""
        if self.record is None:
            return None
        party = party_of(self.record, self.label, self.picture)
        return party_html(side, party)


async def place_of(code: str, media: str, context: Context) -> Place:
    """Return one side from what stands in a permalink.

    Args:
        code: Empty, or what the file's code was when the link was made.
        media: Id of an uploaded file, or empty.
        context: Context of the service.
    """
    note = ""
    if media:
        try:
            side = await side_of(Source(media_id=media), context)
        except (Problem, ValueError) as problem:
            if isinstance(problem, Problem) and problem.slug != "media-gone":
                raise
            if not code:
                raise Problem("media-gone", f"there is no file {media[:13]}") from problem
            note = _GONE
        else:
            if not code or code == side.code:
                return Place(side.code, media, side.units, side.record, side.label)
    if not code:
        return Place()
    try:
        comparable: Comparable = code if legacy.looks_legacy(code) else decompose(code)
        if legacy.looks_legacy(code) and not legacy.parse(code).components:
            decompose(code)
    except InvalidCode as error:
        return Place(code, label=code, note=note, wrong=error)
    return Place(code, "", comparable, label=code, note=note)


async def report_party(place: Place, context: Context) -> Party:
    """Return a side for a report, with its picture inside."""
    if place.record is None:
        return Party(place.label)
    picture = ""
    if place.picture:
        with contextlib.suppress(Problem):  # a report without a picture is still one
            picture = data_uri(await context.thumbnail_of(place.media, _SIDE))
    return party_of(place.record, place.label, picture)


def further(a: Place, b: Place) -> list[tuple[str, str]]:
    """Return where else the same two files can be looked at: name and address."""
    modes = {place.record.mode if place.record else None for place in (a, b)}
    if modes == {"text"}:
        return [("Matching passages", address("/chunker", [("m", a.media), ("n", b.media)]))]
    if modes in ({"audio"}, {"video"}):
        return [("Matching times", address("/timeline", [("a", a.media), ("b", b.media)]))]
    return []
