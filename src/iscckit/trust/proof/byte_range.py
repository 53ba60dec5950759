"""Byte ranges: which bytes lie at which place of a file whose datahash is known.

A range has a Bao slice: its bytes, and the hashes that lead from them to the datahash. A slice that
does not reach the last chunk of the file says nothing certain about the file's length. So a second
slice, that of the last byte, proves the length wherever the range does not reach so far.

What is proven: these bytes begin at this place of the file with this datahash. It holds for equal
bytes only, and says nothing about similar content.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from iscckit import _kernel
from iscckit.errors import LimitExceeded, VerificationFailed
from iscckit.trust.proof.strict_json import MAX_INTEGER, make_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iscckit.json_types import JsonValue

__all__ = [
    "GROUP_SIZE",
    "MEDIA_TYPE",
    "PARENT_SIZE",
    "RANGE_LIMIT",
    "ByteRange",
    "Proven",
    "check_count",
    "make_range",
    "make_slice",
    "read_range",
    "verify_range",
    "write_range",
]

MEDIA_TYPE: Final = "application/vnd.iscckit.byte-range.v0.1+json"
RANGE_LIMIT: Final = 1 << 22  # bytes of a range: proofs of longer ones would fill the memory
GROUP_SIZE: Final = 16 * 1024  # bytes below one leaf of an outboard (kernel/bao/tree.hpp)
PARENT_SIZE: Final = 64  # bytes of one parent in an outboard

_CHUNK: Final = 1024
_DATAHASH: Final = re.compile(r"1e20[0-9a-f]{64}")
_MEMBERS: Final = ("mediaType", "datahash", "start", "count", "slice", "length_proof", "checksum")
_FAULTS: Final = {
    1: "the slice ends too early",
    2: "bytes follow the slice",
    3: "the hashes do not lead to the datahash",
}


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A range of a file with its proof.

    Attributes:
        datahash: BLAKE3 multihash of the whole file, 68 hexadecimal digits.
        start: Number of the first byte, from 0 on.
        count: How many bytes, 1 to ``RANGE_LIMIT``.
        slice: The Bao slice of the range.
        length_proof: The Bao slice of the last byte of the file; None where the range reaches its
            last chunk, or where nobody has it.
        checksum: BLAKE3 multihash of datahash (34 bytes), start and count (8 bytes each,
            little-endian) and the bytes of the range. Within the chunks of a slice another range
            is true as well; the checksum tells which one was meant.
    """

    datahash: str
    start: int
    count: int
    slice: bytes
    length_proof: bytes | None
    checksum: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What a range proves.

    Attributes:
        content: The bytes of the range.
        length: Bytes of the file.
        authenticated: Whether ``length`` is proven. If not, somebody may have made it up.
    """

    content: bytes
    length: int
    authenticated: bool


def make_range(
    datahash: str, start: int, count: int, piece: bytes, length_proof: bytes | None
) -> ByteRange:
    """Return a range whose slices were verified.

    Raises:
        VerificationFailed, InvalidInput, LimitExceeded: As for ``verify_range``.
    """
    made = ByteRange(datahash, start, count, piece, length_proof, "")
    return replace(made, checksum=_checksum(made, _verify_slices(made).content))


def verify_range(byte_range: ByteRange) -> Proven:
    """Verify the slices of a range against its datahash, and its checksum.

    Raises:
        VerificationFailed: A slice does not hold, has too few bytes or too many, or the two differ
            about the length of the file, or the checksum is of another range (``range-wrong``).
        InvalidInput: The count is 0 or the datahash malformed (``malformed-document``).
        LimitExceeded: The range has more than ``RANGE_LIMIT`` bytes.
    """
    proven = _verify_slices(byte_range)
    if byte_range.checksum != _checksum(byte_range, proven.content):
        raise _wrong("the checksum is that of another range")
    return proven


def _checksum(byte_range: ByteRange, content: bytes) -> str:
    place = byte_range.start.to_bytes(8, "little") + byte_range.count.to_bytes(8, "little")
    return "1e20" + blake3(bytes.fromhex(byte_range.datahash) + place + content).hexdigest()


def _verify_slices(byte_range: ByteRange) -> Proven:
    check_count(byte_range.count)
    if not _DATAHASH.fullmatch(byte_range.datahash):
        raise make_fault("is not a BLAKE3 multihash", "datahash")
    root = bytes.fromhex(byte_range.datahash)[2:]
    start, count = byte_range.start, byte_range.count
    length, content = _verify(byte_range.slice, root, start, count)
    if len(content) != count:
        raise _wrong(f"the range ends behind the end of the file, which has {length} bytes")
    if _reaches_end(start + count, length):
        if byte_range.length_proof is not None:
            raise make_fault("is not needed: the range reaches the last chunk", "length_proof")
        return Proven(content, length, True)
    if byte_range.length_proof is None:
        return Proven(content, length, False)
    other, _ = _verify(byte_range.length_proof, root, length - 1, 1)
    if other != length:
        raise _wrong("the two slices differ about the length of the file")
    return Proven(content, length, True)


def check_count(count: int) -> None:
    """Check the number of bytes of a range.

    Raises:
        InvalidInput: It is 0 or negative (``malformed-document``).
        LimitExceeded: It is above ``RANGE_LIMIT``.
    """
    if count < 1:
        raise make_fault("a range has at least one byte", "count")
    if count > RANGE_LIMIT:
        raise LimitExceeded("the range", "bytes", RANGE_LIMIT)


def _verify(piece: bytes, root: bytes, start: int, count: int) -> tuple[int, bytes]:
    fault, length, content = _kernel.bao_verify(piece, root, start, count)
    if fault:
        raise _wrong(_FAULTS[fault])
    return length, content


def _reaches_end(end: int, length: int) -> bool:
    """Tell whether a range up to before ``end`` has a byte of the last chunk."""
    return (end - 1) // _CHUNK == (length - 1) // _CHUNK


# --- slices of a file that has an outboard


def make_slice(
    length: int,
    start: int,
    count: int,
    *,
    parent: Callable[[int], bytes],
    read: Callable[[int, int], bytes],
) -> bytes:
    """Return the Bao slice of a part of a file. The file is read where the slice needs it.

    Args:
        length: Bytes of the file, 1 at least.
        start: Number of the first byte.
        count: How many bytes, within the file.
        parent: Gives the parent with a number in the outboard, 64 bytes.
        read: Gives bytes of the file, by start and count.
    """
    end = start + count

    def visit(first: int, groups: int, number: int) -> Iterator[bytes]:
        """Yield the nodes of some groups, whose parents begin with ``number`` in the outboard."""
        low, high = first * GROUP_SIZE, min((first + groups) * GROUP_SIZE, length)
        if low >= end or high <= start:
            return
        if groups == 1:
            part = max(start - low, 0), min(end, high) - low
            yield _kernel.bao_nodes(read(low, high - low), low // _CHUNK, *part)
            return
        left = 1 << ((groups - 1).bit_length() - 1)
        yield parent(number + groups - 2)
        yield from visit(first, left, number)
        yield from visit(first + left, groups - left, number + left - 1)

    nodes = visit(0, -(-length // GROUP_SIZE), 0)
    return b"".join((length.to_bytes(8, "little"), *nodes))


# --- the document


def write_range(byte_range: ByteRange) -> dict[str, JsonValue]:
    """Return the document of a range, of the type ``MEDIA_TYPE``."""
    proof = byte_range.length_proof
    return {
        "mediaType": MEDIA_TYPE,
        "datahash": byte_range.datahash,
        "start": byte_range.start,
        "count": byte_range.count,
        "slice": b64encode(byte_range.slice).decode(),
        "length_proof": None if proof is None else b64encode(proof).decode(),
        "checksum": byte_range.checksum,
    }


def read_range(document: JsonValue) -> ByteRange:
    """Return the range of a document. Its slices are not verified.

    Args:
        document: JSON as ``strict_json.parse_json`` gives it.

    Raises:
        InvalidInput: A member is missing, unknown or of another kind (``malformed-document``).
        LimitExceeded: The range has more than ``RANGE_LIMIT`` bytes.
    """
    if not isinstance(document, dict):
        raise make_fault("is not an object")
    for name in document:
        if name not in _MEMBERS:
            raise make_fault("is not a member of a range", name)
    for name in _MEMBERS:
        if name not in document:
            raise make_fault("is missing", name)
    if document["mediaType"] != MEDIA_TYPE:
        raise make_fault(f"is not {MEDIA_TYPE}", "mediaType")
    start, count = _number(document, "start"), _number(document, "count")
    check_count(count)
    proof = document["length_proof"]
    return ByteRange(
        _multihash(document, "datahash"),
        start,
        count,
        _decode(document["slice"], "slice"),
        None if proof is None else _decode(proof, "length_proof"),
        _multihash(document, "checksum"),
    )


def _multihash(document: dict[str, JsonValue], name: str) -> str:
    value = document[name]
    if not isinstance(value, str) or not _DATAHASH.fullmatch(value):
        raise make_fault("is not a BLAKE3 multihash", name)
    return value


def _number(document: dict[str, JsonValue], name: str) -> int:
    value = document[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise make_fault("is not a whole number from 0 to 2^53 - 1", name)
    return value


def _decode(text: JsonValue, name: str) -> bytes:
    """Return the bytes of base64 that has one spelling only."""
    if isinstance(text, str):
        try:
            data = b64decode(text, validate=True)
        except (Base64Error, ValueError):
            pass
        else:
            # Only the last bytes can have several spellings.
            if text.endswith(b64encode(data[(len(data) - 1) // 3 * 3 :]).decode()):
                return data
    raise make_fault("is not base64", name)


def _wrong(what: str) -> VerificationFailed:
    return VerificationFailed(f"the range does not hold: {what}", reason_code="range-wrong")
