"""Claims about real files, as they come in from proofs and logs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import rfc8785

from iscckit.codec.unit import MainType
from iscckit.json_types import JsonValue
from iscckit.library.scan.task import ReadTask, make_entry, read_file
from iscckit.records.finish import finish_records
from iscckit.records.options import Options
from iscckit.trust.claims.claim import Claim, Known
from iscckit.trust.claims.write import NewClaim
from iscckit.workers.wire import HandedFile

__all__ = ["ANNA", "BERT", "claim_of"]

ANNA, BERT = bytes([1]) * 32, bytes([2]) * 32  # keys; signatures are checked before claims come in


def claim_of(
    path: Path,
    known: Known = "fingerprints",
    *,
    signer: bytes = ANNA,
    number: str | None = None,
    tdm: dict[str, str] | None = None,
) -> NewClaim:
    """Return a claim about a file, with as much of the file as ``known`` says."""
    options = Options(bits=256, granular=True)
    read = read_file(ReadTask(HandedFile(str(path)), options))
    (record,) = finish_records([read.draft], options)
    entry = make_entry(read, record)
    units = [unit for unit in record.units if unit.maintype != MainType.INSTANCE]
    note: dict[str, JsonValue] = {
        "iscc_code": record.iscc,
        "datahash": record.datahash,
        "nonce": "0" * 32,
        **({} if known == "code" else {"units": [*map(str, units)]}),
        "signature": {"pubkey": signer.hex()},
    }
    claim = Claim(
        key=hashlib.sha256(rfc8785.dumps(note)).hexdigest(),
        note=note,
        binding={} if tdm is None else {"tdm": dict(tdm)},
        signer=signer,
        iscc_id=number,
        known=known,
    )
    if known != "fingerprints":
        return NewClaim(claim)
    return NewClaim(claim, record.units, entry.prints, record.name or "")
