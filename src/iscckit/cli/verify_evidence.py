"""What ``iscc verify`` does with evidence against a log."""

from __future__ import annotations

import json

from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.library_option import near
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.declarations.find_proofs import read_whole
from iscckit.trust.proof.log_evidence import verify_evidence
from iscckit.trust.proof.multikey import encode_public_key
from iscckit.trust.proof.proof_file import PROOF_BYTES_MAX
from iscckit.trust.proof.strict_json import parse_json

__all__ = ["verify_evidence_file"]


def verify_evidence_file(path: str, *, as_json: bool) -> int:
    """Check evidence, print what it shows, and return the exit code: 0 it holds, 3 it does not.

    Raises:
        UnreadableFile: The file cannot be read.
    """
    try:
        found = verify_evidence(parse_json(read_whole(path), limit=PROOF_BYTES_MAX))
    except (InvalidInput, VerificationFailed) as error:
        if as_json:
            line: dict[str, JsonValue] = {"path": safe(path), "state": "invalid"}
            write_line(json.dumps({**line, "reason": error.reason_code}, ensure_ascii=False))
        report(f"{near(path)}: {error}")
        return DIFFERENT
    key = encode_public_key(found.public_key)
    if as_json:
        line = {
            "path": safe(path),
            "kind": found.kind,
            "state": "valid",
            "origin": found.origin,
            "key": key,
            "sizes": list(found.sizes),
            "proven": found.is_proven,
            "index": found.index,
        }
        write_line(json.dumps(line, ensure_ascii=False))
        return DONE
    proven = "proven by its signatures" if found.is_proven else "the order in time is a claim"
    write_line(f"{safe(near(path))}: {paint(found.kind, 'bad')} of {safe(found.origin)}, {proven}")
    write_line(f"  sizes {found.sizes[0]} and {found.sizes[1]}, signed by {key}")
    return DONE
