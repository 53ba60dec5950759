"""Text functions, hashes and helpers under the names of both packages."""

from __future__ import annotations

import json
from types import NoneType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from iscckit import _kernel
from iscckit.algorithms import text as text_algorithms
from iscckit.algorithms.cdc import chunks
from iscckit.algorithms.dct import dct
from iscckit.algorithms.minhash import minhash
from iscckit.algorithms.simhash import simhash
from iscckit.algorithms.text import text_clean, text_collapse, text_remove_newlines
from iscckit.algorithms.wtahash import wtahash
from iscckit.codec.unit import Unit
from iscckit.compat.failures import AssertedInput
from iscckit.compat.hashers import DataHasher, InstanceHasher
from iscckit.errors import InvalidInput, LimitExceeded
from iscckit.units.audio import audio_code
from iscckit.units.image import image_code
from iscckit.units.meta import meta_dataurl
from iscckit.units.mixed import mixed_code
from iscckit.units.video import video_code

if TYPE_CHECKING:
    from collections.abc import Sequence, Sized

    from typing_extensions import Buffer

__all__ = [
    "alg_cdc_chunks",
    "alg_dct",
    "alg_minhash_64",
    "alg_minhash_256",
    "alg_simhash",
    "alg_wtahash",
    "hash_instance_v0",
    "json_canonical",
    "json_to_data_url",
    "multi_hash_blake3",
    "sliding_window",
    "soft_hash_audio_v0",
    "soft_hash_codes_v0",
    "soft_hash_data_v0",
    "soft_hash_image_v0",
    "soft_hash_meta_v0",
    "soft_hash_text_v0",
    "soft_hash_video_v0",
    "text_clean",
    "text_collapse",
    "text_remove_newlines",
    "text_trim",
]

Json = Any  # a value of json.loads

_EXACT_INTEGERS: Final = 2**53  # rfc8785 refuses integers from here on
_BITS_MAX: Final = 256  # of the body of a Content-Code

# The kernel counts up to 2**26 windows; this is far above the 128 000 bytes that `meta` may have.
_SEED_MAX: Final = 1 << 21


def alg_simhash(hash_digests: Sequence[bytes]) -> bytes:
    """Return the bitwise majority of digests of one width; ties count as set."""
    return simhash(hash_digests)


def alg_dct(v: Sequence[float]) -> list[float]:
    """Return the unscaled DCT-II of numbers, whose count is a power of two."""
    return dct(v)


def alg_minhash_256(features: Sequence[int]) -> bytes:
    """Return the 32-byte MinHash of 32-bit features."""
    return minhash(features)


def alg_minhash_64(features: Sequence[int]) -> bytes:
    """Return the 8-byte MinHash of 32-bit features."""
    return minhash(features, planes=1)


def alg_cdc_chunks(data: Buffer, utf32: bool, avg_chunk_size: int = 1024) -> list[bytes]:
    """Cut data into content-defined chunks; empty data is one empty chunk."""
    view = memoryview(data).cast("B") if memoryview(data).nbytes else memoryview(b"")
    result, start = [], 0
    for length in chunks(view, average=avg_chunk_size, utf32=utf32):
        result.append(bytes(view[start : start + length]))
        start += length
    return result


def alg_wtahash(vec: Sequence[int], bits: int) -> bytes:
    """Return the winner-takes-all hash of a summed frame signature."""
    return wtahash(vec, bits=bits)


def text_trim(text: str, nbytes: int) -> str:
    """Shorten text to ``nbytes`` bytes of UTF-8, and strip whitespace from its ends."""
    return text_algorithms.text_trim(text, nbytes)


def sliding_window(seq: Sequence[Any], width: int) -> list[Any]:
    """Return all runs of ``width`` neighbours; a shorter sequence is one window."""
    if width < 2:
        raise AssertedInput(f"a window has at least 2 elements, got {width}")
    return [seq[i : i + width] for i in range(max(len(seq) - width + 1, 1))]


# --- soft hashes: the bodies of units -------------------------------------------------------


def soft_hash_meta_v0(name: str, extra: str | bytes | None = None) -> bytes:
    """Return the 32-byte digest of a Meta-Code; the text is collapsed, but not cleaned."""
    try:
        if max(len(name), len(extra or "")) > _SEED_MAX:
            raise LimitExceeded("the seed of a Meta-Code", "characters or bytes", _SEED_MAX)
        return _kernel.meta_digest(name, extra)
    except TypeError:
        if isinstance(extra, (str, bytes, NoneType)):
            raise
        raise InvalidInput(f"extra must be str or bytes, got {type(extra).__name__}") from None


def soft_hash_text_v0(text: str) -> bytes:
    """Return the 32-byte digest of a Text-Code; the text must be collapsed."""
    windows = sliding_window(text, 13)
    return minhash([_kernel.xxh32(window.encode()) for window in windows])


def soft_hash_image_v0(pixels: Sequence[int] | Buffer, bits: int = 64) -> bytes:
    """Return the body of an Image-Code."""
    try:
        return image_code(pixels, bits=bits).body
    except InvalidInput as error:
        if bits <= _BITS_MAX:
            raise
        raise AssertedInput(*error.args) from None


def soft_hash_audio_v0(cv: Sequence[int] | Buffer, bits: int = 64) -> bytes:
    """Return the body of an Audio-Code; without words it has 32 bytes whatever ``bits`` says."""
    body = audio_code(cv, bits=bits).body
    return body if len(cast("Sized", cv)) else bytes(_BITS_MAX // 8)


def soft_hash_video_v0(frame_sigs: Sequence[Sequence[int]] | Buffer, bits: int = 64) -> bytes:
    """Return the body of a Video-Code."""
    return video_code(frame_sigs, bits=bits).body


def soft_hash_codes_v0(cc_digests: Sequence[bytes], bits: int = 64) -> bytes:
    """Return the body of a Mixed-Code of codes as bytes of header and body."""
    try:
        return mixed_code([_unit(data) for data in cc_digests], bits=bits).body
    except InvalidInput as error:
        raise AssertedInput(*error.args) from None


def _unit(data: bytes) -> Unit:
    return Unit.parse("f" + "cc01" + data.hex())


def soft_hash_data_v0(stream: BinaryIO | Buffer) -> bytes:
    """Return the 32-byte digest of a Data-Code."""
    return DataHasher(stream).digest()


def hash_instance_v0(stream: BinaryIO | Buffer) -> bytes:
    """Return the 32-byte digest of an Instance-Code."""
    return InstanceHasher(stream).digest()


def multi_hash_blake3(data: Buffer) -> str:
    """Return the BLAKE3 multihash in hexadecimal."""
    return InstanceHasher(data).multihash()


# --- JSON -----------------------------------------------------------------------------------


def json_canonical(obj: Json) -> bytes:
    """Return the RFC 8785 JSON of a value.

    Raises:
        InvalidInput: JSON cannot hold the value, or reads it back as another one.
    """
    import rfc8785

    try:
        text = rfc8785.dumps(obj)
    except rfc8785.IntegerDomainError:
        text = _dump_as_doubles(obj)
    except rfc8785.CanonicalizationError as error:
        raise InvalidInput(f"no canonical JSON: {error}") from None
    if json.loads(text) != obj:
        raise InvalidInput(f"{obj!r:.100} does not survive JSON")
    return text


def _dump_as_doubles(obj: Json) -> bytes:
    """Return the JSON of a value whose large integers are written as doubles, as JCS demands."""
    import rfc8785

    try:
        return rfc8785.dumps(_widen(obj))
    except (rfc8785.CanonicalizationError, OverflowError) as error:
        raise InvalidInput(f"no canonical JSON: {error}") from None


def _widen(value: Json) -> Json:
    """Return ``value`` with each integer beyond the exact range as the nearest double."""
    if isinstance(value, dict):
        return {key: _widen(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_widen(item) for item in value]
    return float(value) if isinstance(value, int) and abs(value) >= _EXACT_INTEGERS else value


def json_to_data_url(json_text: str) -> str:
    """Return canonical JSON as a Data-URL, of type JSON-LD if it has ``@context``."""
    return meta_dataurl(json.loads(json_text))
