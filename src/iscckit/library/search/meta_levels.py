"""Files of a library that share the Meta-Code of a title and a description."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.store import Partitions
from iscckit.units.meta import meta_code

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit

__all__ = ["Level", "meta_levels"]


@dataclass(frozen=True, slots=True)
class Level:
    """A Meta-Code at one level of detail.

    Attributes:
        what: Metadata that the code was made of: ``name``, or ``name and description``.
        unit: Meta-Code of 64 bits, as in an ISCC-CODE.
        paths: Files whose Meta-Code has the same bits.
    """

    what: str
    unit: Unit
    paths: tuple[str, ...]


def meta_levels(name: str, description: str | None, folder: str) -> Iterator[Level]:
    """Yield the Meta-Code of a title, and that of title and description if there is one.

    Args:
        name: Title of a work.
        description: Description that tells works of one title apart; None without one.
        folder: Folder of the library; without a library no file shares the codes.

    Raises:
        InvalidInput: The title has no letters.
        LibraryError: The library is damaged.
    """
    units = [("name", meta_code(name, bits=64))]
    if description:
        units.append(("name and description", meta_code(name, description, bits=64)))
    if not os.path.exists(os.path.join(folder, NAME)):
        yield from (Level(what, unit, ()) for what, unit in units)
        return
    catalog = Catalog(folder)
    try:
        partitions = Partitions(catalog)
        for what, unit in units:
            hits = partitions[UnitKey.of(unit)].within(unit.body, 0)
            items = catalog.items(hit.item for hit in hits)
            paths = tuple(item.path for item in items if item.state == "present")
            yield Level(what, unit, paths)
    finally:
        catalog.close()
