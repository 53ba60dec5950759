"""ISO 24138:2024 International Standard Content Code, complete in one package.

    >>> import iscckit
    >>> unit = iscckit.text_code("Hello World")
    >>> str(unit)
    'ISCC:EAASKDNZNYGUUF5A'

Every public name is listed here once. A name is imported from its module when it is used first
(PEP 562), so that ``import iscckit`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # to import typing takes longer than everything else here
if TYPE_CHECKING:
    from typing import Final

    from iscckit import errors
    from iscckit.codec.code import (
        clean,
        compose,
        decode,
        decompose,
        is_valid,
        normalize,
        uri,
        validate,
    )
    from iscckit.codec.explain import Explanation, explain
    from iscckit.codec.iscc_id import IsccId
    from iscckit.codec.sequence import decode_sequence, encode_sequence
    from iscckit.codec.unit import MainType, SubType, Unit
    from iscckit.comparison.verdict import Comparison
    from iscckit.library.library import Library
    from iscckit.library.pairs.compare import compare
    from iscckit.notebook.claims import (
        RangeProof,
        Resolution,
        Verification,
        prove,
        resolve,
        verify,
    )
    from iscckit.notebook.declaration import Declaration, declare
    from iscckit.records.batch import create_many
    from iscckit.records.create import create
    from iscckit.records.options import Options, Semantics
    from iscckit.records.record import Record
    from iscckit.units.audio import audio_code
    from iscckit.units.data import DataHasher, data_code
    from iscckit.units.image import image_code, is_featureless
    from iscckit.units.instance import InstanceHasher, instance_code
    from iscckit.units.meta import meta_code, metahash
    from iscckit.units.mixed import mixed_code
    from iscckit.units.semantic import (
        document_vector,
        semantic_image_code,
        semantic_simprints,
        semantic_text_code,
    )
    from iscckit.units.simprint import Simprint
    from iscckit.units.sum import Hashes, hash_stream
    from iscckit.units.text import text_code, text_simprints
    from iscckit.units.video import video_code
    from iscckit.workers.limits import Quota

__all__ = [
    "Comparison",
    "DataHasher",
    "Declaration",
    "Explanation",
    "Hashes",
    "InstanceHasher",
    "IsccId",
    "Library",
    "MainType",
    "Options",
    "Quota",
    "RangeProof",
    "Record",
    "Resolution",
    "Semantics",
    "Simprint",
    "SubType",
    "Unit",
    "Verification",
    "audio_code",
    "clean",
    "compare",
    "compose",
    "create",
    "create_many",
    "data_code",
    "declare",
    "decode",
    "decode_sequence",
    "decompose",
    "document_vector",
    "encode_sequence",
    "errors",
    "explain",
    "hash_stream",
    "image_code",
    "instance_code",
    "is_featureless",
    "is_valid",
    "meta_code",
    "metahash",
    "mixed_code",
    "normalize",
    "prove",
    "resolve",
    "semantic_image_code",
    "semantic_simprints",
    "semantic_text_code",
    "text_code",
    "text_simprints",
    "uri",
    "validate",
    "verify",
    "video_code",
]

_HOME: Final = {
    "Comparison": "comparison.verdict",
    "DataHasher": "units.data",
    "Declaration": "notebook.declaration",
    "Explanation": "codec.explain",
    "Hashes": "units.sum",
    "InstanceHasher": "units.instance",
    "IsccId": "codec.iscc_id",
    "Library": "library.library",
    "MainType": "codec.unit",
    "Options": "records.options",
    "Quota": "workers.limits",
    "RangeProof": "notebook.claims",
    "Record": "records.record",
    "Resolution": "notebook.claims",
    "Semantics": "records.options",
    "Simprint": "units.simprint",
    "SubType": "codec.unit",
    "Unit": "codec.unit",
    "Verification": "notebook.claims",
    "audio_code": "units.audio",
    "clean": "codec.code",
    "compare": "library.pairs.compare",
    "compose": "codec.code",
    "create": "records.create",
    "create_many": "records.batch",
    "data_code": "units.data",
    "declare": "notebook.declaration",
    "decode": "codec.code",
    "decode_sequence": "codec.sequence",
    "decompose": "codec.code",
    "document_vector": "units.semantic",
    "encode_sequence": "codec.sequence",
    "explain": "codec.explain",
    "hash_stream": "units.sum",
    "image_code": "units.image",
    "instance_code": "units.instance",
    "is_featureless": "units.image",
    "is_valid": "codec.code",
    "meta_code": "units.meta",
    "metahash": "units.meta",
    "mixed_code": "units.mixed",
    "normalize": "codec.code",
    "prove": "notebook.claims",
    "resolve": "notebook.claims",
    "semantic_image_code": "units.semantic",
    "semantic_simprints": "units.semantic",
    "semantic_text_code": "units.semantic",
    "text_code": "units.text",
    "text_simprints": "units.text",
    "uri": "codec.code",
    "validate": "codec.code",
    "verify": "notebook.claims",
    "video_code": "units.video",
}


def __getattr__(name: str) -> object:
    """Import the module of a public name when it is asked for."""
    if name == "errors":
        return import_module("iscckit.errors")
    if name not in _HOME:
        raise AttributeError(f"module 'iscckit' has no attribute {name!r}")
    value = getattr(import_module(f"iscckit.{_HOME[name]}"), name)
    globals()[name] = value  # asked for once; the next use finds it without this function
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
