"""The ISCC metadata fields that a file of any format can carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

__all__ = ["RIGHTS_FIELDS", "SEED_FIELDS", "Metadata", "clean_lines", "sanitize", "sanitize_lines"]

# Input of the Meta-Code: a change of one of these fields changes the identity of the work.
SEED_FIELDS: Final = ("name", "description", "meta")
# What a rightsholder reserves, in words of a vocabulary; few formats have a place for them.
RIGHTS_FIELDS: Final = ("data_mining", "tdm_reservation", "tdm_policy")

_LINE_END: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Metadata that a file contains, or that is to be written into it.

    A field that is None is missing in the file, or is not to be changed. Several values of one
    field are joined by a comma and a space, as in the reference SDK.

    Attributes:
        name: Title of the work.
        description: Description that distinguishes the work from works of the same title.
        meta: Data-URL (or text of a JSON object) with metadata of any schema.
        creator: Creator of the work.
        license: URI of the licence.
        acquire: URI at which a licence can be acquired.
        rights: Copyright notice.
        credit: Credit line that must accompany a copy.
        keywords: Subjects.
        identifier: Another identifier of the work.
        language: BCP 47 tag of the language.
        iscc: ISCC in the file; never an input of a code.
        data_mining: Term of PLUS for data mining (``plus:DataMining``).
        tdm_reservation: Flag of TDMRep: 1 if text and data mining is reserved, 0 if not.
        tdm_policy: URL of the policy of TDMRep.
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
    data_mining: str | None = None
    tdm_reservation: str | None = None
    tdm_policy: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Return the fields that are set, in the order of their definition."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in pairs if value is not None}


def sanitize(value: str) -> str:
    """Return ``value`` as plain text on one line.

    Scripts and styles are removed with their content, other markup without its text. Entities
    become characters, and white space becomes single spaces.
    """
    return " ".join(_strip_markup(value).split())


def sanitize_lines(value: str) -> str:
    """Return ``value`` as ``sanitize`` does, but with its line breaks as line feeds."""
    lines = _LINE_END.sub("\n", _strip_markup(value)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def clean_lines(value: str) -> str:
    """Return ``value`` with line feeds for line breaks, and without control characters.

    These are what a text format may change or cannot hold; nothing else changes but white space
    at both ends.
    """
    return _CONTROLS.sub("", _LINE_END.sub("\n", value)).strip()


def _strip_markup(value: str) -> str:
    plain = value
    if "<" in plain:
        plain = _remove_markup(_remove_hidden(plain))
    if "&" in plain:
        import html  # its table of entities is slow to import

        plain = html.unescape(plain)
    return plain


def _remove_hidden(text: str) -> str:
    """Remove scripts and styles; an end that is missing is searched for once."""
    opening, *closing = _compile_patterns()[:3]
    pieces: list[str] = []
    at = 0
    endless: set[int] = set()
    for found in opening.finditer(text):
        kind = int(len(found[1]) == len("style"))
        if found.start() < at or kind in endless:
            continue
        end = closing[kind].search(text, found.end())
        if end is None:
            endless.add(kind)
            continue
        pieces.append(text[at : found.start()])
        at = end.end()
    return "".join((*pieces, text[at:]))


def _remove_markup(text: str) -> str:
    """Remove comments and tags; behind the last end of a comment there are tags only."""
    *_, markup, tag = _compile_patterns()
    commented, end, rest = text.rpartition("-->")
    return markup.sub("", commented + end) + tag.sub("", rest)


@cache
def _compile_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of hidden elements, their ends, and markup; compiling them is slow."""
    tag = r"</?[a-zA-Z!?][^<>]*>"
    return (
        re.compile(r"<(script|style)\b", re.IGNORECASE),
        re.compile(r"</script\s*>", re.IGNORECASE),
        re.compile(r"</style\s*>", re.IGNORECASE),
        re.compile(rf"<!--.*?-->|{tag}", re.DOTALL),
        re.compile(tag),
    )
