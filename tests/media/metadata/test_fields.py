"""The fields and the rule that makes text from a document one plain line."""

import pytest

from iscckit.media.metadata.fields import SEED_FIELDS, Metadata, sanitize


def test_given_holds_what_is_set_in_the_order_of_the_fields() -> None:
    metadata = Metadata(rights="(c) Ann", name="Title", license="")
    assert list(metadata.as_dict().items()) == [
        ("name", "Title"),
        ("license", ""),
        ("rights", "(c) Ann"),
    ]


def test_the_seed_fields_are_fields() -> None:
    assert set(SEED_FIELDS) <= {name for name in Metadata.__slots__}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("  a \n\t b ", "a b"),
        ("<b>Bold</b> move", "Bold move"),
        ("x<script>alert('<b>')</script>y", "xy"),
        ("x<STYLE type='a'>p {}</style >y", "xy"),
        ("a <!-- <b> secret --> b", "a b"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_markup_goes_and_text_stays(value: str, plain: str) -> None:
    assert sanitize(value) == plain
