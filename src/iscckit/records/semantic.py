"""From contents to Semantic-Codes: what models need of a content, and what records gain by it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from iscckit.codec.code import composite
from iscckit.errors import IsccError
from iscckit.media.base import ImageContent, Source, TextContent
from iscckit.models.registry import find
from iscckit.records.record import FeatureSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from iscckit.media.base import Content
    from iscckit.models.known import Model
    from iscckit.models.text import TextVectors
    from iscckit.records.options import Options, Semantics
    from iscckit.records.record import Record
    from iscckit.units.simprint import Simprint

__all__ = ["SemanticInput", "passages", "semantic_input", "with_semantics"]

_PASSAGE_BITS: Final = 256  # of what passages are aligned by; simprints in records have 64

# A text, the pixels of a picture, or why there is neither.
SemanticInput = str | bytes | IsccError | None


def semantic_input(
    record: Record, content: Content | None, stream: BinaryIO, options: Options
) -> SemanticInput:
    """Return what a model needs of a content; None where no model is for it.

    Args:
        record: With its Content-Code.
        content: What that code was made of.
        stream: The file.
        options: As the caller of the pipeline chose.
    """
    if options.semantic is None:
        return None
    if isinstance(content, TextContent) and record.mode == "text":
        from iscckit.algorithms.text import text_clean  # noqa: PLC0415

        return text_clean(content.text) or None
    if isinstance(content, ImageContent):
        from iscckit.media.readers.semantic_pixels import semantic_pixels  # noqa: PLC0415

        try:
            model = find(options.semantic.models, options.semantic.image)
            stream.seek(0)
            source = Source(stream, record.path or record.filename or "", record.mediatype)
            return semantic_pixels(source, side=model.side, limits=options.limits)
        except IsccError as error:
            return error
    return None


def with_semantics(
    records: Sequence[Record], inputs: Sequence[SemanticInput], options: Options
) -> list[Record]:
    """Return the records with their Semantic-Codes, or with the reason why they have none.

    Args:
        records: Finished but for this.
        inputs: What ``semantic_input`` gave for each; models get all of a kind in one call.
        options: As the caller of the pipeline chose.
    """
    chosen = options.semantic
    if chosen is None:
        return list(records)
    found = list(records)
    for name, kind, read in ((chosen.text, str, _texts), (chosen.image, bytes, _pictures)):
        rows = [i for i, given in enumerate(inputs) if isinstance(given, kind)]
        if not rows:
            continue
        try:
            model = find(chosen.models, name)
            made = read([inputs[i] for i in rows], chosen, model)  # type: ignore[misc]  # of a kind
        except IsccError as error:
            for i in rows:
                found[i] = _without(found[i], error)
            continue
        for i, vectors in zip(rows, made, strict=True):
            found[i] = _with(found[i], vectors, inputs[i], model, options)
    return [
        _without(record, given) if isinstance(given, IsccError) else record
        for record, given in zip(found, inputs, strict=True)
    ]


def passages(text: str, chosen: Semantics) -> list[Simprint]:
    """Return the passages of a text with simprints of their meaning, to be aligned by.

    Args:
        text: Cleaned; offsets and sizes count its characters. Neighbouring passages overlap.
        chosen: Of which the model for texts is used. Only simprints of one model can be compared.

    Returns:
        Simprints of 256 bits; none of an empty text.

    Raises:
        MissingDependency: The model or its runtime is not there; the message says how to get it.
        LibraryError: The model's card cannot be read; likewise VerificationFailed.
        InvalidInput: The model has fewer components, or is no model of texts.
    """
    from iscckit.units.semantic import semantic_simprints  # noqa: PLC0415

    model = find(chosen.models, chosen.text)
    if not text:
        return []
    (found,) = _texts([text], chosen, model)
    return semantic_simprints(found.vectors, found.places, bits=_PASSAGE_BITS)


def _texts(texts: list[str], chosen: Semantics, model: Model) -> list[TextVectors]:
    from iscckit.models.text import text_vectors  # noqa: PLC0415

    return text_vectors(texts, chosen.models, model, chosen.device)


def _pictures(pictures: list[bytes], chosen: Semantics, model: Model) -> list[NDArray[np.float32]]:
    from iscckit.models.image import image_vectors  # noqa: PLC0415

    return image_vectors(pictures, chosen.models, model, chosen.device)


def _with(
    record: Record, vectors: object, given: SemanticInput, model: Model, options: Options
) -> Record:
    from iscckit.units.semantic import (  # noqa: PLC0415
        document_vector,
        semantic_image_code,
        semantic_text_code,
    )

    features: tuple[FeatureSet, ...] = ()
    try:
        if isinstance(given, str):
            of_text: TextVectors = vectors  # type: ignore[assignment]
            mean = document_vector(of_text.vectors)
            unit = semantic_text_code(mean, bits=options.bits, version=model.version)
            if options.granular:
                features = (_features(given, of_text, model, options.byte_offsets),)
        else:
            unit = semantic_image_code(vectors, bits=options.bits, version=model.version)  # type: ignore[arg-type]
    except IsccError as error:
        return _without(record, error)
    units = tuple(sorted((*record.units, unit), key=lambda each: each.maintype))
    return replace(
        record,
        units=units,
        iscc=composite(units),
        extractor={**record.extractor, model.name: model.files[0].blake3[:16]},
        features=(*features, *record.features),
    )


def _features(text: str, of_text: TextVectors, model: Model, byte_offsets: bool) -> FeatureSet:
    from iscckit.units.semantic import semantic_simprints  # noqa: PLC0415

    places = of_text.places
    if byte_offsets:
        places = _in_bytes(text, places)
    simprints = semantic_simprints(of_text.vectors, places)
    return FeatureSet(
        maintype="semantic",
        subtype="text",
        segment="passage",
        simprints=tuple(each.text for each in simprints),
        offsets=tuple(each.offset for each in simprints),
        sizes=tuple(each.size for each in simprints),
        byte_offsets=byte_offsets,
        version=model.version,
    )


def _in_bytes(text: str, places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return places in characters as places in bytes of UTF-8."""
    marks = sorted({edge for at, size in places for edge in (at, at + size)})
    pieces = [text[a:b] for a, b in zip([0, *marks], marks, strict=False)]
    sums = list(accumulate(len(piece.encode("utf-8", "surrogatepass")) for piece in pieces))
    where = {mark: sums[bisect_right(marks, mark) - 1] for mark in marks}
    return tuple((where[at], where[at + size] - where[at]) for at, size in places)


def _without(record: Record, error: IsccError) -> Record:
    return replace(record, missing={**record.missing, "semantic": str(error)})
