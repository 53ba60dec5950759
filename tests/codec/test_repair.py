import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import BASE32, codes, composites

from iscckit.codec import code
from iscckit.codec.repair import suggest
from iscckit.errors import InvalidCode

SLIDE = "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ"


def test_the_misprint_of_the_introduction_slides_is_found() -> None:
    with pytest.raises(InvalidCode) as caught:
        code.decompose(SLIDE[:-1] + "O")
    assert caught.value.position == len(SLIDE) - 1
    assert caught.value.suggestion == SLIDE


@pytest.mark.parametrize(
    "misprint",
    [
        SLIDE[:-1] + "0",
        SLIDE.replace("O", "0"),
        SLIDE.replace("B", "8"),
        SLIDE.replace("O", "0").replace("B", "8"),
        SLIDE.replace("ISCC:", "SCC:"),
        SLIDE.replace("ISCC:", "1SCC:"),
        SLIDE.replace("ISCC:", "ISCC;"),
        SLIDE.replace("ISCC:K", "ISCC:"),
        SLIDE.replace("ED", "E D"),
        f"\N{LEFT DOUBLE QUOTATION MARK}{SLIDE}\N{RIGHT DOUBLE QUOTATION MARK}.",
        SLIDE.replace("KED5", "KED5\N{EN DASH}"),
        SLIDE.replace("KED5", "KED5\N{SOFT HYPHEN}"),
    ],
)
def test_a_known_slip_is_undone(misprint: str) -> None:
    with pytest.raises(InvalidCode) as caught:
        code.decompose(misprint)
    assert caught.value.suggestion == SLIDE


def test_the_repair_keeps_the_spelling() -> None:
    bare = SLIDE.removeprefix("ISCC:")
    assert suggest(bare[:-1] + "0") == bare
    assert suggest(SLIDE.lower()[:-1] + "0") == SLIDE.lower()


@pytest.mark.parametrize(
    "other", [SLIDE.lower(), SLIDE.removeprefix("ISCC:"), SLIDE.replace(":", " ")]
)
def test_validate_suggests_the_canonical_form(other: str) -> None:
    with pytest.raises(InvalidCode) as caught:
        code.validate(other)
    assert caught.value.suggestion == SLIDE


def test_unused_bits_are_cleared_where_nothing_looks_alike() -> None:
    assert suggest("ISCC:AAAAAAAAAB") == "ISCC:AAAAAAAAAA"


def test_a_header_that_looks_like_one_other_is_repaired() -> None:
    assert suggest("0AAQC7YN7PG2XOR4") == "OAAQC7YN7PG2XOR4"
    assert suggest(SLIDE.replace("KED", "KE0")) == SLIDE


@pytest.mark.parametrize(
    "text",
    [
        SLIDE.replace("I", "1"),  # the first is the scheme's; 1 is I or L
        "ISCC:AAAZXZ6OU74YAZ1M",  # 1 is I or L, and both are valid
        SLIDE[:-2],
        SLIDE + "A",
        "AAZXZ6OU74YAZIM",  # the lost first symbol may be that of several MainTypes
        "",
        "hello world",
        "X" * 2000,
    ],
)
def test_nothing_is_suggested_where_more_or_less_than_one_repair_is_plausible(text: str) -> None:
    if text.startswith("1SCC"):
        assert suggest(text) == SLIDE
    else:
        assert suggest(text) is None


@given(composites(), st.integers(0, 7))
def test_a_digit_read_for_a_letter_is_turned_back(composite: str, which: int) -> None:
    letters = [i for i, symbol in enumerate(composite) if i >= 5 and symbol in "OB"]
    if not letters:
        return
    at = letters[which % len(letters)]
    misread = composite[:at] + {"O": "0", "B": "8"}[composite[at]] + composite[at + 1 :]
    assert suggest(misread) == composite


@given(codes(), st.data())
def test_what_is_suggested_is_valid(canonical: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(canonical) - 1))
    damaged = (
        canonical[:at] + data.draw(st.sampled_from([*BASE32, *"0189-: !"])) + canonical[at + 1 :]
    )
    found = suggest(damaged, canonical=True)
    if found is not None:
        code.decompose(found)
