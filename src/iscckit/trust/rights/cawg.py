"""CAWG: the assertion ``cawg.training-mining`` in manifests of C2PA.

Source: CAWG training and data mining assertion 1.1. ``constrained`` without further information
counts as ``notAllowed``; with information a use is reserved too, under conditions. The labels of
C2PA, which are older, are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iscckit.json_types import JsonValue
from iscckit.trust.rights.reservations import (
    Category,
    Reservations,
    combine,
    make_reservations,
)
from iscckit.trust.rights.written import Written, compare_back

__all__ = ["ENTRIES", "LABEL", "read_cawg", "write_cawg"]

LABEL: Final = "cawg.training-mining"
ENTRIES: Final[dict[str, Category]] = {
    "ai_training": "train",
    "ai_generative_training": "train-generative",
    "ai_inference": "inference",
    "data_mining": "analyze",
}
_USES: Final = {"allowed": "open", "notAllowed": "reserved", "constrained": "reserved"}
_PREFIXES: Final = ("cawg.", "c2pa.")


def read_cawg(assertion: Mapping[str, JsonValue]) -> Reservations:
    """Return what an assertion says; the most restrictive of an entry under both prefixes.

    ``ai_training`` means models that do not generate. Allowed without a word about those that do,
    it leaves ``train`` undetermined, which would cover both.

    Args:
        assertion: The data of the assertion: an object with ``entries``.
    """
    entries = assertion.get("entries")
    if not isinstance(entries, Mapping):
        return make_reservations({}, ignored=["entries"])
    statements, ignored = [], []
    for key, entry in entries.items():
        name = next((key[len(each) :] for each in _PREFIXES if key.startswith(each)), "")
        use = entry.get("use") if isinstance(entry, Mapping) else None
        answer = _USES.get(use) if isinstance(use, str) else None
        if name not in ENTRIES or answer is None or not isinstance(entry, Mapping):
            ignored.append(key if name not in ENTRIES else f"{key}={use}")
            continue
        policy = _find_info(entry) if use == "constrained" else None
        statements.append(make_reservations({ENTRIES[name]: answer}, policy=policy))
    said = _combine_entries(statements)
    if said.get("train") == "open" and "train-generative" not in said:
        del said["train"]
        ignored.append("cawg.ai_training=allowed")
    return make_reservations(said, policy=combine(statements).policy, ignored=ignored)


def _combine_entries(statements: list[Reservations]) -> dict[str, str]:
    """Return the most restrictive answer of each entry; entries do not cover one another."""
    said: dict[str, str] = {}
    for statement in statements:
        for category, answer in statement.said().items():
            if said.get(category) != "reserved":
                said[category] = answer
    return said


def _find_info(entry: Mapping[str, JsonValue]) -> str | None:
    """Return the conditions: the schema and the prose of the standard name them differently."""
    for name in ("constraint_info", "constraints_info"):
        info = entry.get(name)
        if isinstance(info, str) and info.strip():
            return info.strip()
    return None


def write_cawg(reservations: Reservations) -> Written[dict[str, JsonValue]]:
    """Return the data of an assertion, and what it cannot express.

    A reserved use under a policy is ``constrained`` with it, otherwise ``notAllowed``.
    """
    entries: dict[str, JsonValue] = {}
    for name, category in ENTRIES.items():
        answer = reservations.answer(category)
        if answer == "open":
            entries[f"cawg.{name}"] = {"use": "allowed"}
        elif answer == "reserved" and reservations.policy is not None:
            info: JsonValue = {"use": "constrained", "constraint_info": reservations.policy}
            entries[f"cawg.{name}"] = info
        elif answer == "reserved":
            entries[f"cawg.{name}"] = {"use": "notAllowed"}
    value: dict[str, JsonValue] = {"entries": entries}
    return compare_back(value, reservations, read_cawg(value))
