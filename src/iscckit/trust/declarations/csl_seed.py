"""From CSL-JSON to the seed ``STM`` of iscc-schema 0.8.0, and what else it tells of a work.

CSL-JSON is what citation managers export, and what DOIs answer by content negotiation. Titles and
names longer than the schema allows are cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.media.metadata.fields import sanitize
from iscckit.trust.rights.licenses import find_license

__all__ = ["CslWork", "parse_csl", "read_doi"]

_SCHEMA: Final = "http://purl.org/iscc/schema/stm-0.8.0.json"
_DOI: Final = re.compile(r"10\.\d{4,}/.+")
_ISSN: Final = re.compile(r"\d{4}-\d{3}[\dxX]")
_RESOLVER: Final = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_ORCID: Final = re.compile(r"(?:https?://orcid\.org/)?((?:\d{4}-){3}\d{3}[\dX])")
_TITLE_MOST: Final = 128  # characters, as the schema has it; so the next two
_PUBLISHER_MOST: Final = 100
_CONTAINER_MOST: Final = 200
# Types of CSL 1.0.2, and those of Crossref and DataCite in their CSL-JSON: kinds of the schema.
_KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(("article-journal", "journal-article"), "JournalArticle"),
    **dict.fromkeys(("article", "posted-content", "preprint"), "Preprint"),
    **dict.fromkeys(("paper-conference", "proceedings-article"), "ConferencePaper"),
    "review-article": "ReviewArticle",
    **dict.fromkeys(("chapter", "book-chapter", "book-section"), "BookChapter"),
    **dict.fromkeys(("book", "monograph", "edited-book", "reference-book"), "Book"),
    **dict.fromkeys(("thesis", "dissertation"), "Dissertation"),
    **dict.fromkeys(("report", "report-component"), "Report"),
    **dict.fromkeys(
        ("entry", "entry-dictionary", "entry-encyclopedia", "reference-entry"), "ReferenceEntry"
    ),
    "dataset": "Dataset",
    "software": "Software",
    **dict.fromkeys(("graphic", "figure", "image"), "Image"),
    "peer-review": "PeerReview",
}


@dataclass(frozen=True, slots=True)
class CslWork:
    """What CSL-JSON tells of a work.

    Attributes:
        seed: The seed ``STM``: the members that iscc-schema 0.8.0 writes by default.
        license: SPDX identifier or address of the licence; None if it names none, or several.
        creators: ORCIDs of the authors who have one, as ``0000-0002-1825-0097``.
    """

    seed: dict[str, JsonValue]
    license: str | None
    creators: tuple[str, ...]


def parse_csl(text: str | bytes) -> CslWork:
    """Return the work that CSL-JSON describes.

    Args:
        text: One item, or a list of exactly one.

    Raises:
        InvalidInput: The text is not CSL-JSON of one work, or lacks a member that the seed needs.
    """
    try:
        item = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the citation is not JSON: {error}") from error
    if isinstance(item, list) and len(item) == 1:
        item = item[0]
    if not isinstance(item, dict):
        raise InvalidInput("the citation is not a CSL-JSON item, or not one alone")
    return CslWork(_make_seed(item), _find_license(item), _find_creators(item))


def read_doi(text: str) -> str:
    """Return a DOI bare and in lower case.

    Raises:
        InvalidInput: The text is not a DOI.
    """
    bare = _RESOLVER.sub("", text.strip()).lower()
    if not _DOI.fullmatch(bare) or any(char.isspace() for char in bare):
        raise InvalidInput(f"{text!r} is not a DOI")
    return bare


def _make_seed(item: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    kind = item.get("type")
    seed: dict[str, JsonValue] = {
        "$schema": _SCHEMA,
        "doi": read_doi(_require(item, "DOI", 2048)),
        "resource_type": _KINDS.get(kind.lower(), "Other") if isinstance(kind, str) else "Other",
        "title": _require(item, "title", _TITLE_MOST),
        "publisher": _require(item, "publisher", _PUBLISHER_MOST),
        "pubyear": _find_year(item),
    }
    container = _find_text(item, "container-title", _CONTAINER_MOST)
    if container:
        seed["container_title"] = container
    issn = _find_text(item, "ISSN", 9)
    if issn and _ISSN.fullmatch(issn):
        seed["issn"] = issn
    return seed


def _find_text(item: Mapping[str, JsonValue], name: str, most: int) -> str:
    """Return a text without markup; Crossref puts the first of several into a list."""
    value = item.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return sanitize(value)[:most].strip() if isinstance(value, str) else ""


def _require(item: Mapping[str, JsonValue], name: str, most: int) -> str:
    text = _find_text(item, name, most)
    if not text:
        raise InvalidInput(f"the citation has no {name}, which the seed needs")
    return text


def _find_year(item: Mapping[str, JsonValue]) -> int:
    for name in ("issued", "published", "published-online", "published-print"):
        date = item.get(name)
        parts = date.get("date-parts") if isinstance(date, dict) else None
        first = parts[0] if isinstance(parts, list) and parts else None
        year = first[0] if isinstance(first, list) and first else None
        if isinstance(year, str) and year.isascii() and year.isdecimal():
            year = int(year)
        if isinstance(year, int) and not isinstance(year, bool) and 1000 <= year <= 9999:
            return year
    raise InvalidInput("the citation has no year of publication (issued), which the seed needs")


def _find_license(item: Mapping[str, JsonValue]) -> str | None:
    """Return the licence of Crossref's extension; of several that differ, none."""
    listed = item.get("license")
    found = set()
    for each in listed if isinstance(listed, list) else ():
        url = each.get("URL") if isinstance(each, dict) else None
        if isinstance(url, str) and url.strip():
            known = find_license(url)
            found.add(known.spdx or known.url or known.name)
    return found.pop() if len(found) == 1 else None


def _find_creators(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    authors = item.get("author")
    found = []
    for each in authors if isinstance(authors, list) else ():
        orcid = each.get("ORCID") if isinstance(each, dict) else None
        match = _ORCID.fullmatch(orcid.strip()) if isinstance(orcid, str) else None
        if match is not None:
            found.append(match[1])
    return tuple(dict.fromkeys(found))
