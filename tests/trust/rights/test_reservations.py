"""The model of reservations: parts of wholes, and the most restrictive of several statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.trust.rights.reservations import (
    CATEGORIES,
    NOTHING,
    Reservations,
    combine,
    make_reservations,
    parse_reservations,
)

MODELS = st.builds(
    make_reservations,
    st.dictionaries(st.sampled_from(CATEGORIES), st.sampled_from(["reserved", "open"])),
)


def test_training_covers_generative_training_unless_it_is_said() -> None:
    assert make_reservations({"train": "reserved"}).answer("train-generative") == "reserved"
    apart = make_reservations({"train": "open", "train-generative": "reserved"})
    assert apart.answers() == {"train": "open", "train-generative": "reserved"}
    assert make_reservations({"train-generative": "reserved"}).answer("train") is None
    assert make_reservations({"train": "open", "train-generative": "open"}).said() == {
        "train": "open"
    }


@given(st.lists(MODELS, max_size=4))
def test_the_most_restrictive_statement_counts(models: list[Reservations]) -> None:
    together = combine(models)
    for category in CATEGORIES:
        each = {model.answer(category) for model in models} - {None}
        expected = "reserved" if "reserved" in each else "open" if each else None
        if category == "train-generative" and expected is None:
            expected = together.answer("train")  # whole and part are not told apart
        assert together.answer(category) == expected
    assert combine(reversed(models)).answers() == together.answers()
    assert combine([together, NOTHING]) == together


def test_a_later_permission_does_not_open_what_is_reserved_as_a_part() -> None:
    whole, part = (
        parse_reservations(["train=reserved"]),
        parse_reservations(["train-generative=open"]),
    )
    assert combine([whole, part]).said() == {"train": "reserved"}


def test_the_policy_is_that_of_a_reservation() -> None:
    free = make_reservations({"search": "open"}, policy="https://example.org/free")
    kept = make_reservations({"train": "reserved"}, policy="https://example.org/tdm")
    assert combine([free, kept]).policy == "https://example.org/tdm"
    assert combine([free]).policy == "https://example.org/free"


@pytest.mark.parametrize(
    "texts",
    [["train"], ["train=yes"], ["training=reserved"], ["train=reserved", "train=open"], ["=open"]],
)
def test_what_is_no_reservation_is_refused(texts: list[str]) -> None:
    with pytest.raises(InvalidInput):
        parse_reservations(texts)
