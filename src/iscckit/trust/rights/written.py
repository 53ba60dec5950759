"""A statement in a vocabulary, with what it cannot say.

Two rules hold for every writer: it opens nothing that the reservations do not open, and it keeps
each reservation that the vocabulary can hold, even if that reserves more. What is lost or added
is found by reading the statement back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from iscckit.trust.rights.reservations import CATEGORIES, Reservations

__all__ = ["Written", "best", "compare_back"]

Value = TypeVar("Value")


class Written(NamedTuple, Generic[Value]):
    """A statement and its losses.

    Attributes:
        value: The statement in the form of its vocabulary; empty if nothing can be said.
        lost: What the vocabulary cannot express: ``category=answer``, and ``policy``.
        widened: Categories that the statement reserves, though the reservations do not.
    """

    value: Value
    lost: tuple[str, ...]
    widened: tuple[str, ...]


def compare_back(value: Value, wanted: Reservations, read: Reservations) -> Written[Value]:
    """Return ``value`` with what reading it back does not give, and gives beyond.

    Args:
        value: The statement.
        wanted: What was to be said.
        read: What the statement says.

    Raises:
        AssertionError: The statement opens what was not to be opened.
    """
    lost, widened = [], []
    for category in CATEGORIES:
        want, got = wanted.answer(category), read.answer(category)
        if got == "open" and want != "open":
            raise AssertionError(f"a writer opened {category}")
        if got == "reserved" and want != "reserved":
            widened.append(category)
        if want is not None and want != got:
            lost.append(f"{category}={want}")
    # A part that goes with its whole is not told again.
    if wanted.train_generative is None:
        whole = next((text for text in lost if text.startswith("train=")), None)
        lost = [text for text in lost if whole is None or not text.startswith("train-generative")]
    if wanted.policy is not None and read.policy != wanted.policy:
        lost.append("policy")
    return Written(value, tuple(lost), tuple(widened))


def best(
    wanted: Reservations, choices: Iterable[tuple[Value, Reservations]]
) -> tuple[Value, Reservations]:
    """Return the statement that fits best among those that open nothing beyond ``wanted``.

    Fewest reservations are lost, then fewest are added, then fewest permissions are lost; the first
    of equal choices counts.

    Args:
        wanted: What is to be said.
        choices: Statements and what each of them says; one of them says nothing.
    """

    def rank(choice: tuple[Value, Reservations]) -> tuple[int, int, int]:
        pairs = [(wanted.answer(each), choice[1].answer(each)) for each in CATEGORIES]
        return (
            sum(want == "reserved" != got for want, got in pairs),
            sum(got == "reserved" != want for want, got in pairs),
            sum(want == "open" != got for want, got in pairs),
        )

    fitting = [
        choice
        for choice in choices
        if all(
            wanted.answer(each) == "open" for each in CATEGORIES if choice[1].answer(each) == "open"
        )
    ]
    return min(fitting, key=rank)
