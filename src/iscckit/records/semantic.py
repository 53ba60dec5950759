"""From contents to Semantic-Codes: the inputs of models, and what the models' vectors give."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError
from iscckit.media.content_values import ImageContent, Source, TextContent
from iscckit.models.registry import find
from iscckit.records.partial_results import (
    NotEmbeddable,
    PictureToEmbed,
    SemanticFacts,
    TextToEmbed,
)
from iscckit.records.record import FeatureSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from iscckit.models.model_card import Model
    from iscckit.models.text import TextVectors
    from iscckit.records.options import Options, Semantics
    from iscckit.records.partial_results import ContentFacts, FileFacts, SemanticInput
    from iscckit.units.simprint import Simprint

__all__ = ["embed_passages", "prepare_input", "run_models"]

_PASSAGE_BITS: Final = 256  # of simprints for alignment; simprints in records have 64


def prepare_input(
    stream: BinaryIO, file: FileFacts, content: ContentFacts, options: Options, chosen: Semantics
) -> SemanticInput | None:
    """Return the input of a model for a content; None if no model is made for such content.

    Args:
        stream: The file; pictures are decoded a second time, larger.
        file: Its type and name.
        content: What it holds.
        options: Their limits count.
        chosen: The models.
    """
    if isinstance(content.decoded, TextContent) and content.mode == "text":
        from iscckit.algorithms.text import text_clean

        text = text_clean(content.decoded.text)
        return TextToEmbed(text) if text else None
    if isinstance(content.decoded, ImageContent):
        from iscckit.media.readers.semantic_pixels import decode_semantic_pixels

        try:
            model = find(chosen.models, chosen.image)
            stream.seek(0)
            source = Source(stream, file.label, file.mediatype)
            return PictureToEmbed(
                decode_semantic_pixels(
                    source, side=model.side, limits=options.limits, profile=options.profile
                )
            )
        except IsccError as error:
            return NotEmbeddable(str(error))
    return None


def run_models(
    inputs: Sequence[SemanticInput | None], options: Options, chosen: Semantics
) -> list[SemanticFacts]:
    """Make the Semantic-Codes of several contents; one that cannot be made has its reason.

    Args:
        inputs: What ``prepare_input`` returned. A model gets all its inputs in one call.
        options: Their ``bits``, ``granular`` and ``byte_offsets`` count.
        chosen: The models.
    """
    texts = [each.text for each in inputs if isinstance(each, TextToEmbed)]
    pictures = [each.pixels for each in inputs if isinstance(each, PictureToEmbed)]
    of_texts = iter(_code_texts(texts, options, chosen))
    of_pictures = iter(_code_pictures(pictures, options, chosen))
    found: list[SemanticFacts] = []
    for each in inputs:
        match each:
            case TextToEmbed():
                found.append(next(of_texts))
            case PictureToEmbed():
                found.append(next(of_pictures))
            case NotEmbeddable(reason):
                found.append(SemanticFacts(missing={"semantic": reason}))
            case None:
                found.append(SemanticFacts())
    return found


def embed_passages(text: str, chosen: Semantics) -> list[Simprint]:
    """Return the passages of a text with simprints of their meaning, for alignment.

    Args:
        text: Cleaned text; offsets and sizes count its characters. Neighbouring passages overlap.
        chosen: The model for texts. Only simprints of one model can be compared.

    Returns:
        Simprints of 256 bits; none for an empty text.

    Raises:
        MissingDependency: The model or its runtime is not installed; the message says how to
            install it.
        LibraryError: The model's card cannot be read.
        VerificationFailed: A file of the model is missing or damaged.
        InvalidInput: The model has fewer than 256 components, or is not a model of texts.
    """
    from iscckit.units.semantic import semantic_simprints

    model = find(chosen.models, chosen.text)
    if not text:
        return []
    (found,) = _embed_texts([text], model, chosen)
    return semantic_simprints(found.vectors, found.places, bits=_PASSAGE_BITS)


def _embed_texts(texts: list[str], model: Model, chosen: Semantics) -> list[TextVectors]:
    from iscckit.models.text import text_vectors

    return text_vectors(texts, chosen.models, model, chosen.device)


def _code_texts(texts: list[str], options: Options, chosen: Semantics) -> list[SemanticFacts]:
    if not texts:
        return []
    try:
        model = find(chosen.models, chosen.text)
        vectors = _embed_texts(texts, model, chosen)
    except IsccError as error:
        return [_explain(error)] * len(texts)
    return [
        _code_text(text, each, model, options) for text, each in zip(texts, vectors, strict=True)
    ]


def _code_text(text: str, found: TextVectors, model: Model, options: Options) -> SemanticFacts:
    from iscckit.units.semantic import document_vector, semantic_text_code

    try:
        mean = document_vector(found.vectors)
        return SemanticFacts(
            unit=semantic_text_code(mean, bits=options.bits, version=model.version),
            extractor=_name_extractor(model),
            features=(
                (_make_features(text, found, model, options.byte_offsets),)
                if options.granular
                else ()
            ),
        )
    except IsccError as error:
        return _explain(error)


def _code_pictures(
    pictures: list[bytes], options: Options, chosen: Semantics
) -> list[SemanticFacts]:
    if not pictures:
        return []
    from iscckit.models.image import image_vectors

    try:
        model = find(chosen.models, chosen.image)
        vectors = image_vectors(pictures, chosen.models, model, chosen.device)
    except IsccError as error:
        return [_explain(error)] * len(pictures)
    return [_code_picture(each, model, options) for each in vectors]


def _code_picture(vector: NDArray[np.float32], model: Model, options: Options) -> SemanticFacts:
    from iscckit.units.semantic import semantic_image_code

    try:
        unit = semantic_image_code(vector, bits=options.bits, version=model.version)
    except IsccError as error:
        return _explain(error)
    return SemanticFacts(unit=unit, extractor=_name_extractor(model))


def _explain(error: IsccError) -> SemanticFacts:
    return SemanticFacts(missing={"semantic": str(error)})


def _name_extractor(model: Model) -> dict[str, str]:
    return {model.name: model.files[0].blake3[:16]}


def _make_features(text: str, found: TextVectors, model: Model, byte_offsets: bool) -> FeatureSet:
    from iscckit.units.semantic import semantic_simprints

    places = _count_in_bytes(text, found.places) if byte_offsets else found.places
    simprints = semantic_simprints(found.vectors, places)
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


def _count_in_bytes(text: str, places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Convert offsets and sizes from characters to bytes of UTF-8."""
    marks = sorted({edge for at, size in places for edge in (at, at + size)})
    pieces = [text[a:b] for a, b in zip([0, *marks], marks, strict=False)]
    sums = list(accumulate(len(piece.encode("utf-8", "surrogatepass")) for piece in pieces))
    where = {mark: sums[bisect_right(marks, mark) - 1] for mark in marks}
    return tuple((where[at], where[at + size] - where[at]) for at, size in places)
