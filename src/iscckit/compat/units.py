"""The generators of both packages, from plain values to a dict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from iscckit import _kernel
from iscckit._kernel import unit_canonical  # half the time of str(unit)
from iscckit.algorithms.text import text_digest
from iscckit.codec.faults import LENIENT, to_invalid_input
from iscckit.codec.unit import MainType, SubType
from iscckit.compat.enumerations import IsccResult
from iscckit.compat.failures import AssertedInput, MissingDataUrl, MistypedInput
from iscckit.compat.hashers import DataHasher, InstanceHasher, sum_result
from iscckit.compat.headers import encode_component
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.units.audio import audio_code
from iscckit.units.image import image_code
from iscckit.units.meta import prepare
from iscckit.units.mixed import mixed_code
from iscckit.units.sum import hash_stream
from iscckit.units.video import video_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from typing_extensions import Buffer

__all__ = [
    "gen_audio_code",
    "gen_audio_code_v0",
    "gen_data_code",
    "gen_data_code_v0",
    "gen_image_code",
    "gen_image_code_v0",
    "gen_instance_code",
    "gen_instance_code_v0",
    "gen_iscc_code",
    "gen_iscc_code_v0",
    "gen_meta_code",
    "gen_meta_code_v0",
    "gen_mixed_code",
    "gen_mixed_code_v0",
    "gen_sum_code_v0",
    "gen_text_code",
    "gen_text_code_v0",
    "gen_video_code",
    "gen_video_code_v0",
]

_CONTENT: Final = MainType.CONTENT
_TEXT: Final = SubType.TEXT
_BITS_MAX: Final = 256  # of the body of an Image-Code
# Wide of kernel/codec/compose.hpp: the standard form if the units are too short for the wide one
_PREFERRED: Final = 2


def gen_meta_code_v0(
    name: str,
    description: str | None = None,
    meta: str | dict[str, Any] | None = None,
    bits: int = 64,
) -> IsccResult:
    """Make a Meta-Code; the result has the normalized input and ``metahash`` too."""
    try:
        prepared = prepare(name or "", description, meta)
    except InvalidInput as error:
        raise _refuse_meta(error, meta) from None
    result = IsccResult(iscc=unit_canonical(prepared.code(bits)), name=prepared.name)
    if prepared.description:
        result["description"] = prepared.description
    if prepared.dataurl is not None:
        result["meta"] = prepared.dataurl
    result["metahash"] = prepared.metahash
    return result


def _refuse_meta(error: InvalidInput, meta: object) -> InvalidInput:
    """Return the error with the class that iscc_core gives to this kind of ``meta``."""
    if isinstance(meta, str):
        return error if meta.startswith("data:") or not meta else MissingDataUrl(*error.args)
    return error if isinstance(meta, Mapping) or not meta else MistypedInput(*error.args)


def gen_text_code_v0(text: str, bits: int = 64) -> IsccResult:
    """Make a Text-Code; ``characters`` is the length of the collapsed text."""
    digest, characters = text_digest(text)
    code = encode_component(_CONTENT, _TEXT, 0, bits, digest)
    return IsccResult(iscc=f"ISCC:{code}", characters=characters)


def gen_image_code_v0(pixels: Sequence[int] | Buffer, bits: int = 64) -> IsccResult:
    """Make an Image-Code of 1024 grey values."""
    try:
        return IsccResult(iscc=unit_canonical(image_code(pixels, bits=bits)))
    except InvalidInput as error:
        if bits <= _BITS_MAX:
            raise
        raise AssertedInput(*error.args) from None


def gen_audio_code_v0(cv: Sequence[int] | Buffer, bits: int = 64) -> IsccResult:
    """Make an Audio-Code of the signed words of a Chromaprint fingerprint."""
    return IsccResult(iscc=unit_canonical(audio_code(cv, bits=bits)))


def gen_video_code_v0(frame_sigs: Sequence[Sequence[int]] | Buffer, bits: int = 64) -> IsccResult:
    """Make a Video-Code of frame signatures of 380 integers."""
    return IsccResult(iscc=unit_canonical(video_code(frame_sigs, bits=bits)))


def gen_mixed_code_v0(codes: Sequence[str], bits: int = 64) -> IsccResult:
    """Make a Mixed-Code of at least two Content-Codes, which are ``parts`` of the result."""
    code = _kernel.codec_mixed_code(codes, bits)
    if code is None:
        code = _mix_or_refuse(codes, bits)
    result = IsccResult()  # filled in this way, it takes two thirds of the time of keywords
    result["iscc"] = code
    result["parts"] = list(codes)
    return result


def _mix_or_refuse(codes: Sequence[str], bits: int) -> str:
    """Return the Mixed-Code of codes that the kernel did not take, or say what is wrong."""
    try:
        return str(mixed_code(codes, bits=bits))
    except InvalidCode:
        raise
    except InvalidInput as error:
        raise AssertedInput(*error.args) from None


def gen_data_code_v0(stream: BinaryIO | Buffer, bits: int = 64) -> IsccResult:
    """Make a Data-Code of a stream as in iscc_core, or of bytes as in iscc_lib."""
    return DataHasher(stream).finalize(bits)


def gen_instance_code_v0(stream: BinaryIO | Buffer, bits: int = 64) -> IsccResult:
    """Make an Instance-Code of a stream or bytes, with ``datahash`` and ``filesize``."""
    return InstanceHasher(stream).finalize(bits)


def gen_sum_code_v0(
    path: str | PathLike[str], bits: int = 64, wide: bool = False, add_units: bool = False
) -> IsccResult:
    """Make an ISCC-SUM of a file in one pass."""
    with open(path, "rb", buffering=0) as stream:
        return sum_result(hash_stream(stream), bits, wide, add_units)


def gen_iscc_code_v0(codes: Sequence[str], wide: bool = False) -> IsccResult:
    """Compose an ISCC-CODE; ``wide`` has no effect without two units of 128 bits."""
    result = IsccResult()
    try:
        result["iscc"] = _kernel.codec_compose(codes, _PREFERRED if wide else 0, LENIENT)
    except ValueError as error:
        raise to_invalid_input("codes", error) from None
    return result


gen_audio_code = gen_audio_code_v0
gen_data_code = gen_data_code_v0
gen_image_code = gen_image_code_v0
gen_instance_code = gen_instance_code_v0
gen_iscc_code = gen_iscc_code_v0
gen_meta_code = gen_meta_code_v0
gen_mixed_code = gen_mixed_code_v0
gen_text_code = gen_text_code_v0
gen_video_code = gen_video_code_v0
