import pytest

from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit


@pytest.mark.parametrize(
    ("maintype", "subtype", "name"),
    [
        (MainType.META, NO_SUBTYPE, "Meta-Code"),
        (MainType.SEMANTIC, SubType.TEXT, "Semantic-Code Text"),
        (MainType.CONTENT, SubType.IMAGE, "Content-Code Image"),
        (MainType.CONTENT, SubType.MIXED, "Content-Code Mixed"),
        (MainType.CONTENT, 9, "Content-Code 9"),
        (MainType.DATA, NO_SUBTYPE, "Data-Code"),
        (MainType.INSTANCE, NO_SUBTYPE, "Instance-Code"),
        (MainType.ID, 1, "ISCC-ID"),
    ],
)
def test_units_have_the_names_of_the_standard(maintype: MainType, subtype: int, name: str) -> None:
    assert unit_name(Unit(maintype, subtype, bytes(8))) == name


def test_a_unit_of_a_model_of_ones_own_says_so_wherever_it_is_named() -> None:
    unit = Unit(MainType.SEMANTIC, SubType.TEXT, bytes(8), 1060)
    assert unit_name(unit) == "Semantic-Code Text (model of your own, version 1060)"
    assert unit_name(unit._replace(version=1)) == "Semantic-Code Text"


def test_every_kind_of_unit_answers_a_question() -> None:
    assert set(QUESTIONS) == set(MainType) - {MainType.ISCC}
