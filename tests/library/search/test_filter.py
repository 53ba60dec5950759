"""A filter accepts what meets all of its conditions."""

from iscckit.library.catalog.item import Item, Stat
from iscckit.library.search.filter import Filter

ITEM = Item(1, "/photos/2024/a.jpg", Stat(9, 1_700_000_000_500_000_000, 1, 1), "present", "image")


def test_each_condition_is_met_or_not() -> None:
    assert Filter().accepts(ITEM)
    assert Filter(mode="image", folder="/photos", since=1.7e9, until=1.8e9).accepts(ITEM)
    assert not Filter(mode="text").accepts(ITEM)
    assert not Filter(folder="/photos/20").accepts(ITEM)  # a folder, not a beginning of a name
    assert Filter(folder="/photos/2024/").accepts(ITEM)
    assert not Filter(since=1_700_000_001).accepts(ITEM)
    assert not Filter(until=1_700_000_000).accepts(ITEM)
