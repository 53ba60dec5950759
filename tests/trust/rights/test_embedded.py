"""Signals of a file: each statement for itself, and the most restrictive together."""

from __future__ import annotations

from iscckit.trust.rights.embedded import read_signals

PLUS = "http://ns.useplus.org/ldf/vocab/DMI-"


def test_statements_of_two_vocabularies() -> None:
    statements, together = read_signals(
        [
            ("XMP plus:DataMining", f"{PLUS}ALLOWED"),
            ("XMP tdm:reservation", "1"),
            ("XMP tdm:policy", "https://example.org/tdm"),
        ]
    )
    assert [(each.vocabulary, each.source) for each in statements] == [
        ("plus", "XMP plus:DataMining"),
        ("tdmrep", "XMP tdm:reservation"),
    ]
    assert together.said() == {
        "train": "reserved",
        "inference": "reserved",
        "derive": "reserved",
        "search": "open",
        "analyze": "reserved",
    }
    assert together.policy == "https://example.org/tdm"


def test_the_order_of_equal_sources_does_not_matter() -> None:
    signals = [("meta tdm-reservation", "0"), ("meta tdm-reservation", "1")]
    assert read_signals(signals)[1] == read_signals(signals[::-1])[1]
    assert read_signals(signals)[1].train == "reserved"


def test_constraints_and_unknown_values() -> None:
    statements, together = read_signals(
        [
            ("XMP plus:OtherConstraints", "ask first"),
            ("XMP plus:DataMining", "DMI-PROHIBITED-SEECONSTRAINT"),
            ("XMP plus:DataMining", "sure"),
            ("XMP dc:title", "x"),
        ]
    )
    assert len(statements) == 2
    assert (together.policy, together.ignored) == ("ask first", ("sure",))


def test_no_signal_says_nothing() -> None:
    assert read_signals([]) == ((), read_signals([])[1])
    assert read_signals([("custom tdm:policy", "x")])[1].answers() == {}


def test_a_manifest_that_is_not_valid_opens_nothing() -> None:
    entries = (
        '{"entries": {"cawg.ai_inference": {"use": "allowed"}, '
        '"cawg.data_mining": {"use": "notAllowed"}}}'
    )
    _, valid = read_signals([("C2PA cawg.training-mining", entries)])
    assert valid.said() == {"inference": "open", "analyze": "reserved"}
    (statement,), invalid = read_signals([("C2PA-invalid cawg.training-mining", entries)])
    assert invalid.said() == {"analyze": "reserved"}
    assert statement.vocabulary == "cawg"
