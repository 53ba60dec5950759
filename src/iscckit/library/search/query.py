"""What is looked for: a file, a code, or some text, as units and fingerprints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from iscckit.algorithms.text import text_clean
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.library.catalog.fingerprints import grams
from iscckit.library.index.partitions import UNIT_BITS
from iscckit.media.base import AudioContent, Content, ImageContent, TextContent, VideoContent
from iscckit.media.regions import REGIONS, Grid, regions
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
    "TURNS",
    "Query",
    "QueryKind",
    "Series",
    "Variant",
    "query_of",
    "query_of_file",
    "series_of",
    "variants_of",
]

QueryKind = Literal["auto", "file", "code", "text"]

_TITLE: Final = 120  # characters: a text that is no longer may be a title
TURNS: Final = (
    "as it is",
    "turned left",
    "upside down",
    "turned right",
    "mirrored",
    "mirrored and turned left",
    "mirrored and upside down",
    "mirrored and turned right",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One code to look for among pictures, and what was done to the query to get it."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Series:
    """Codes that follow each other, to be found in the same order.

    Attributes:
        kind: ``text``, ``sound`` or ``frame``.
        codes: 64-bit codes.
        places: Where each is in the query, in the unit of the kind.
    """

    kind: Literal["text", "sound", "frame"]
    codes: NDArray[np.uint64]
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        given: As the user wrote it.
        kind: What it was taken for.
        units: To compare with those of the library.
        flags: On their quality.
        datahash: Of a file; empty otherwise.
        variants: Of a picture.
        grid: Of a picture.
        series: Of text, sound or video; None if there is none.
        record: Of a file.
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


def query_of(
    given: str,
    kind: QueryKind = "auto",
    semantic: Semantics | None = None,
    *,
    filename: str | None = None,
) -> Query:
    """Return what to look for.

    Args:
        given: A path if it exists, else a code if it is valid, else text.
        kind: Take it for this, and for nothing else.
        semantic: The models with which its meaning is looked for as well; None does not.
        filename: Stands in for the name of a file that is kept under another one.

    Raises:
        UnreadableFile: A file that cannot be read.
        InvalidCode: Not a code, though it was said to be one.
        InvalidInput: Nothing to look for.
    """
    if not given.strip():
        raise InvalidInput("there is nothing to look for")
    if kind == "file" or (kind == "auto" and os.path.exists(given)):
        return _of_file(given, semantic, filename)
    if kind in {"code", "auto"}:
        try:
            return Query(given, "code", tuple(decompose(given)))
        except InvalidCode:
            if kind == "code":
                raise
    return _of_text(given, semantic)


def _of_file(path: str, semantic: Semantics | None, filename: str | None) -> Query:
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


def _of_text(text: str, semantic: Semantics | None) -> Query:
    units = [text_code(text, bits=UNIT_BITS)]
    if len(text) <= _TITLE:
        units.insert(0, meta_code(text, bits=UNIT_BITS))
    if semantic is not None:
        units.append(_meaning(text, semantic))
    return Query(text, "text", tuple(units), ("short-text",), series=_text_series(text))


def _meaning(text: str, semantic: Semantics) -> Unit:
    """Return the Semantic-Code of a text that was typed."""
    from iscckit.models.registry import find  # noqa: PLC0415 (for those who ask for it)
    from iscckit.models.text import text_vectors  # noqa: PLC0415
    from iscckit.units.semantic import document_vector, semantic_text_code  # noqa: PLC0415

    model = find(semantic.models, semantic.text)
    found = text_vectors([text_clean(text)], semantic.models, model, semantic.device)[0]
    mean = document_vector(found.vectors)
    return semantic_text_code(mean, bits=UNIT_BITS, version=model.version)


def _text_series(text: str) -> Series | None:
    codes, places = grams(text, keep_all=True)
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
    """Return the codes of a picture in eight orientations, and with its borders cut."""
    if not isinstance(content, ImageContent):
        return ()
    grid = np.frombuffer(content.pixels, np.uint8).reshape(32, 32)
    turned = [np.rot90(flat, turns) for flat in (grid, grid[:, ::-1]) for turns in range(4)]
    found = [
        Variant(name, image_code(np.ascontiguousarray(pixels), bits=UNIT_BITS).body)
        for name, pixels in zip(TURNS, turned, strict=True)
    ]
    cuts = zip(REGIONS, regions(content.grid), strict=True) if content.grid else ()
    for (left, top, right, bottom), pixels in cuts:
        name = f"cut to {right - left:.0%} of its width and {bottom - top:.0%} of its height"
        found.append(Variant(name, image_code(pixels, bits=UNIT_BITS).body))
    return tuple(
        each
        for each in found
        if not is_featureless(Unit(MainType.CONTENT, SubType.IMAGE, each.body))
    )
