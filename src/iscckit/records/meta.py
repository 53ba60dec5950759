"""From metadata, given or found in the file, to the Meta-Code and the record's fields."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from iscckit.codec.code import composite
from iscckit.codec.unit import MainType
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.found import Found
from iscckit.records.record import Record
from iscckit.units import meta as units

__all__ = ["redescribed", "with_metadata"]

# Fields that take no part in a code and go into the record as they are.
_PLAIN: Final = (
    "creator",
    "license",
    "acquire",
    "credit",
    "rights",
    "identifier",
    "keywords",
    "language",
)


def with_metadata(
    record: Record,
    found: Found,
    *,
    name: str | None = None,
    description: str | None = None,
    meta: str | Mapping[str, object] | None = None,
    bits: int = 64,
) -> Record:
    """Return ``record`` with its Meta-Code, or the reason why there is none.

    Args:
        record: With its Content-Code, if there is one.
        found: What the file says about itself. Bad metadata there costs itself only.
        name: Takes the place of the name in the file; by default the file's name stands in where
            it has none. Likewise description and meta.
        description: See ``name``.
        meta: See ``name``.
        bits: Length of the Meta-Code.

    Raises:
        InvalidInput: A given name, description or meta of which no Meta-Code can be made.
    """
    own = _as_profile(found.metadata, record)
    plain = {field: getattr(own, field) for field in _PLAIN}
    record = replace(record, **plain, damage=found.damage)
    if record.mode is None and not (name or description or meta or own.name):
        return record
    own_meta, problem = _usable(own.meta)
    if problem:
        record = replace(record, damage=(*record.damage, problem))
    title = units.normalize_name(name or own.name or "")
    title = title or units.normalize_name(_title(record.filename))
    if not title:
        return replace(record, missing={**record.missing, "meta": "no name, and none from a file"})
    metadata = units.prepare(title, description or own.description, meta or own_meta)
    record = replace(
        record,
        name=metadata.name,
        description=metadata.description or None,
        meta=metadata.dataurl,
        metahash=metadata.metahash,
    )
    if record.mode is None:
        why = "a Meta-Code goes only with a Content-Code"
        return replace(record, missing={**record.missing, "meta": why})
    return replace(record, units=(metadata.code(bits), *record.units))


def _as_profile(metadata: Metadata, record: Record) -> Metadata:
    """Return ``metadata`` as the profile has it: the SDK reads that of texts with iscc-tika."""
    if mode_of(record.mediatype) != "text":
        return metadata
    from iscckit.media.readers.text import as_profile  # noqa: PLC0415 (not needed for pictures)

    given = metadata.given().items()
    return Metadata(**{field: as_profile(value, record.profile) for field, value in given})


def _usable(meta: str | None) -> tuple[str | dict[str, object] | None, str]:
    """Return the metadata that a file holds in a form for the Meta-Code, or None and why not."""
    if not meta:
        return None, ""
    try:
        given = meta if meta.startswith("data:") else json.loads(meta)
        units.meta_dataurl(given)
    except (ValueError, RecursionError) as error:  # InvalidInput is a ValueError
        return None, f"meta in the file: {error}"
    return given, ""


def _title(filename: str | None) -> str:
    """Return the title that a file name stands in for."""
    stem = os.path.splitext(filename or "")[0]
    # Bytes that are no UTF-8 are dropped, as cleaning drops them from any text.
    text = stem.encode("utf-8", "surrogateescape").decode("utf-8", "ignore")
    return text.replace("-", " ").replace("_", " ")


def redescribed(
    record: Record,
    *,
    name: str | None = None,
    description: str | None = None,
    meta: str | Mapping[str, object] | None = None,
) -> Record:
    """Return ``record`` as it would be with another title, description or meta.

    What is None stays as it is. A record without Meta-Code stays without one.

    Raises:
        InvalidInput: Something of which no Meta-Code can be made.
    """
    title = name or record.name
    bits = next((unit.bits for unit in record.units if unit.maintype == MainType.META), None)
    if not title or bits is None:
        return record
    chosen = units.prepare(title, description or record.description, meta or record.meta)
    rest = tuple(unit for unit in record.units if unit.maintype != MainType.META)
    whole = (chosen.code(bits), *rest)
    return replace(
        record,
        iscc=composite(whole),
        units=whole,
        name=chosen.name,
        description=chosen.description or None,
        meta=chosen.dataurl,
        metahash=chosen.metahash,
    )
