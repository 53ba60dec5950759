"""The header Content-Usage: strict about its syntax and values, blind to unknown labels."""

from __future__ import annotations

import pytest

from iscckit.trust.rights.aipref import read_aipref, write_aipref
from iscckit.trust.rights.reservations import make_reservations
from iscckit.trust.rights.structured_fields import parse_dictionary


@pytest.mark.parametrize(
    ("text", "said", "ignored"),
    [
        ("train-ai=n", {"train-generative": "reserved"}, ()),
        ("train-ai=y, search=n", {"train-generative": "open", "search": "reserved"}, ()),
        ("ai-use=n", {"inference": "reserved"}, ()),
        ("all=n", {}, ("all",)),  # retired
        ("train-genai=n, search=y", {"search": "open"}, ("train-genai",)),  # retired
        ("train-ai=n, train-ai=y", {"train-generative": "open"}, ()),  # the last counts
        ("train-ai=n;until=2030, future=y", {"train-generative": "reserved"}, ("future",)),
        ('train-ai="n"', {}, ("train-ai=?",)),
        ("train-ai", {}, ("train-ai=?",)),
        ("train-ai=maybe, search=y", {"search": "open"}, ("train-ai=maybe",)),
        ("train-ai=?0", {}, ("train-ai=?",)),
        ("train-ai=N", {}, ("train-ai=N",)),
        ("TRAIN-AI=n", {}, ("TRAIN-AI=n",)),  # keys are in lower case: it does not parse
        ("train-ai=n,", {}, ("train-ai=n,",)),
        ("train-ai=n search=n", {}, ("train-ai=n search=n",)),
        ("search=n, train-ai=", {}, ("search=n, train-ai=",)),
        ("Content-Usage: train-ai=n", {"train-generative": "reserved"}, ()),
        (
            "Content-Usage: train-ai=y\ncontent-usage: train-ai=n",
            {"train-generative": "reserved"},
            (),
        ),
        ("", {}, ()),
    ],
)
def test_reading(text: str, said: dict[str, str], ignored: tuple[str, ...]) -> None:
    found = read_aipref(text)
    assert (found.said(), found.ignored) == (said, ignored)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("a=1, b=2.5, c=?1", {"a": None, "b": None, "c": None}),
        ('a="x,y", b=:aGk=:', {"a": None, "b": None}),
        ("a=(1 2);p=q, b=t", {"a": None, "b": "t"}),
        ('a=@1700000000, b=%"f%c3%bc"', {"a": None, "b": None}),
        (" a=t ,\tb=u ", {"a": "t", "b": "u"}),
        ("a=t/x:y", {"a": "t/x:y"}),
        ("*a", {"*a": None}),
    ],
)
def test_dictionaries_of_rfc_9651(text: str, members: dict[str, str | None]) -> None:
    assert parse_dictionary(text) == members


@pytest.mark.parametrize(
    "text",
    [
        ",",
        "a,,b",
        "1a=b",
        "a=(1",
        "a=1.",
        "a=1.2345",
        "a=1234567890123456",
        'a="x',
        "a=é",
        "a= b",
        "a=(1,2)",
        "a=@1.5",
        "a;=1",
    ],
)
def test_what_does_not_parse_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(ValueError, match=r"position|comma"):
        parse_dictionary(text)
    assert read_aipref(text).said() == {}


def test_writing() -> None:
    found = write_aipref(make_reservations({"train": "reserved", "derive": "reserved"}))
    assert found.value == "train-ai=n"
    assert found.lost == ("train=reserved", "derive=reserved")
