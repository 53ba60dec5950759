"""Benchmark results as text: a Markdown table for people, JSON for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.harness import PEERS, Row

__all__ = ["Limit", "duration", "markdown"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that must stay below a bound.

    Attributes:
        quantity: What was measured.
        measured: The figure.
        bound: The largest allowed value; None: for comparison only.
        unit: Of both.
    """

    quantity: str
    measured: float
    bound: float | None
    unit: str

    @property
    def met(self) -> bool | None:
        """Whether the figure keeps its bound."""
        return None if self.bound is None else self.measured <= self.bound


def duration(seconds: float) -> str:
    """Print a time with three significant digits."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _verdict(met: bool | None) -> str:
    return {True: "yes", False: "**no**", None: ""}[met]


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:g}x"


def markdown(machine: dict[str, str], rows: Sequence[Row], limits: Sequence[Limit]) -> str:
    """Return the report: the machine, the table of operations, the table of limits."""
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    lines += [
        "",
        f"| operation | {' | '.join(PEERS)} | others | iscckit | rate | ratio to the best"
        " | goal AVX-512 | goal other x86-64 | met here |",
        "|---|" + "---:|" * (len(PEERS) + 7),
    ]
    for row in rows:
        peers = [duration(row.peers[name]) if name in row.peers else "" for name in PEERS]
        others = [f"{name} {duration(t)}" for name, t in row.peers.items() if name not in PEERS]
        lines.append(
            f"| {row.operation} | {' | '.join(peers)} | {', '.join(others)}"
            f" | {duration(row.ours)} | {row.rate}"
            f" | {row.ratio:.1f}x | {_times(row.goal)} | {_times(row.goal_other)}"
            f" | {_verdict(row.met)} |"
        )
    if limits:
        lines += ["", "| quantity | measured | at most | met |", "|---|---:|---:|---:|"]
    for limit in limits:
        bound = "" if limit.bound is None else f"{limit.bound:g} {limit.unit}"
        lines.append(
            f"| {limit.quantity} | {limit.measured:.1f} {limit.unit} | {bound}"
            f" | {_verdict(limit.met)} |"
        )
    notes = [f"- {row.operation}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *(["", "Notes", "", *notes] if notes else []), ""])
