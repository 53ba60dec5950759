"""From metadata, given or found in the file, to the Meta-Code and the record's fields."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from iscckit.codec.code import composite
from iscckit.codec.unit import MainType
from iscckit.media.content_values import Source
from iscckit.media.formats.table import mode_of
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.precedence import FileMetadata, as_reference
from iscckit.media.metadata.read import find_metadata, find_or_report_damage
from iscckit.records.partial_results import MetadataFacts
from iscckit.units import meta as units

if TYPE_CHECKING:
    from iscckit.media.content_values import Profile
    from iscckit.records.options import Options
    from iscckit.records.partial_results import FileFacts
    from iscckit.records.record import Record
    from iscckit.records.run_context import RunContext

__all__ = ["code_metadata", "find_embedded", "replace_metadata"]


def find_embedded(stream: BinaryIO, file: FileFacts, context: RunContext) -> FileMetadata:
    """Return the metadata that a file carries; damaged metadata are reported, not raised.

    Args:
        stream: The file; it is read from its beginning.
        file: Its type and size.
        context: The options; and how readers are called.
    """
    if not context.options.extract_meta or file.filesize == 0:
        return FileMetadata()
    source = Source(stream, file.label, file.mediatype)
    find = partial(context.run, find_metadata)
    return find_or_report_damage(source, limits=context.options.limits, find=find)


def code_metadata(
    found: FileMetadata, file: FileFacts, options: Options, *, has_content_code: bool
) -> MetadataFacts:
    """Make the Meta-Code, or give the reason why there is none.

    Args:
        found: What the file carries. Damaged metadata there cost nothing else.
        file: Its name stands in for a name that neither the caller nor the file gives.
        options: Their ``name``, ``description`` and ``meta`` take precedence over those in the
            file.
        has_content_code: Whether the file has a Content-Code; without one it has no Meta-Code.

    Raises:
        InvalidInput: No Meta-Code can be made of the name, description or meta in ``options``.
    """
    embedded = _apply_profile(found, file.mediatype, options.profile)
    is_named = bool(options.name or options.description or options.meta or embedded.name)
    if not has_content_code and not is_named:
        return MetadataFacts(embedded, damage=found.damage, signals=found.signals)
    embedded_meta, problem = _parse_meta(embedded.meta)
    damage = (*found.damage, problem) if problem else found.damage
    title = units.normalize_name(options.name or embedded.name or "")
    title = title or units.normalize_name(_derive_title(file.filename))
    if not title:
        return MetadataFacts(
            embedded,
            damage=damage,
            missing={"meta": "no name, and none from a file"},
            signals=found.signals,
        )
    metadata = units.prepare(
        title, options.description or embedded.description, options.meta or embedded_meta
    )
    return MetadataFacts(
        unit=metadata.code(options.bits) if has_content_code else None,
        name=metadata.name,
        description=metadata.description or None,
        meta=metadata.dataurl,
        metahash=metadata.metahash,
        embedded=embedded,
        damage=damage,
        missing={} if has_content_code else {"meta": "a Meta-Code goes only with a Content-Code"},
        signals=found.signals,
    )


def _apply_profile(found: FileMetadata, mediatype: str, profile: Profile) -> Metadata:
    """Return the fields by the rules of a profile: the SDK reads those of texts with iscc-tika."""
    metadata = as_reference(found) if profile == "sdk-0.9.7" else found.metadata
    if mode_of(mediatype) != "text":
        return metadata
    from iscckit.media.readers.text import apply_profile  # not needed for pictures

    given = metadata.as_dict().items()
    return Metadata(**{field: apply_profile(value, profile) for field, value in given})


def _parse_meta(meta: str | None) -> tuple[str | dict[str, object] | None, str]:
    """Return ``meta`` of a file in a form for the Meta-Code, or None and the reason."""
    if not meta:
        return None, ""
    try:
        given = meta if meta.startswith("data:") else json.loads(meta)
        units.meta_dataurl(given)
    except (ValueError, RecursionError) as error:  # InvalidInput is a ValueError
        return None, f"meta in the file: {error}"
    return given, ""


def _derive_title(filename: str | None) -> str:
    """Return the title that a file name stands in for."""
    stem = os.path.splitext(filename or "")[0]
    # Bytes that are not UTF-8 are dropped, as text cleaning drops them.
    text = stem.encode("utf-8", "surrogateescape").decode("utf-8", "ignore")
    return text.replace("-", " ").replace("_", " ")


def replace_metadata(
    record: Record,
    *,
    name: str | None = None,
    description: str | None = None,
    meta: str | Mapping[str, object] | None = None,
) -> Record:
    """Return ``record`` as ``create`` would make it with another name, description or meta.

    Arguments that are None change nothing. A record without Meta-Code is returned as it is.

    Raises:
        InvalidInput: No Meta-Code can be made of the arguments.
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
