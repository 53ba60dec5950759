"""What a file says itself: signals that metadata readers found, by the names of their sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from iscckit.trust.rights.cawg import read_cawg
from iscckit.trust.rights.plus import read_plus
from iscckit.trust.rights.reservations import Reservations, combine, keep_reserved
from iscckit.trust.rights.tdmrep import read_tdmrep

__all__ = ["Signal", "Statement", "read_signals"]

# Assertions of C2PA: whether the manifest is valid. One that is not opens nothing.
_MANIFESTS: Final = {"C2PA": True, "C2PA-invalid": False}

Signal = tuple[str, str]  # source, such as ``XMP plus:DataMining``, and value


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in a file.

    Attributes:
        vocabulary: Its vocabulary.
        source: Where it stands, for example ``XMP plus:DataMining``.
        value: Its value as it stands there.
        reservations: What it says.
    """

    vocabulary: Literal["plus", "tdmrep", "cawg"]
    source: str
    value: str
    reservations: Reservations


def read_signals(signals: Iterable[Signal]) -> tuple[tuple[Statement, ...], Reservations]:
    """Return the statements of a file, and what they say together: the most restrictive.

    Args:
        signals: Sources and values in the order of the file. A policy of TDMRep goes with each
            reservation of the same kind of source, such as ``meta``.
    """
    found = tuple(_read_each(list(signals)))
    return found, combine(each.reservations for each in found)


def _read_each(signals: list[Signal]) -> Iterator[Statement]:
    for source, value in signals:
        kind, _, name = source.partition(" ")
        if name == "plus:DataMining":
            constraints = _find(signals, kind, ("plus:OtherConstraints",))
            yield Statement("plus", source, value, read_plus(value, constraints=constraints))
        elif name in ("tdm:reservation", "tdm-reservation"):
            policy = _find(signals, kind, ("tdm:policy", "tdm-policy"))
            yield Statement("tdmrep", source, value, read_tdmrep(value, policy))
        elif kind in _MANIFESTS:
            said = read_cawg(json.loads(value))
            yield Statement(
                "cawg", source, value, said if _MANIFESTS[kind] else keep_reserved(said)
            )


def _find(signals: list[Signal], kind: str, names: tuple[str, ...]) -> str | None:
    sources = {f"{kind} {name}" for name in names}
    return next((value for source, value in signals if source in sources and value), None)
