"""Byte ranges: which bytes lie at which place of a file whose datahash is known.

A range has a Bao slice: its bytes, and the hashes that lead from them to the datahash. A slice that
does not reach the last chunk of the file says nothing certain about the file's length. So a second
slice, that of the last byte, proves the length wherever the range does not reach so far.

What is proven: these bytes begin at this place of the file with this datahash. It holds for equal
bytes only, and says nothing about similar content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from iscckit import _kernel
from iscckit.errors import LimitExceeded, VerificationFailed
from iscckit.trust.proof.note import read_note
from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iscckit.json_types import JsonValue

__all__ = [
    "DATAHASH",
    "GROUP_SIZE",
    "PARENT_SIZE",
    "RANGE_LIMIT",
    "ByteRange",
    "Declaration",
    "Proven",
    "check_count",
    "make_range",
    "make_slice",
    "verify_range",
]

RANGE_LIMIT: Final = 1 << 22  # bytes of a range: proofs of longer ones would fill the memory
GROUP_SIZE: Final = 16 * 1024  # bytes below one leaf of an outboard (kernel/bao/tree.hpp)
PARENT_SIZE: Final = 64  # bytes of one parent in an outboard

_CHUNK: Final = 1024
DATAHASH: Final = re.compile(r"1e20[0-9a-f]{64}")
_FAULTS: Final = {
    1: "the slice ends too early",
    2: "bytes follow the slice",
    3: "the hashes do not lead to the datahash",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of the declaration of a file.

    Attributes:
        note: The signed note.
        iscc_id: The ISCC-ID that a log gave it; None without a log. No signature covers it.
    """

    note: Mapping[str, JsonValue]
    iscc_id: str | None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the declaration in JSON types."""
        return {"iscc_id": self.iscc_id, "note": dict(self.note)}


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
        declaration: The declaration of the whole file, if it is known.
        checksum: BLAKE3 multihash of datahash (34 bytes), start and count (8 bytes each,
            little-endian), BLAKE3 of the declaration as canonical JSON, and the bytes of the range.
            Within the chunks of a slice another range is true as well; the checksum tells which
            one was meant.
    """

    datahash: str
    start: int
    count: int
    slice: bytes
    length_proof: bytes | None
    declaration: Declaration | None
    checksum: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What a range proves.

    Attributes:
        content: The bytes of the range.
        length: Bytes of the file.
        authenticated: Whether ``length`` is proven. If not, somebody may have made it up.
        signer: The public key that signed the declaration; None without one. Whether it is trusted
            is not said.
    """

    content: bytes
    length: int
    authenticated: bool
    signer: bytes | None


def make_range(
    datahash: str,
    start: int,
    count: int,
    piece: bytes,
    *,
    length_proof: bytes | None,
    declaration: Declaration | None = None,
) -> ByteRange:
    """Return a range whose slices and declaration were verified.

    Raises:
        VerificationFailed, InvalidInput, LimitExceeded: As for ``verify_range``.
    """
    made = ByteRange(datahash, start, count, piece, length_proof, declaration, "")
    return replace(made, checksum=_checksum(made, _verify_parts(made).content))


def verify_range(byte_range: ByteRange) -> Proven:
    """Verify the slices of a range against its datahash, and its checksum.

    Raises:
        VerificationFailed: A slice does not hold, has too few bytes or too many, or the two differ
            about the length of the file, the declaration is of another file, or the checksum of
            another range (``range-wrong``); the note is not signed by its key.
        InvalidInput: The count is 0 or the datahash malformed (``malformed-document``).
        LimitExceeded: The range has more than ``RANGE_LIMIT`` bytes.
    """
    proven = _verify_parts(byte_range)
    if byte_range.checksum != _checksum(byte_range, proven.content):
        raise _wrong("the checksum is that of another range")
    return proven


def _checksum(byte_range: ByteRange, content: bytes) -> str:
    place = byte_range.start.to_bytes(8, "little") + byte_range.count.to_bytes(8, "little")
    declared = byte_range.declaration
    canonical = canonicalize(None if declared is None else declared.to_dict())
    hasher = blake3(bytes.fromhex(byte_range.datahash) + place + blake3(canonical).digest())
    return "1e20" + hasher.update(content).hexdigest()


def _verify_parts(byte_range: ByteRange) -> Proven:
    proven = _verify_slices(byte_range)
    if byte_range.declaration is None:
        return proven
    note = read_note(dict(byte_range.declaration.note))
    if note.datahash != byte_range.datahash:
        raise _wrong("the declaration is of another file")
    return replace(proven, signer=note.public_key)


def _verify_slices(byte_range: ByteRange) -> Proven:
    check_count(byte_range.count)
    if not DATAHASH.fullmatch(byte_range.datahash):
        raise make_fault("is not a BLAKE3 multihash", "datahash")
    root = bytes.fromhex(byte_range.datahash)[2:]
    start, count = byte_range.start, byte_range.count
    length, content = _verify(byte_range.slice, root, start, count)
    if len(content) != count:
        raise _wrong(f"the range ends behind the end of the file, which has {length} bytes")
    if _reaches_end(start + count, length):
        if byte_range.length_proof is not None:
            raise make_fault("is not needed: the range reaches the last chunk", "length_proof")
        return Proven(content, length, True, None)
    if byte_range.length_proof is None:
        return Proven(content, length, False, None)
    other, _ = _verify(byte_range.length_proof, root, length - 1, 1)
    if other != length:
        raise _wrong("the two slices differ about the length of the file")
    return Proven(content, length, True, None)


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


def _wrong(what: str) -> VerificationFailed:
    return VerificationFailed(f"the range does not hold: {what}", reason_code="range-wrong")
