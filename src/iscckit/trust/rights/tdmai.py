"""TDM·AI 1.0: statements that name content by its ISCC.

Values are the texts ``true`` (allowed) and ``false`` (reserved). ``train-genai`` inherits from
``train-ai``, and that from ``all``; ``ai-use`` and ``search`` stand alone. A second form carries
the flag of TDMRep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.rights.reservations import Reservations, make_reservations
from iscckit.trust.rights.tdmrep import is_url, read_tdmrep
from iscckit.trust.rights.written import Written, compare_back

__all__ = ["read_tdmai", "write_tdmai"]

_ANSWERS: Final = {"false": "reserved", "true": "open"}
_NEEDED: Final = ("version", "iscc", "intent")
_INTENTS: Final = ("activate", "update", "supersede", "supercede")  # the prose spells it so
_USES: Final = ("all", "train-ai", "train-genai", "ai-use", "search")
_MEMBERS: Final = (*_NEEDED, "reference", *_USES, "summary", "policy")
_FLAG_MEMBERS: Final = ("iscc", "tdm-reservation", "tdm-policy")


def read_tdmai(document: Mapping[str, JsonValue]) -> Reservations:
    """Return what a statement says.

    Raises:
        InvalidInput: A member is missing, unknown, or has a value that the format does not allow.
    """
    if "tdm-reservation" in document:
        _check_members(document, _FLAG_MEMBERS, ("iscc",))
        policy = document.get("tdm-policy")
        flag = document["tdm-reservation"]
        return read_tdmrep(flag, policy if isinstance(policy, str) else None)
    _check_members(document, _MEMBERS, _NEEDED)
    if document["version"] != "1.0" or document["intent"] not in _INTENTS:
        raise _describe_fault("version" if document["version"] != "1.0" else "intent")
    uses: dict[str, str] = {}
    for name in _USES:
        value = document.get(name)
        if value is not None and (not isinstance(value, str) or value not in _ANSWERS):
            raise _describe_fault(name)
        if isinstance(value, str):
            uses[name] = _ANSWERS[value]
    policy = document.get("policy")
    return make_reservations(_inherit(uses), policy=policy if isinstance(policy, str) else None)


def _inherit(uses: Mapping[str, str]) -> dict[str, str]:
    train = uses.get("train-ai", uses.get("all"))
    pairs = (
        ("train", train),
        ("train-generative", uses.get("train-genai", train)),
        ("inference", uses.get("ai-use")),
        ("search", uses.get("search")),
        ("analyze", uses.get("all")),
    )
    return {category: answer for category, answer in pairs if answer is not None}


def _check_members(
    document: Mapping[str, JsonValue], known: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    for name in needed:
        if not isinstance(document.get(name), str):
            raise _describe_fault(name)
    for name in document:
        if name not in known:
            raise _describe_fault(name)


def _describe_fault(field: str) -> InvalidInput:
    return InvalidInput(f"a statement of TDM·AI has a missing, unknown or false member: {field}")


def write_tdmai(
    reservations: Reservations, *, iscc: str, intent: str = "activate"
) -> Written[dict[str, JsonValue]]:
    """Return a statement, and what it cannot express.

    Args:
        reservations: What is to be said.
        iscc: The ISCC of the content.
        intent: ``activate``, ``update`` or ``supersede``.
    """
    signs = {answer: sign for sign, answer in _ANSWERS.items()}
    said = {
        "all": reservations.analyze,
        "train-ai": reservations.train,
        "train-genai": reservations.answer("train-generative"),
        "ai-use": reservations.inference,
        "search": reservations.search,
    }
    if said["all"] == "open" and None in (said["train-ai"], said["train-genai"]):
        said["all"] = None  # it would open training, of which nothing is said
    if said["train-ai"] == "open" and said["train-genai"] is None:
        said["train-ai"] = None
    value: dict[str, JsonValue] = {"version": "1.0", "iscc": iscc, "intent": intent}
    value |= {name: signs[answer] for name, answer in said.items() if answer is not None}
    if is_url(reservations.policy):
        value["policy"] = reservations.policy
    return compare_back(value, reservations, read_tdmai(value))
