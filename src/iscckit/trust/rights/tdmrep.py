"""TDMRep: one flag for text and data mining, and the URL of a policy.

Source: TDM Reservation Protocol, final report of the W3C community group, 2024-05-10. Values other
than 0 and 1 are as if they were not there. The two forms of the ISCC schema are here too: 0.8.0
has the flag as ``tdm_reservation``, 0.5.0 an answer for each of five kinds of use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iscckit.json_types import JsonValue
from iscckit.trust.rights.reservations import NOTHING, Reservations, combine, make_reservations
from iscckit.trust.rights.written import Written, best, compare_back

__all__ = ["read_iscc", "read_tdmrep", "write_iscc", "write_tdmrep"]

# What the directive (EU) 2019/790, article 4, calls text and data mining; search is not told of.
_MINING: Final = ("train", "inference", "derive", "analyze")
_RESERVED: Final = make_reservations(dict.fromkeys(_MINING, "reserved"))
_OPEN: Final = make_reservations(dict.fromkeys(_MINING, "open"))
_CHOICES: Final = ((None, NOTHING), (0, _OPEN), (1, _RESERVED))
_FIVE: Final = ("train", "inference", "derive", "search", "analyze")


def read_tdmrep(reservation: object, policy: str | None = None) -> Reservations:
    """Return what a flag says.

    Args:
        reservation: 0 or 1, as a number or a text; blanks around it do not count. Anything else is
            ignored.
        policy: URL of the policy. Without a reservation it does not matter.
    """
    text = "" if isinstance(reservation, bool) or reservation is None else str(reservation).strip()
    if isinstance(reservation, float) or text not in ("0", "1"):
        label = f"tdm-reservation={reservation}"
        return make_reservations({}, ignored=() if reservation is None else [label])
    if text == "0":
        return _OPEN
    return make_reservations(_RESERVED.said(), policy=(policy or "").strip() or None)


def write_tdmrep(reservations: Reservations) -> Written[dict[str, int | str]]:
    """Return ``tdm-reservation`` and ``tdm-policy``, and what they cannot express."""
    flag, _ = best(reservations, _CHOICES)
    value: dict[str, int | str] = {} if flag is None else {"tdm-reservation": flag}
    policy = reservations.policy if flag == 1 and is_url(reservations.policy) else None
    if policy is not None:
        value["tdm-policy"] = policy
    return compare_back(value, reservations, read_tdmrep(flag, policy))


def is_url(policy: str | None) -> bool:
    """Return whether a policy is an address, not a text."""
    return policy is not None and policy.startswith(("https://", "http://"))


def read_iscc(document: Mapping[str, JsonValue]) -> Reservations:
    """Return what a TDM object of the ISCC schema says, in its form of 0.5.0 or 0.8.0.

    Of both forms together, the most restrictive counts. Values that neither form knows are ignored.
    """
    policy = document.get("tdm_policy")
    flag = read_tdmrep(document.get("tdm_reservation"), policy if isinstance(policy, str) else None)
    said: dict[str, str] = {}
    ignored = []
    for category in (*_FIVE, "train-generative"):
        answer = document.get(category)
        if isinstance(answer, str) and answer in ("reserved", "open"):
            said[category] = answer
        elif answer is not None:
            ignored.append(f"{category}={answer}")
    return combine((flag, make_reservations(said, ignored=ignored)))


def write_iscc(reservations: Reservations) -> Written[dict[str, int | str]]:
    """Return the form of schema 0.8.0, and what it cannot express."""
    flag, lost, widened = write_tdmrep(reservations)
    return Written({key.replace("-", "_"): each for key, each in flag.items()}, lost, widened)
