import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import codes

from iscckit.codec import legacy
from iscckit.codec.legacy import Component
from iscckit.errors import InvalidCode, InvalidInput

# Four rows of the ISCC introduction slides of 2024-11-29. The first row's Instance-ID lost one
# character in the slides' text.
ROWS = {
    1: "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q",
    2: "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18",
    3: "CCDyud5ZWakDR-CTfNotD3KMMd1-CD481J7LDBQPH-CR8rZ9QzTzJRL",
    4: "CCDyud5ZWakDR-CTfNotD3KMMd1-CDMXxzVp63Mpt-CRZ5iRuFkENb7",
}


@pytest.mark.parametrize(
    ("text", "header", "body"),
    [
        ("CCDFPFc87MhdT", 0x00, "c0cf0efdb4316518"),
        ("CTWAGYJ9HZGj1", 0x10, "af77ef7ffdffefeb"),
        ("CDhydSjutScgE", 0x20, "f4fb6feb4ff5bebf"),
        ("CR4GZ8SW5a7uc", 0x30, "1380eaf1fb9b81eb"),
        ("CYHa5UMqq1iQS", 0x12, "9d9dd072e4e4e8c2"),
        ("CCCCCCCCCCCCC", 0x00, "0000000000000000"),
        ("CCCCCCCCCCCC2", 0x00, "0000000000000001"),
        ("CCCCCCCCCCCCz", 0x00, "0000000000000039"),
        ("CCCCCCCCCCC2C", 0x00, "000000000000003a"),
        ("CCjpX1DedGfPv", 0x00, "ffffffffffffffff"),
    ],
)
def test_the_worked_components(text: str, header: int, body: str) -> None:
    component = Component(header, bytes.fromhex(body))
    assert legacy.parse_component(text) == component
    assert legacy.encode(component) == text


def test_the_bodies_of_the_slides() -> None:
    bodies = [component.body.hex() for component in legacy.parse(ROWS[2]).components]
    assert bodies == [
        "c52e74eda15f5714",
        "64b1cf30d53722c1",
        "ac806af8edc2a5ff",
        "d414958bbba0ba11",
    ]


def test_a_damaged_component_is_rejected_alone() -> None:
    row = legacy.parse(ROWS[1])
    assert [component.kind for component in row.components] == [
        "Meta-ID",
        "Content-ID Text",
        "Data-ID",
    ]
    (problem,) = row.problems
    assert problem.code == "CRxfuPk2nP3Q"
    assert "13 characters, this has 12" in problem.reason


def test_components_in_a_row_and_with_prefix() -> None:
    joined = ROWS[2].replace("-", "")
    assert len(joined) == 52
    for spelling in (joined, f"ISCC:{joined}", f"ISCC: {ROWS[2]}", f" {ROWS[2]}\n"):
        assert legacy.parse(spelling) == legacy.parse(ROWS[2])


@given(st.sampled_from([0x00, *range(0x10, 0x1A), 0x20, 0x30]), st.binary(min_size=8, max_size=8))
def test_a_component_is_read_as_it_was_written(header: int, body: bytes) -> None:
    text = legacy.encode(Component(header, body))
    assert len(text) == 13
    assert legacy.parse_component(text) == (header, body)
    assert legacy.looks_legacy(text) or text.upper() == text


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "13 characters", None),
        ("CCDFPFc87Mhd", "13 characters", None),
        ("CCDFPFc87Mhd0", "'0' is not a symbol", 12),
        ("CCDFlFc87MhdT", "'l' is not a symbol", 4),
        ("CCjpX1DedGfPw", "more than 64 bits", 2),
        ("CCzzzzzzzzzzz", "more than 64 bits", 2),
        ("C2DFPFc87MhdT", "header", 0),
        ("zzDFPFc87MhdT", "header", 0),
    ],
)
def test_what_is_no_component_is_refused(text: str, message: str, position: int | None) -> None:
    with pytest.raises(InvalidCode, match=message) as caught:
        legacy.parse_component(text)
    assert caught.value.position == position
    with pytest.raises(InvalidCode):
        legacy.parse(text)


@pytest.mark.parametrize("component", [Component(1, bytes(8)), Component(0, bytes(7))])
def test_what_cannot_be_written_is_refused(component: Component) -> None:
    with pytest.raises(InvalidInput, match="2019"):
        legacy.encode(component)


@given(codes())
def test_todays_codes_do_not_look_legacy(canonical: str) -> None:
    assert not legacy.looks_legacy(canonical)
    assert not legacy.looks_legacy(canonical.lower())
    assert not legacy.looks_legacy(canonical.replace("ISCC:", "iscc:"))


@pytest.mark.parametrize("row", ROWS.values())
def test_the_rows_look_legacy(row: str) -> None:
    assert legacy.looks_legacy(row)
    assert legacy.looks_legacy(row.replace("-", ""))


def test_long_texts_are_told_apart_at_once() -> None:
    assert not legacy.looks_legacy("C" * 100_000 + "a0")
    assert legacy.looks_legacy(ROWS[1])
