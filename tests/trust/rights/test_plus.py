"""The nine terms of plus:DataMining, in all spellings that files have."""

from __future__ import annotations

import pytest

from iscckit.trust.rights.plus import TERMS, VOCABULARY, read_plus

ALL = dict.fromkeys(("train", "search", "analyze"), "reserved")
SAID: dict[str, dict[str, str]] = {
    "DMI-UNSPECIFIED": {},
    "DMI-ALLOWED": dict.fromkeys(ALL, "open"),
    "DMI-PROHIBITED-AIMLTRAINING": {"train": "reserved"},
    "DMI-PROHIBITED-GENAIMLTRAINING": {"train-generative": "reserved"},
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {**ALL, "search": "open"},
    "DMI-PROHIBITED": ALL,
    "DMI-PROHIBITED-SEECONSTRAINT": ALL,
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": ALL,
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": ALL,
}


def test_the_vocabulary_has_nine_terms() -> None:
    assert set(TERMS) == set(SAID)


@pytest.mark.parametrize("term", SAID)
def test_each_term_in_each_spelling(term: str) -> None:
    spellings = (
        VOCABULARY + term,
        VOCABULARY.replace("http:", "https:") + term,
        term,
        term.lower(),
        f" {TERMS[term][1]}\n",
        TERMS[term][1].lower(),
    )
    for value in spellings:
        assert (read_plus(value).said(), read_plus(value).ignored) == (SAID[term], ()), value


@pytest.mark.parametrize(
    "value",
    ["DMI-PROHIBITED-AIMLTRAININGS", "prohibited!", "http://example.org/DMI-PROHIBITED", "1"],
)
def test_other_values_are_ignored_and_named(value: str) -> None:
    found = read_plus(value)
    assert (found.said(), found.ignored) == ({}, (value,))


def test_constraints_are_the_policy() -> None:
    found = read_plus("DMI-PROHIBITED-SEECONSTRAINT", constraints="ask first")
    assert found.policy == "ask first"
    assert read_plus("DMI-PROHIBITED", constraints="ask first").policy is None
