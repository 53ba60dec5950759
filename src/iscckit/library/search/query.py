"""Queries: a file, a code or a text, as units and fingerprints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.algorithms.text import text_clean
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.library.fingerprints import winnow
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.library.search.match import Box
from iscckit.media.content_values import (
    AudioContent,
    Content,
    ImageContent,
    TextContent,
    VideoContent,
)
from iscckit.media.picture_grid import REGIONS, Grid, crop_regions
from iscckit.records.create import create_with_content
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.records.timeline import frame_codes, sound_codes
from iscckit.units.image import image_code, is_featureless
from iscckit.units.meta import meta_code
from iscckit.units.quality import Flag
from iscckit.units.text import text_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.records.options import Semantics

__all__ = [
    "Query",
    "QueryKind",
    "Series",
    "Variant",
    "build_query",
    "query_of_file",
    "series_of",
    "variants_of",
]

QueryKind = Literal["auto", "file", "code", "text"]

_TITLE: Final = 120  # characters of the longest text that may be a title


@dataclass(frozen=True, slots=True)
class Variant:
    """One code to look for among pictures, and how it was made of the query.

    Attributes:
        turn: Orientation of the query, 0 to 7; see ``matches.Region``.
        cut: Part of the query of which the code was made; None for all of it.
        body: Body of the Image-Code.
    """

    turn: int
    cut: Box | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Series:
    """Sequence of codes, to be found in the same order.

    Attributes:
        kind: ``text``, ``sound`` or ``frame``.
        codes: 64-bit codes.
        places: Place of each code in the query; ``library.fingerprints`` has the units.
    """

    kind: Literal["text", "sound", "frame"]
    codes: NDArray[np.uint64]
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Query:
    """A query.

    Attributes:
        given: The query as the user wrote it.
        kind: Interpretation of the query.
        units: Units to compare with those of the library.
        flags: Quality flags of the units.
        datahash: Datahash of a file; empty otherwise.
        variants: Codes of a picture in its orientations and without its borders.
        grid: Picture in grey; None for other content.
        series: Codes of a text, sound or video; None for other content.
        record: Record of a file; None otherwise.
        signals: What a file that a worker read says of its use: sources and values.
    """

    given: str
    kind: Literal["file", "code", "text"]
    units: tuple[Unit, ...]
    flags: tuple[Flag, ...] = ()
    datahash: bytes = b""
    variants: tuple[Variant, ...] = ()
    grid: Grid | None = None
    series: Series | None = None
    record: Record | None = None
    signals: tuple[tuple[str, str], ...] = ()


def build_query(
    given: str,
    kind: QueryKind = "auto",
    semantic: Semantics | None = None,
    *,
    filename: str | None = None,
) -> Query:
    """Return a query with everything that a search needs.

    Args:
        given: A path if the file exists, else a code if it is valid, else a text.
        kind: Interpretation of ``given``; "auto" as above.
        semantic: Models for a search by meaning; None to search without.
        filename: Name of a file that lies under another name.

    Raises:
        UnreadableFile: The file cannot be read.
        InvalidCode: ``kind`` is "code", and ``given`` is not a valid code.
        InvalidInput: ``given`` is empty.
    """
    if not given.strip():
        raise InvalidInput("there is nothing to look for")
    if kind == "file" or (kind == "auto" and os.path.exists(given)):
        return _query_file(given, semantic, filename)
    if kind in {"code", "auto"}:
        try:
            return Query(given, "code", tuple(decompose(given)))
        except InvalidCode:
            if kind == "code":
                raise
    return _query_text(given, semantic)


def _query_file(path: str, semantic: Semantics | None, filename: str | None) -> Query:
    options = Options(bits=UNIT_BITS, granular=True, semantic=semantic)
    record, content = create_with_content(path, options, filename=filename)
    grid = content.grid if isinstance(content, ImageContent) else None
    return query_of_file(path, record, variants_of(content), grid, series_of(content))


def query_of_file(
    path: str,
    record: Record,
    variants: tuple[Variant, ...],
    grid: Grid | None,
    series: Series | None,
) -> Query:
    """Return what to look for of a file: its record, and what was made of its content."""
    return Query(
        path,
        "file",
        record.units,
        record.flags,
        bytes.fromhex(record.datahash),
        variants,
        grid,
        series,
        record,
    )


def _query_text(text: str, semantic: Semantics | None) -> Query:
    units = [text_code(text, bits=UNIT_BITS)]
    if len(text) <= _TITLE:
        units.insert(0, meta_code(text, bits=UNIT_BITS))
    if semantic is not None:
        units.append(_semantic_unit(text, semantic))
    return Query(text, "text", tuple(units), ("short-text",), series=_text_series(text))


def _semantic_unit(text: str, semantic: Semantics) -> Unit:
    """Return the Semantic-Code of a text."""
    from iscckit.models.registry import find  # only with models
    from iscckit.models.text import text_vectors
    from iscckit.units.semantic import document_vector, semantic_text_code

    model = find(semantic.models, semantic.text)
    (passages,) = text_vectors([text_clean(text)], semantic.models, model, semantic.device)
    mean = document_vector(passages.vectors)
    return semantic_text_code(mean, bits=UNIT_BITS, version=model.version)


def _text_series(text: str) -> Series | None:
    codes, places = winnow(text, keep_all=True)
    return Series("text", codes, places.astype(np.int64)) if len(codes) else None


def series_of(content: Content | None) -> Series | None:
    """Return the codes of a content that follow each other; None if there are none."""
    if isinstance(content, TextContent):
        return _text_series(content.text)
    if isinstance(content, AudioContent):
        codes = sound_codes(content.fingerprint)
        return Series("sound", codes, np.arange(len(codes))) if len(codes) else None
    if isinstance(content, VideoContent):
        codes, frames = frame_codes(content.signatures, keep_all=True)
        return Series("frame", codes, frames) if len(codes) else None
    return None


def variants_of(content: Content | None) -> tuple[Variant, ...]:
    """Return the codes of a picture in eight orientations and without its borders."""
    if not isinstance(content, ImageContent):
        return ()
    grid = np.frombuffer(content.pixels, np.uint8).reshape(32, 32)
    turned = [np.rot90(side, turns) for side in (grid, grid[:, ::-1]) for turns in range(4)]
    variants = [
        Variant(turn, None, image_code(np.ascontiguousarray(pixels), bits=UNIT_BITS).body)
        for turn, pixels in enumerate(turned)
    ]
    cuts = zip(REGIONS, crop_regions(content.grid), strict=True) if content.grid else ()
    variants += [
        Variant(0, region, image_code(pixels, bits=UNIT_BITS).body) for region, pixels in cuts
    ]
    return tuple(
        variant
        for variant in variants
        if not is_featureless(Unit(MainType.CONTENT, SubType.IMAGE, variant.body))
    )
