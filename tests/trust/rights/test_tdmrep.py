"""The flag of TDMRep, and both forms of the ISCC schema."""

from __future__ import annotations

import pytest
from iscc_schema.service_tdm import TDM

from iscckit.json_types import JsonValue
from iscckit.trust.rights.reservations import make_reservations
from iscckit.trust.rights.tdmrep import read_iscc, read_tdmrep, write_iscc, write_tdmrep

MINING = ("train", "inference", "derive", "analyze")
POLICY = "https://example.org/policy.json"


@pytest.mark.parametrize("value", [1, "1", " 1\n"])
def test_one_reserves_mining_and_has_a_policy(value: object) -> None:
    found = read_tdmrep(value, POLICY)
    assert (found.said(), found.policy) == (dict.fromkeys(MINING, "reserved"), POLICY)


@pytest.mark.parametrize("value", [0, "0"])
def test_zero_opens_mining_and_says_nothing_of_search(value: object) -> None:
    assert read_tdmrep(value, POLICY) == make_reservations(dict.fromkeys(MINING, "open"))


@pytest.mark.parametrize("value", ["2", "true", "", "01", "1.0", 1.0, True, -1, "１"])
def test_other_values_are_unset(value: object) -> None:
    assert read_tdmrep(value).said() == {}


def test_a_policy_that_is_a_text_is_lost() -> None:
    wanted = make_reservations(dict.fromkeys(MINING, "reserved"), policy="ask first")
    assert write_tdmrep(wanted) == ({"tdm-reservation": 1}, ("policy",), ())


@pytest.mark.parametrize(
    ("document", "said", "ignored"),
    [
        ({"train": "reserved", "search": "open"}, {"train": "reserved", "search": "open"}, ()),
        ({"train": "maybe", "derive": None}, {}, ("train=maybe",)),
        ({"tdm_reservation": 1}, dict.fromkeys(MINING, "reserved"), ()),
        (
            {"tdm_reservation": 0, "train": "reserved"},
            {"train": "reserved", **dict.fromkeys(MINING[1:], "open")},
            (),
        ),
        (
            {"tdm_reservation": 1, "train": "open", "search": "open"},
            {**dict.fromkeys(MINING, "reserved"), "search": "open"},
            (),
        ),
        ({"tdm_reservation": "yes"}, {}, ("tdm-reservation=yes",)),
    ],
)
def test_both_forms_of_the_schema(
    document: dict[str, JsonValue], said: dict[str, str], ignored: tuple[str, ...]
) -> None:
    found = read_iscc(document)
    assert (found.said(), found.ignored) == (said, ignored)


def test_the_form_of_schema_0_8_0_is_a_model_of_iscc_schema() -> None:
    wanted = make_reservations(dict.fromkeys(MINING, "reserved"), policy=POLICY)
    value, lost, widened = write_iscc(wanted)
    model = TDM(**value)
    assert (int(model.tdm_reservation or 0), str(model.tdm_policy)) == (1, POLICY)
    assert (lost, widened) == ((), ())
