"""Keys of the partitions of the index, and their names on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, get_args

from iscckit.codec.unit import MainType
from iscckit.library.catalog.item import FingerprintKind

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit

__all__ = ["FingerprintKey", "PartitionKey", "UnitKey", "file_stem", "parse_file_stem"]

_UNIT: Final = "unit"
_KINDS: Final = frozenset(get_args(FingerprintKind))


@dataclass(frozen=True, slots=True)
class UnitKey:
    """Key of the partition of units of one kind: only such units have a distance.

    Attributes:
        maintype: MainType of the units.
        subtype: SubType of the units.
        version: Version of the units.
    """

    maintype: MainType
    subtype: int
    version: int

    @classmethod
    def of(cls, unit: Unit) -> Self:
        """Return the key of the partition in which a unit lies."""
        return cls(unit.maintype, int(unit.subtype), int(unit.version))


@dataclass(frozen=True, slots=True)
class FingerprintKey:
    """Key of the partition of all fingerprints of one kind.

    Attributes:
        kind: Kind of the fingerprints.
    """

    kind: FingerprintKind


PartitionKey = UnitKey | FingerprintKey


def file_stem(key: PartitionKey) -> str:
    """Return the name of the file of a partition, without its ending; part of the library format.

    The name of a unit is ``unit-``, MainType, SubType and version in decimal: ``unit-2-1-0``. The
    name of a fingerprint is its kind.
    """
    if isinstance(key, FingerprintKey):
        return key.kind
    return f"{_UNIT}-{key.maintype:d}-{key.subtype:d}-{key.version:d}"


def parse_file_stem(stem: str) -> PartitionKey:
    """Return the key of the partition whose file has this name.

    Raises:
        ValueError: No partition has this name.
    """
    if stem in _KINDS:
        return FingerprintKey(stem)  # type: ignore[arg-type]  # one of the kinds
    try:
        prefix, maintype, subtype, version = stem.split("-")
        key = UnitKey(MainType(int(maintype)), int(subtype), int(version))
    except ValueError:
        prefix = ""
    if prefix != _UNIT:
        raise ValueError(f"no partition is called {stem!r}")
    return key
