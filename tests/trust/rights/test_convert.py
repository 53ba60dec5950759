"""What each vocabulary can say survives it; what it cannot is reported, and nothing is opened."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.rights.aipref import read_aipref
from iscckit.trust.rights.convert import (
    VOCABULARIES,
    Vocabulary,
    read_statement,
    write_statement,
)
from iscckit.trust.rights.reservations import CATEGORIES, Reservations, make_reservations

ISCC = "ISCC:KACYPXW445FTYNJ3"
ANSWERS = st.sampled_from(["reserved", "open"])
MODELS = st.builds(
    make_reservations,
    st.dictionaries(st.sampled_from(CATEGORIES), ANSWERS),
    policy=st.none() | st.just("https://example.org/tdm") | st.just("ask first"),
)


def text_of(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@given(wanted=MODELS)
def test_what_is_not_reported_as_lost_survives(
    vocabulary: Vocabulary, wanted: Reservations
) -> None:
    value, lost, widened = write_statement(wanted, vocabulary, iscc=ISCC)
    read = read_statement(text_of(value), vocabulary)
    names = {each.partition("=")[0] for each in lost}
    for category in CATEGORIES:
        want, got = wanted.answer(category), read.answer(category)
        covered = category == "train-generative" and wanted.train_generative is None
        is_lost = category in names or (covered and "train" in names)
        if got == "open":
            assert want == "open", "nothing is opened"
        if not is_lost and category not in widened:
            assert got == want
        assert (got == "reserved" and want != "reserved") is (category in widened)
    assert ("policy" in lost) is (wanted.policy is not None and read.policy != wanted.policy)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@given(wanted=MODELS)
def test_a_statement_that_was_read_is_written_without_loss(
    vocabulary: Vocabulary, wanted: Reservations
) -> None:
    value = write_statement(wanted, vocabulary, iscc=ISCC).value
    read = read_statement(text_of(value), vocabulary)
    again = write_statement(read, vocabulary, iscc=ISCC)
    assert (again.lost, again.widened) == ((), ())
    assert read_statement(text_of(again.value), vocabulary) == read


@pytest.mark.parametrize(
    ("said", "vocabulary", "value", "lost", "widened"),
    [
        (
            {"train": "reserved", "derive": "reserved"},
            "aipref",
            "train-ai=n",
            ("train=reserved", "derive=reserved"),
            (),
        ),
        (
            {"train": "reserved", "derive": "reserved"},
            "plus",
            "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING",
            ("derive=reserved",),
            (),
        ),
        (
            {"train": "reserved"},
            "tdmrep",
            {"tdm-reservation": 1},
            (),
            ("inference", "derive", "analyze"),
        ),
        ({"search": "open"}, "tdmrep", {}, ("search=open",), ()),
        ({"train": "open"}, "tdmrep", {}, ("train=open",), ()),
        (
            {"analyze": "open"},
            "cawg",
            {"entries": {"cawg.data_mining": {"use": "allowed"}}},
            (),
            (),
        ),
        (
            {"analyze": "open"},
            "tdmai",
            {"version": "1.0", "iscc": ISCC, "intent": "activate"},
            ("analyze=open",),
            (),
        ),
        (
            {"train": "reserved", "search": "open", "analyze": "reserved"},
            "plus",
            "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
            (),
            (),
        ),
        ({}, "plus", "", (), ()),
        (
            {"train": "reserved"},
            "iscc",
            {"tdm_reservation": 1},
            (),
            ("inference", "derive", "analyze"),
        ),
    ],
)
def test_losses_are_those_of_the_table(
    said: dict[str, str],
    vocabulary: Vocabulary,
    value: JsonValue,
    lost: tuple[str, ...],
    widened: tuple[str, ...],
) -> None:
    assert write_statement(make_reservations(said), vocabulary, iscc=ISCC) == (
        value,
        lost,
        widened,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train-ai=n, search=y", {"train-generative": "reserved", "search": "open"}),
        ("DMI-PROHIBITED-AIMLTRAINING", {"train": "reserved"}),
        (
            '{"tdm-reservation": 0}',
            dict.fromkeys(("train", "inference", "derive", "analyze"), "open"),
        ),
        ('{"train": "reserved", "search": "open"}', {"train": "reserved", "search": "open"}),
        (
            '{"cawg.training-mining": {"entries": {"cawg.ai_inference": {"use": "notAllowed"}}}}',
            {"inference": "reserved"},
        ),
        (
            f'{{"version": "1.0", "iscc": "{ISCC}", "intent": "update", "all": "false"}}',
            {"train": "reserved", "analyze": "reserved"},
        ),
    ],
)
def test_the_vocabulary_of_a_statement_is_recognised(text: str, said: dict[str, str]) -> None:
    assert read_statement(text).said() == said


@pytest.mark.parametrize(
    "text", ["{", '{"entries": {}, "entries": {}}', "{" + '"a":{' * 100_000, '{"a": 1} x']
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_statement(text)


def test_a_text_of_no_vocabulary_says_nothing() -> None:
    assert read_statement("all rights reserved") == read_aipref("all rights reserved")
    assert read_statement("all rights reserved").answers() == {}
    with pytest.raises(InvalidInput, match="JSON object"):
        read_statement("train-ai=n", "cawg")


def test_tdmai_needs_a_code() -> None:
    with pytest.raises(InvalidInput, match="ISCC"):
        write_statement(make_reservations({"train": "open"}), "tdmai")
