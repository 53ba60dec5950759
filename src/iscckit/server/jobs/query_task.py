"""The task of a worker that reads a file as a query; its answer is plain values."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from iscckit.codec.unit import Unit
from iscckit.library.search.query import Query, Series, Variant, build_query
from iscckit.media.picture_grid import Grid
from iscckit.records.options import Semantics
from iscckit.records.record import Record
from iscckit.units.quality import Flag

__all__ = ["Carried", "carry", "read_query", "restore"]


class Carried(NamedTuple):
    """A query of a file, with its series in bytes: arrays do not cross the border of a process.

    Attributes:
        units: Units of the file.
        flags: Quality flags of the units.
        datahash: Datahash of the file.
        variants: Codes of a picture in its orientations and without its borders.
        grid: Picture in grey; None for other content.
        record: Record of the file.
        kind: Kind of the series; empty if there is none.
        codes: 64-bit codes of the series.
        places: Place of each code.
    """

    units: tuple[Unit, ...]
    flags: tuple[Flag, ...]
    datahash: bytes
    variants: tuple[Variant, ...]
    grid: Grid | None
    record: Record | None
    kind: Literal["", "text", "sound", "frame"]
    codes: bytes
    places: bytes


def read_query(task: tuple[str, str, Semantics | None]) -> Carried:
    """Return the query of a file: its path, the name that its sender gave it, and the models."""
    path, name, semantic = task
    return carry(build_query(path, "file", semantic, filename=name))


def carry(query: Query) -> Carried:
    """Return a query as values that cross the border of a process."""
    series = query.series
    return Carried(
        query.units,
        query.flags,
        query.datahash,
        query.variants,
        query.grid,
        query.record,
        "" if series is None else series.kind,
        b"" if series is None else series.codes.tobytes(),
        b"" if series is None else series.places.tobytes(),
    )


def restore(carried: Carried, given: str) -> Query:
    """Return the query again, under the name that its sender gave it."""
    series = None
    if carried.kind:
        codes = np.frombuffer(carried.codes, np.uint64)
        series = Series(carried.kind, codes, np.frombuffer(carried.places, np.int64))
    return Query(
        given,
        "file",
        carried.units,
        carried.flags,
        carried.datahash,
        carried.variants,
        carried.grid,
        series,
        carried.record,
    )
