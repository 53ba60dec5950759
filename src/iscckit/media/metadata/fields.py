"""The ISCC metadata fields that a file can carry, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

__all__ = ["SEED_FIELDS", "Metadata", "sanitize"]

# What goes into the Meta-Code: changing one of them changes the identity of the work.
SEED_FIELDS: Final = ("name", "description", "meta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says about itself, or what shall be written into it.

    None means: the file does not say, or: leave as it is. Several values of one field are joined
    by a comma and a space, as the reference SDK joins them.

    Attributes:
        name: Title of the work.
        description: What distinguishes it from works of the same title.
        meta: A Data-URL (or text of a JSON object) with metadata of any schema.
        creator: Who made it.
        license: URI of its licence.
        acquire: URI where a licence can be acquired.
        rights: Copyright notice.
        credit: Line that must accompany a copy.
        keywords: Subjects.
        identifier: Another identifier of it.
        language: BCP 47 tag.
        iscc: An ISCC that the file carries; never an input of a code.
    """

    name: str | None = None
    description: str | None = None
    meta: str | None = None
    creator: str | None = None
    license: str | None = None
    acquire: str | None = None
    rights: str | None = None
    credit: str | None = None
    keywords: str | None = None
    identifier: str | None = None
    language: str | None = None
    iscc: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Return the fields that are set, in the order of their definition."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in pairs if value is not None}


def sanitize(value: str) -> str:
    """Return ``value`` as plain text on one line.

    Scripts and styles go with what they hold, other markup goes and its text stays, entities
    become their characters, white space collapses to single spaces.
    """
    plain = value
    if "<" in plain:
        hidden, markup = _compile_patterns()
        plain = markup.sub("", hidden.sub("", plain))
    if "&" in plain:
        import html  # its table of entities is slow to import

        plain = html.unescape(plain)
    return " ".join(plain.split())


@cache
def _compile_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds scripts and styles, and what finds other markup; slow to compile."""
    return (
        re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL),
        re.compile(r"<!--.*?-->|</?[a-zA-Z!?][^<>]*>", re.DOTALL),
    )
