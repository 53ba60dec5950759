"""PLUS: the property ``plus:DataMining`` of pictures, a term of a controlled vocabulary.

Source: IPTC Photo Metadata Standard 2023.1, PLUS LDF. Each term is one statement about all uses
that it names; none of them speaks of inference or of derivative works.
"""

from __future__ import annotations

from typing import Final

from iscckit.trust.rights.reservations import NOTHING, Reservations, make_reservations
from iscckit.trust.rights.written import Written, best, compare_back

__all__ = ["TERMS", "VOCABULARY", "read_plus", "write_plus"]

VOCABULARY: Final = "http://ns.useplus.org/ldf/vocab/"
_ALL: Final = dict.fromkeys(("train", "search", "analyze"), "reserved")
_SEE: Final = make_reservations(_ALL)  # conditions that a program does not read
# Term: what it says, and how ExifTool words it.
TERMS: Final[dict[str, tuple[Reservations, str]]] = {
    "DMI-UNSPECIFIED": (NOTHING, "Unspecified - no prohibition defined"),
    "DMI-ALLOWED": (make_reservations(dict.fromkeys(_ALL, "open")), "Allowed"),
    "DMI-PROHIBITED-GENAIMLTRAINING": (
        make_reservations({"train-generative": "reserved"}),
        "Prohibited for Generative AI/ML training",
    ),
    "DMI-PROHIBITED-AIMLTRAINING": (
        make_reservations({"train": "reserved"}),
        "Prohibited for AI/ML training",
    ),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": (
        make_reservations({**_ALL, "search": "open"}),
        "Prohibited except for search engine indexing",
    ),
    "DMI-PROHIBITED": (make_reservations(_ALL), "Prohibited"),
    "DMI-PROHIBITED-SEECONSTRAINT": (_SEE, "Prohibited, see plus:OtherConstraints"),
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": (_SEE, "Prohibited, see iptcExt:EmbdEncRightsExpr"),
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": (_SEE, "Prohibited, see iptcExt:LinkedEncRightsExpr"),
}
_NAMES: Final = {name.lower(): term for term in TERMS for name in (term, TERMS[term][1])}
_WRITTEN: Final = tuple((term, TERMS[term][0]) for term in TERMS if "-SEE" not in term)


def read_plus(value: str, *, constraints: str | None = None) -> Reservations:
    """Return what a value of ``plus:DataMining`` says.

    Args:
        value: The URI of a term, its bare key, or the wording of ExifTool.
        constraints: The text of ``plus:OtherConstraints`` beside it.
    """
    plain = " ".join(value.split())
    key = plain
    for scheme in ("http:", "https:"):
        key = key.removeprefix(scheme + VOCABULARY.removeprefix("http:"))
    term = _NAMES.get(key.lower())
    if term is None:
        return make_reservations({}, ignored=[plain] if plain else ())
    policy = constraints if term == "DMI-PROHIBITED-SEECONSTRAINT" else None
    return make_reservations(TERMS[term][0].said(), policy=policy)


def write_plus(reservations: Reservations) -> Written[str]:
    """Return the URI of the term that fits best, empty for none, and what it cannot express."""
    term, read = best(reservations, _WRITTEN)
    value = "" if read == NOTHING else VOCABULARY + term
    return compare_back(value, reservations, read)
