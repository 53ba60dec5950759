"""What a rightsholder reserves and what stays open, by the kind of use.

The five kinds are those of the ISCC schema 0.5.0. ``train-generative`` is a part of ``train`` that
four of the five vocabularies tell apart: what is said of ``train`` holds for it unless it is said.
A kind of use of which nothing is said is undetermined, which is neither reserved nor open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from iscckit.errors import InvalidInput

__all__ = [
    "CATEGORIES",
    "NOTHING",
    "Answer",
    "Category",
    "Reservations",
    "combine",
    "keep_reserved",
    "make_reservations",
    "parse_reservations",
]

Category = Literal["train", "train-generative", "inference", "derive", "search", "analyze"]
Answer = Literal["reserved", "open"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
_ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservations:
    """What one statement says, or several together.

    Attributes:
        train: Training of models of any kind; None if undetermined, as for all kinds of use.
        train_generative: Training of generative models, where it is said apart from ``train``.
        inference: Use as the input of a model.
        derive: Making derivative works.
        search: Search indexes and answers that lead to the work.
        analyze: Text and data mining without training.
        policy: URL of conditions under which a reserved use is allowed, or their text.
        ignored: Labels of the statement without a known meaning: unknown or retired ones, and
            labels with an unknown value.
    """

    train: Answer | None = None
    train_generative: Answer | None = None
    inference: Answer | None = None
    derive: Answer | None = None
    search: Answer | None = None
    analyze: Answer | None = None
    policy: str | None = None
    ignored: tuple[str, ...] = ()

    def said(self) -> dict[str, Answer]:
        """Return what is said, by category in the order of ``CATEGORIES``."""
        pairs = ((each, getattr(self, each.replace("-", "_"))) for each in CATEGORIES)
        return {category: answer for category, answer in pairs if answer is not None}

    def answer(self, category: Category) -> Answer | None:
        """Return what holds for one kind of use; None if undetermined."""
        said = self.said()
        return said.get(category, said.get("train") if category == "train-generative" else None)

    def answers(self) -> dict[str, Answer]:
        """Return what holds for each kind of use; undetermined ones are missing."""
        pairs = ((category, self.answer(category)) for category in CATEGORIES)
        return {category: answer for category, answer in pairs if answer is not None}


NOTHING: Final = Reservations()


def make_reservations(
    said: Mapping[str, str], *, policy: str | None = None, ignored: Iterable[str] = ()
) -> Reservations:
    """Return reservations from answers by category, without an answer that adds nothing.

    Args:
        said: ``reserved`` or ``open`` by category.
        policy: As in ``Reservations``.
        ignored: As in ``Reservations``.

    Raises:
        InvalidInput: An unknown category or answer.
    """
    values: dict[str, Answer] = {}
    for category, answer in said.items():
        if category not in CATEGORIES or answer not in _ANSWERS:
            raise InvalidInput(
                f"{category}={answer} is no reservation: a category is one of "
                f"{', '.join(CATEGORIES)}, and reserved or open"
            )
        values[category] = answer
    if values.get("train-generative") == values.get("train"):
        values.pop("train-generative", None)
    return Reservations(
        **{category.replace("-", "_"): answer for category, answer in values.items()},
        policy=policy or None,
        ignored=tuple(ignored),
    )


def keep_reserved(said: Reservations) -> Reservations:
    """Return what a statement reserves, without what it opens."""
    kept = {category: answer for category, answer in said.said().items() if answer == "reserved"}
    return make_reservations(kept, policy=said.policy, ignored=said.ignored)


def parse_reservations(texts: Iterable[str], *, policy: str | None = None) -> Reservations:
    """Return reservations from texts such as ``train=reserved``.

    Raises:
        InvalidInput: A text is not of this form, or two contradict each other.
    """
    said: dict[str, str] = {}
    for text in texts:
        category, _, answer = text.partition("=")
        if said.setdefault(category, answer) != answer:
            raise InvalidInput(f"{category} cannot be both {said[category]} and {answer}")
    return make_reservations(said, policy=policy)


def combine(statements: Iterable[Reservations]) -> Reservations:
    """Return what several statements say together: for each kind of use the most restrictive.

    A statement that says nothing of a kind of use does not change it. The first policy counts; it
    is taken from the statements that reserve something if there are any.
    """
    listed = list(statements)
    said: dict[str, str] = {}
    for statement in listed:
        for category, answer in statement.answers().items():
            if said.get(category) != "reserved":
                said[category] = answer
    strict = [each for each in listed if "reserved" in each.said().values()]
    policies = [each.policy for each in (*strict, *listed) if each.policy]
    ignored = dict.fromkeys(label for each in listed for label in each.ignored)
    return make_reservations(said, policy=next(iter(policies), None), ignored=ignored)
