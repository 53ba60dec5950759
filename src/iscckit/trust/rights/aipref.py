"""AIPREF: the header ``Content-Usage`` of the IETF, for example ``train-ai=n, search=y``.

Source: draft-ietf-aipref-vocab-07 and draft-ietf-aipref-attach-05. ``ai-use`` was merged for -08.
The vocabulary still moves: what is written names its revision.
"""

from __future__ import annotations

from typing import Final

from iscckit.trust.rights.reservations import Category, Reservations, make_reservations
from iscckit.trust.rights.structured_fields import parse_dictionary
from iscckit.trust.rights.written import Written, compare_back

__all__ = ["LABELS", "REVISION", "read_aipref", "write_aipref"]

REVISION: Final = "draft-ietf-aipref-vocab-08"
# ``train-ai`` is the training of models that generate: ranking and classification are exempt.
LABELS: Final[dict[str, Category]] = {
    "train-ai": "train-generative",
    "ai-use": "inference",
    "search": "search",
}
_ANSWERS: Final = {"n": "reserved", "y": "open"}
_HEADER: Final = "content-usage:"


def read_aipref(text: str) -> Reservations:
    """Return what a header says.

    Labels that the revision does not know are ignored, retired ones too; values other than ``y``
    and ``n`` are unknown, and of equal labels the last counts. A header that does not parse says
    nothing: ``ignored`` has it.

    Args:
        text: The value of the header, or lines that start with its name: they are one header.
    """
    lines = [_strip_name(line) for line in text.splitlines() if line.strip()]
    value = ", ".join(line for line in lines if line)
    try:
        members = parse_dictionary(value)
    except ValueError:
        return make_reservations({}, ignored=[value])
    said: dict[str, str] = {}
    ignored = []
    for label, token in members.items():
        answer = _ANSWERS.get(token or "")
        if label in LABELS and answer is not None:
            said[LABELS[label]] = answer
        else:
            ignored.append(label if label not in LABELS else f"{label}={token or '?'}")
    return make_reservations(said, ignored=ignored)


def _strip_name(line: str) -> str:
    plain = line.strip()
    return plain[len(_HEADER) :].strip() if plain.lower().startswith(_HEADER) else plain


def write_aipref(reservations: Reservations) -> Written[str]:
    """Return the value of the header, empty if it says nothing, and what it cannot express."""
    signs = {answer: sign for sign, answer in _ANSWERS.items()}
    members = []
    for label, category in LABELS.items():
        answer = reservations.answer(category)
        if answer is not None:
            members.append(f"{label}={signs[answer]}")
    value = ", ".join(members)
    return compare_back(value, reservations, read_aipref(value))
