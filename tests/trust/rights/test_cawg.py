"""The assertion cawg.training-mining: its entries, older labels and unclear values."""

from __future__ import annotations

import pytest

from iscckit.json_types import JsonValue
from iscckit.trust.rights.cawg import read_cawg, write_cawg
from iscckit.trust.rights.reservations import make_reservations


@pytest.mark.parametrize(
    ("entries", "said", "ignored"),
    [
        ({"cawg.ai_training": {"use": "notAllowed"}}, {"train": "reserved"}, ()),
        (
            {
                "cawg.ai_training": {"use": "allowed"},
                "cawg.ai_generative_training": {"use": "notAllowed"},
            },
            {"train": "open", "train-generative": "reserved"},
            (),
        ),
        (  # both open
            {
                "cawg.ai_training": {"use": "allowed"},
                "cawg.ai_generative_training": {"use": "allowed"},
            },
            {"train": "open"},
            (),
        ),
        (  # training of models that do not generate alone
            {"cawg.ai_training": {"use": "allowed"}},
            {},
            ("cawg.ai_training=allowed",),
        ),
        ({"c2pa.data_mining": {"use": "notAllowed"}}, {"analyze": "reserved"}, ()),
        (  # the older label is stricter
            {"cawg.data_mining": {"use": "allowed"}, "c2pa.data_mining": {"use": "notAllowed"}},
            {"analyze": "reserved"},
            (),
        ),
        ({"cawg.ai_inference": {"use": "constrained"}}, {"inference": "reserved"}, ()),
        ({"cawg.ai_inference": {"use": "NotAllowed"}}, {}, ("cawg.ai_inference=NotAllowed",)),
        ({"cawg.ai_inference": "notAllowed"}, {}, ("cawg.ai_inference=None",)),
        ({"cawg.ai_inference": {"use": ["allowed"]}}, {}, ("cawg.ai_inference=['allowed']",)),
        ({"org.example.derive": {"use": "notAllowed"}}, {}, ("org.example.derive",)),
    ],
)
def test_reading(
    entries: dict[str, JsonValue], said: dict[str, str], ignored: tuple[str, ...]
) -> None:
    found = read_cawg({"entries": entries})
    assert (found.said(), found.ignored) == (said, ignored)


@pytest.mark.parametrize("name", ["constraint_info", "constraints_info"])
def test_conditions_are_the_policy(name: str) -> None:
    entry: dict[str, JsonValue] = {"use": "constrained", name: "https://example.org/tdm"}
    found = read_cawg({"entries": {"cawg.data_mining": entry}})
    assert (found.said(), found.policy) == ({"analyze": "reserved"}, "https://example.org/tdm")


@pytest.mark.parametrize("assertion", [{}, {"entries": []}, {"entries": "x"}])
def test_an_assertion_without_entries_says_nothing(assertion: dict[str, JsonValue]) -> None:
    assert read_cawg(assertion).said() == {}


def test_writing_splits_training_and_names_conditions_as_the_schema_does() -> None:
    wanted = make_reservations({"train": "reserved", "search": "open"}, policy="ask first")
    info = {"use": "constrained", "constraint_info": "ask first"}
    assert write_cawg(wanted) == (
        {"entries": {"cawg.ai_training": info, "cawg.ai_generative_training": info}},
        ("search=open",),
        (),
    )
