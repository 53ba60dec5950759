"""From drafts to records: models run here, and records are constructed nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from iscckit.codec.code import composite
from iscckit.records.partial_results import Draft, SemanticFacts
from iscckit.records.record import Record
from iscckit.records.rules import RULES
from iscckit.version import GENERATOR

if TYPE_CHECKING:
    from iscckit.records.options import Options

__all__ = ["finish_records"]

# Fields of the file's metadata that take no part in a code.
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


def finish_records(drafts: Sequence[Draft], options: Options) -> list[Record]:
    """Make the records of several files, in the order of ``drafts``.

    Args:
        drafts: What was read of each file. A model gets the inputs of all in one call.
        options: The options with which the drafts were made.
    """
    semantics = _run_models(drafts, options)
    return [
        _finish_record(draft, facts, options)
        for draft, facts in zip(drafts, semantics, strict=True)
    ]


def _run_models(drafts: Sequence[Draft], options: Options) -> list[SemanticFacts]:
    if options.semantic is None:
        return [SemanticFacts()] * len(drafts)
    from iscckit.records.semantic import run_models

    inputs = [draft.semantic_input for draft in drafts]
    return run_models(inputs, options, options.semantic)


def _finish_record(draft: Draft, semantic: SemanticFacts, options: Options) -> Record:
    file, content, metadata = draft.file, draft.content, draft.metadata
    optional = (metadata.unit, semantic.unit, content.unit)
    units = (*(unit for unit in optional if unit is not None), *file.units)
    return Record(
        iscc=composite(units),
        units=units,
        mediatype=file.mediatype,
        detected=file.detected,
        filesize=file.filesize,
        datahash=file.datahash,
        profile=options.profile,
        rules=RULES,
        generator=GENERATOR,
        extractor={**content.extractor, **semantic.extractor},
        encoding=content.encoding,
        filename=file.filename,
        path=file.path,
        mode=content.mode,
        name=metadata.name,
        description=metadata.description,
        meta=metadata.meta,
        **{field: getattr(metadata.embedded, field) for field in _PLAIN},
        damage=metadata.damage,
        metahash=metadata.metahash,
        duration=content.duration,
        fps=content.fps,
        width=content.width,
        height=content.height,
        characters=content.characters,
        features=(*semantic.features, *content.features, *draft.chunks),
        parts=content.parts,
        missing={**content.missing, **metadata.missing, **semantic.missing},
        undivided=content.undivided,
        flags=content.flags,
        failure=content.failure,
        show_units=options.units,
    )
