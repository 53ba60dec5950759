import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput


def test_a_unit_prints_its_canonical_form() -> None:
    unit = Unit(MainType.CONTENT, SubType.IMAGE, bytes.fromhex("8000000000000000"))
    assert str(unit) == "ISCC:EEAYAAAAAAAAAAAA"
    assert unit.type_id == "CONTENT-IMAGE-V0-64"


def test_parse_gives_back_what_was_printed() -> None:
    unit = Unit(MainType.META, 0, bytes(range(32)))
    assert Unit.parse(str(unit)) == unit
    assert Unit.parse(unit.code) == unit


def test_a_shorter_unit_is_a_prefix() -> None:
    unit = Unit.parse("ISCC:AADZXZ6OU4E45RB57GAGKDGHZXV752RFK424V76TRVZ2TKS2K6X5VVA")
    assert unit.shorten(64).code == "AAAZXZ6OU4E45RB5"
    with pytest.raises(InvalidInput, match="cannot shorten"):
        unit.shorten(64).shorten(128)


@pytest.mark.parametrize("length", [0, 3, 5, 36])
def test_a_body_of_no_allowed_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput, match="32 to 256 bits"):
        Unit(MainType.DATA, 0, bytes(length))


def test_a_composite_is_not_a_unit() -> None:
    with pytest.raises(InvalidInput, match="compose"):
        Unit(MainType.ISCC, SubType.SUM, bytes(16))


@pytest.mark.parametrize("text", ["", "ISCC:A", "ISCC:AAAZXZ6OU4E45RB", "AAAZXZ6OU4E45RB!"])
def test_text_that_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(InvalidCode):
        Unit.parse(text)
