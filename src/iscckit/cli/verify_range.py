"""What ``iscc verify`` does with the proof of a byte range."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import near
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import InvalidInput, IsccError, UnreadableFile, VerificationFailed
from iscckit.files.atomic import write_whole
from iscckit.records.safe_text import readable
from iscckit.trust.declarations.prove_range import verify_range_file
from iscckit.trust.proof.multikey import encode_public_key

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.byte_range import ByteRange, Proven

__all__ = ["describe_range", "verify_range_proof"]


def describe_range(path: str, byte_range: ByteRange, proven: Proven) -> dict[str, JsonValue]:
    """Return what a verified range says, for JSON."""
    return {
        "path": readable(path),
        "kind": "byte-range",
        "state": "valid",
        "datahash": byte_range.datahash,
        "start": byte_range.start,
        "end": byte_range.start + byte_range.count,
        "count": byte_range.count,
        "length": proven.length,
        "length_authenticated": proven.authenticated,
        "iscc_id": None if byte_range.declaration is None else byte_range.declaration.iscc_id,
        "signer": None if proven.signer is None else encode_public_key(proven.signer),
    }


def verify_range_proof(path: str, *, output: str | None, force: bool, as_json: bool) -> int:
    """Verify the proof of a range, print what it proves, and write its bytes if asked to.

    Args:
        path: The proof, ``NAME.A-B.iscc-range.json``.
        output: Where the bytes of the range are written; None: nowhere.
        force: Whether ``output`` is replaced.
        as_json: Whether one JSON object is printed.

    Returns:
        The exit code: 0 the proof holds, 1 it cannot be read, 3 it does not hold.

    Raises:
        InvalidInput: ``output`` exists, and ``force`` is not set (``file-exists``).
        UnreadableFile: ``output`` cannot be written.
    """
    try:
        byte_range, proven = verify_range_file(path)
    except IsccError as error:
        code = DIFFERENT if isinstance(error, VerificationFailed) else FAILED
        if as_json:
            state = "invalid" if code == DIFFERENT else "unreadable"
            fault = {"path": readable(path), "kind": "byte-range", "state": state}
            fault |= {"reason": error.reason_code, "detail": str(error)}
            write_line(json.dumps(fault, ensure_ascii=False))
        else:
            report(_name_file(path, error))
        return code
    facts = describe_range(path, byte_range, proven)
    if output is not None:
        write_whole(output, proven.content, force=force)
        facts["output"] = readable(output)
    if as_json:
        write_line(json.dumps(facts, ensure_ascii=False))
    else:
        _print(path, byte_range, proven, output)
    return DONE


def _name_file(path: str, error: IsccError) -> IsccError:
    """Return an error whose message names the file."""
    if isinstance(error, UnreadableFile):
        return error
    kind = VerificationFailed if isinstance(error, VerificationFailed) else InvalidInput
    return kind(f"{path}: {error}")


def _print(path: str, byte_range: ByteRange, proven: Proven, output: str | None) -> None:
    end = byte_range.start + byte_range.count
    length = f"{proven.length:,} bytes, "
    length += "authenticated" if proven.authenticated else paint("not authenticated", "warn")
    write_line(safe(near(path)))
    write_line(
        f"  range     {paint('valid', 'good')}: bytes {byte_range.start:,} to before {end:,}"
    )
    write_line(f"  file      {length}")
    write_line(f"  datahash  {byte_range.datahash}")
    if byte_range.declaration is not None and proven.signer is not None:
        signed = f"signed by {encode_public_key(proven.signer)}"
        write_line(
            f"  declared  {safe(byte_range.declaration.iscc_id or 'without a log')}, {signed}"
        )
    if output is not None:
        write_line(f"  written   {byte_range.count:,} bytes to {safe(near(output))}")
