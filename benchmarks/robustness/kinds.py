"""The values that go from one part of the benchmark to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Asked", "Outcome", "Variant"]


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed copy.

    Attributes:
        group: What kind of change.
        name: Which one.
        path: Of a file; None where the query is some text.
        text: The query where there is no file.
        part: Whether it is a part only, for which nothing but search is asked.
    """

    group: str
    name: str
    path: Path | None
    text: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the library answered to one query.

    Attributes:
        rank: Of the right item, from 1; 0 where it was not found.
        wrong: Names of items of other works, at whatever rank.
    """

    rank: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One variant of one original.

    Attributes:
        kind: ``pictures``, ``texts``, ``sounds`` or ``films``.
        original: Name of its file.
        work: To which it belongs.
        group: Of changes.
        name: Of the change.
        codes: Of the variant, by method; none of a part.
        asked: The library's answer.
    """

    kind: str
    original: str
    work: str
    group: str
    name: str
    codes: dict[str, bytes] = field(default_factory=dict)
    asked: Asked | None = None
