"""The keys of partitions and their names on disk, which are a part of the library format."""

from typing import get_args

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.item import FingerprintKind
from iscckit.library.partitions.key import (
    FingerprintKey,
    PartitionKey,
    UnitKey,
    file_stem,
    parse_file_stem,
)

# Libraries of users have files of these names.
NAMES: dict[PartitionKey, str] = {
    UnitKey(MainType.META, 0, 0): "unit-0-0-0",
    UnitKey(MainType.SEMANTIC, SubType.TEXT, 0): "unit-1-0-0",
    UnitKey(MainType.SEMANTIC, SubType.IMAGE, 13): "unit-1-1-13",
    UnitKey(MainType.CONTENT, SubType.TEXT, 0): "unit-2-0-0",
    UnitKey(MainType.CONTENT, SubType.IMAGE, 0): "unit-2-1-0",
    UnitKey(MainType.CONTENT, SubType.AUDIO, 0): "unit-2-2-0",
    UnitKey(MainType.CONTENT, SubType.VIDEO, 0): "unit-2-3-0",
    UnitKey(MainType.CONTENT, SubType.MIXED, 0): "unit-2-4-0",
    UnitKey(MainType.DATA, 0, 0): "unit-3-0-0",
    UnitKey(MainType.INSTANCE, 0, 0): "unit-4-0-0",
    FingerprintKey("picture"): "picture",
    FingerprintKey("spot"): "spot",
    FingerprintKey("text"): "text",
    FingerprintKey("sound"): "sound",
    FingerprintKey("frame"): "frame",
}


@pytest.mark.parametrize(("key", "name"), NAMES.items(), ids=NAMES.values())
def test_each_partition_has_its_name_and_the_name_gives_the_key(
    key: PartitionKey, name: str
) -> None:
    assert file_stem(key) == name
    assert parse_file_stem(name) == key


def test_all_kinds_of_fingerprints_have_a_name() -> None:
    for kind in get_args(FingerprintKind):
        assert parse_file_stem(kind) == FingerprintKey(kind)


def test_a_unit_lies_in_the_partition_of_its_kind_whatever_its_length() -> None:
    key = UnitKey(MainType.SEMANTIC, SubType.IMAGE, 13)
    for size in (8, 32):
        assert UnitKey.of(Unit(MainType.SEMANTIC, SubType.IMAGE, bytes(size), 13)) == key


@pytest.mark.parametrize(
    "name", ["", "unit", "unit-3-0", "unit-3-0-0-0", "unit-9-0-0", "spots", "code-3-0-0"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no partition is called"):
        parse_file_stem(name)
