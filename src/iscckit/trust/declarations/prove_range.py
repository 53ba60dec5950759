"""Make and read the proofs of byte ranges of files."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, IsccError, UnreadableFile, VerificationFailed
from iscckit.files.atomic import write_whole
from iscckit.files.companions import PROOF_SUFFIX, RANGE_SUFFIX
from iscckit.files.file_status import Identity
from iscckit.files.watched_file import OpenFile
from iscckit.trust.declarations.outboard import open_outboard
from iscckit.trust.proof.byte_range import (
    ByteRange,
    Declaration,
    Proven,
    check_count,
    make_range,
    make_slice,
    verify_range,
)
from iscckit.trust.proof.note import read_note
from iscckit.trust.proof.proof_file import PROOF_BYTES_MAX, read_proof
from iscckit.trust.proof.range_document import read_range, write_range
from iscckit.trust.proof.strict_json import parse_json

if TYPE_CHECKING:
    from iscckit.trust.declarations.outboard import Outboard

__all__ = [
    "is_range_file",
    "prove_range",
    "range_path",
    "verify_range_file",
    "write_range_file",
]

# Bytes: the largest range in base64 with its parents, and the slice of the last byte.
_FILE_LIMIT: Final = 6 << 20
_CHUNK: Final = 1024
_DATAHASH_PREFIX: Final = "1e20"  # multihash: BLAKE3, 32 bytes


def range_path(path: str, start: int, end: int) -> str:
    """Return where the proof of a range lies: ``NAME.A-B.iscc-range.json`` beside the file."""
    return f"{path}.{start}-{end}{RANGE_SUFFIX}"


def is_range_file(path: str) -> bool:
    """Tell whether a file is the proof of a range, by its name."""
    return path.endswith(RANGE_SUFFIX)


def prove_range(
    path: str | os.PathLike[str], start: int, end: int | None, *, cache: str | None = None
) -> ByteRange:
    """Return the proof of the bytes of a file from ``start`` to before ``end``.

    The file is read in blocks: once as a whole, unless its outboard is kept, and where the slices
    need it. The proof was verified.

    Args:
        path: The file; a link is followed.
        start: Number of the first byte, from 0 on.
        end: Number of the byte behind the last; None for the end of the file.
        cache: Folder in which outboards are kept; None: nowhere.

    Raises:
        InvalidInput: The range has no bytes, or is not within the file.
        LimitExceeded: The range has more than ``RANGE_LIMIT`` bytes.
        UnreadableFile: The file cannot be read, or was changed while it was read.
    """
    with OpenFile(os.path.realpath(path)) as file:
        length = file.identity.size
        last = length if end is None else end
        if start < 0 or last > length:
            raise InvalidInput(f"{os.fspath(path)}: bytes {start} to {last} are not in the file, "
                               f"which has {length}")  # fmt: skip
        if last <= start:
            raise InvalidInput(f"{os.fspath(path)}: the range {start}:{last} has no bytes")
        check_count(last - start)
        try:
            with open_outboard(file, cache) as outboard:
                return _prove(file, outboard, start, last - start)
        except VerificationFailed:
            pass  # the outboard is damaged, or the file changed and kept its time
        try:
            with open_outboard(file, cache, fresh=True) as outboard:
                return _prove(file, outboard, start, last - start)
        except VerificationFailed:
            raise UnreadableFile(file.path, "changed while it was read") from None


def _prove(file: OpenFile, outboard: Outboard, start: int, count: int) -> ByteRange:
    length = outboard.length

    def read(at: int, size: int) -> bytes:
        os.lseek(file.number, at, os.SEEK_SET)
        data = os.read(file.number, size)
        if len(data) != size:
            raise UnreadableFile(file.path, "changed while it was read")
        return data

    def cut(first: int, size: int) -> bytes:
        return make_slice(length, first, size, parent=outboard.parent, read=read)

    try:
        reaches_end = (start + count - 1) // _CHUNK == (length - 1) // _CHUNK
        proof = None if reaches_end else cut(length - 1, 1)
        datahash = _DATAHASH_PREFIX + outboard.root.hex()
        proven = make_range(datahash, start, count, cut(start, count), length_proof=proof)
        declaration = _find_declaration(file.path, proven)
        if declaration is not None:
            proven = make_range(datahash, start, count, proven.slice, length_proof=proof,
                                declaration=declaration)  # fmt: skip
        if Identity.of(file.number) != file.identity:
            raise UnreadableFile(file.path, "changed while it was read")
    except OSError as error:
        raise UnreadableFile(file.path, f"cannot be read: {error.strerror or error}") from error
    return proven


def _find_declaration(path: str, proven: ByteRange) -> Declaration | None:
    """Return the declaration of the file that the proof beside it has, if it is of these bytes."""
    try:
        with OpenFile(path + PROOF_SUFFIX) as file:
            if file.identity.size > PROOF_BYTES_MAX:
                return None
            found = read_proof(b"".join(file.blocks()))
        note = read_note(found.note)
    except IsccError:  # who verifies that proof is told
        return None
    if note.datahash != proven.datahash:
        return None
    return Declaration(note.document, None if found.log is None else found.log.iscc_id)


def write_range_file(
    path: str | os.PathLike[str], byte_range: ByteRange, *, force: bool = False
) -> None:
    """Write the proof of a range as a file in one step.

    Raises:
        InvalidInput: The file exists, and ``force`` is not set (``file-exists``).
        UnreadableFile: The file cannot be written.
    """
    write_whole(path, (json.dumps(write_range(byte_range), indent=1) + "\n").encode(), force=force)


def verify_range_file(path: str | os.PathLike[str]) -> tuple[ByteRange, Proven]:
    """Read and verify the proof of a range.

    Returns:
        The range, and what it proves.

    Raises:
        UnreadableFile: The file cannot be read.
        InvalidInput: It is not the proof of a range (``malformed-document``).
        LimitExceeded: The range is too long.
        VerificationFailed: The proof does not hold (``range-wrong``).
    """
    name = os.fspath(path)
    with OpenFile(os.path.realpath(name)) as file:
        if file.identity.size > _FILE_LIMIT:
            raise InvalidInput(f"{name}: has more than {_FILE_LIMIT} bytes, so it is no range",
                               reason_code="malformed-document", field="")  # fmt: skip
        data = b"".join(file.blocks())
    byte_range = read_range(parse_json(data, limit=_FILE_LIMIT))
    del data
    return byte_range, verify_range(byte_range)
