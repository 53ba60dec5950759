"""Comparison of whatever stands for a content: files, records and codes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.codec import legacy
from iscckit.codec.unit import Unit
from iscckit.comparison import verdict
from iscckit.records.record import Record
from iscckit.records.rules import record_rules

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparable, Comparison
    from iscckit.units.quality import Flag

__all__ = ["compare"]

_BITS: Final = 256  # of the units of files: longer units cost the same and are stronger evidence


class _Side(NamedTuple):
    code: Comparable
    flags: tuple[Flag, ...]
    measured: bool
    rules: int | None = None


def compare(
    a: Comparable | Record | os.PathLike[str],
    b: Comparable | Record | os.PathLike[str],
    *,
    quality_a: Collection[Flag] = (),
    quality_b: Collection[Flag] = (),
    parts: bool = True,
) -> Comparison:
    """Compare two files, records or codes and return their relation.

    Args:
        a: A path of a file, the record of one, or a code in any spelling (unit, ISCC-CODE,
            sequence, ISCC-ID, components of 2019), a unit, or a list of them. A text is a path if
            a file has that name, else a code.
        b: As ``a``; the kinds may differ.
        quality_a: Flags of the content of ``a``, if it is a code; files and records have theirs.
        quality_b: Flags of the content of ``b``.
        parts: Whether two files are searched for a part that they share: a crop, a mirrored or
            turned picture, a clip, a passage, a picture in a document. Files are then decoded as
            for a search. Without it, two files are compared by their units alone.

    Returns:
        The comparison of all units with a counterpart of equal MainType, SubType and Version.
        Units of different lengths are compared by their common prefix. ``compare(b, a)`` has the
        same verdict and numbers with the sides exchanged.

    Raises:
        TypeError: A side is something else.
        UnreadableFile: A file cannot be read.
        InvalidCode: A text is neither a file nor a code; the error has place, reason and a
            possible repair.
        InvalidInput: A side has no units, or the sides have too many.
    """
    path_a, path_b = _path(a), _path(b)
    if parts and path_a is not None and path_b is not None:
        from iscckit.library.pairs.find_part import compare_files  # imports NumPy
        from iscckit.library.search.query import build_query

        return compare_files(build_query(path_a, "file"), build_query(path_b, "file"))
    one, other = _side(a, path_a, quality_a), _side(b, path_b, quality_b)
    return verdict.compare(
        one.code,
        other.code,
        quality_a=one.flags,
        quality_b=other.flags,
        rules_a=one.rules,
        rules_b=other.rules,
        measured=one.measured and other.measured,
    )


def _path(given: object) -> str | None:
    """Return the path of a file; None if something else is given."""
    if isinstance(given, os.PathLike):
        path = os.fspath(given)
        if not isinstance(path, str):
            raise TypeError("a path in bytes cannot be compared; give it as a text or a Path")
        return path
    return given if isinstance(given, str) and os.path.isfile(given) else None


def _side(given: object, path: str | None, quality: Collection[Flag]) -> _Side:
    if path is not None:
        from iscckit.records.create import create
        from iscckit.records.options import Options

        given = create(path, Options(bits=_BITS))
    if isinstance(given, Record):
        return _Side(given.units, (*given.flags, *quality), True, record_rules(given))
    if isinstance(given, str | Unit | legacy.Component):
        return _Side(given, tuple(quality), measured=False)
    if isinstance(given, Iterable) and not isinstance(given, bytes | bytearray | memoryview):
        units = tuple(given)
        if all(isinstance(each, str | Unit | legacy.Component) for each in units):
            return _Side(units, tuple(quality), measured=False)
    raise TypeError(
        f"{type(given).__name__} cannot be compared; give a path, a Record, a code, a Unit, or a "
        "list of units"
    )
