"""How far a title and a description tell a work apart from those of a library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME
from iscckit.library.index.partitions import Partitions, unit_kind
from iscckit.units.meta import meta_code

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit

__all__ = ["Level", "meta_levels"]


@dataclass(frozen=True, slots=True)
class Level:
    """The Meta-Code at one level of detail.

    Attributes:
        what: What it was made of.
        unit: The code, 64 bits as in an ISCC-CODE.
        paths: Files whose Meta-Code is the same in these bits.
    """

    what: str
    unit: Unit
    paths: tuple[str, ...]


def meta_levels(name: str, description: str | None, folder: str) -> Iterator[Level]:
    """Yield the Meta-Code of a title, and that of title and description if there is one.

    Args:
        name: The title.
        description: What tells works of the same title apart.
        folder: Of a library; where there is none, no file shares anything.

    Raises:
        InvalidInput: A title without letters.
        LibraryError: A damaged library.
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
            found = partitions[unit_kind(unit)].within(unit.body, 0)
            items = catalog.items(each.item for each in found)
            paths = tuple(item.path for item in items if item.state == "present")
            yield Level(what, unit, paths)
    finally:
        catalog.close()
