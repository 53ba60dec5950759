"""Statements of TDM·AI 1.0: inheritance, both forms, and what the schema does not allow."""

from __future__ import annotations

import pytest

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.rights.reservations import make_reservations
from iscckit.trust.rights.tdmai import read_tdmai, write_tdmai

ISCC = "ISCC:KACYPXW445FTYNJ3"
HEAD: dict[str, JsonValue] = {"version": "1.0", "iscc": ISCC, "intent": "activate"}


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ({"all": "false"}, {"train": "reserved", "analyze": "reserved"}),
        (
            {"all": "false", "train-ai": "true"},
            {"train": "open", "analyze": "reserved"},
        ),
        (
            {"all": "true", "train-genai": "false"},
            {"train": "open", "train-generative": "reserved", "analyze": "open"},
        ),
        ({"train-ai": "false"}, {"train": "reserved"}),
        ({"train-genai": "false"}, {"train-generative": "reserved"}),
        ({"ai-use": "true", "search": "false"}, {"inference": "open", "search": "reserved"}),
        ({}, {}),
    ],
)
def test_inheritance(uses: dict[str, JsonValue], said: dict[str, str]) -> None:
    assert read_tdmai({**HEAD, **uses}).said() == said
    assert read_tdmai({**HEAD, **uses, "intent": "supercede"}).said() == said


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": "1.1"}, "version"),
        ({"version": 1}, "version"),
        ({"iscc": None}, "iscc"),
        ({"intent": "delete"}, "intent"),
        ({"train-ai": True}, "train-ai"),
        ({"train-ai": "False"}, "train-ai"),
        ({"train": "false"}, "train"),
    ],
)
def test_other_members_and_values_are_refused(change: dict[str, JsonValue], field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        read_tdmai({**HEAD, **change})


def test_the_form_with_the_flag_of_tdmrep() -> None:
    document: dict[str, JsonValue] = {"iscc": ISCC, "tdm-reservation": 1}
    assert read_tdmai(document).train == "reserved"
    with pytest.raises(InvalidInput, match="search"):
        read_tdmai({**document, "search": "false"})


def test_all_is_not_written_where_it_would_open_training() -> None:
    value, lost, _ = write_tdmai(make_reservations({"analyze": "open"}), iscc=ISCC)
    assert (value, lost) == (HEAD, ("analyze=open",))
    both = make_reservations({"analyze": "open", "train": "reserved"})
    assert write_tdmai(both, iscc=ISCC).value == {
        **HEAD,
        "all": "true",
        "train-ai": "false",
        "train-genai": "false",
    }
