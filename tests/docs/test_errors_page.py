"""docs/errors.md lists the reasons of today."""

from tools import error_reference


def test_the_page_is_made_from_the_table_of_reasons() -> None:
    assert error_reference.PAGE.read_text(encoding="utf-8") == error_reference.page(), (
        "run make docs"
    )
