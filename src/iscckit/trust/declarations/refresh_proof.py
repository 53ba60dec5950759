"""Refreshing proofs: what hub and registry say now goes into the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.trust.proof.proof_file import digest_evidence
from iscckit.trust.proof.strict_json import parse_json
from iscckit.trust.remote.doi import LARGEST_METADATA

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.proof_file import ProofFile
    from iscckit.trust.proof.receipt import Inclusion
    from iscckit.trust.remote.doi import Metadata

__all__ = ["add_registration", "renew_inclusion"]


def renew_inclusion(proof: ProofFile, newer: Inclusion) -> dict[str, JsonValue]:
    """Return a proof document with a newer checkpoint and the place of the record below it.

    A proof with timestamps keeps its checkpoint, which they are over. The receipt keeps the
    evidence that the hub signed.

    Args:
        proof: The proof, with a log.
        newer: The place, checked.
    """
    document = dict(proof.document)
    if proof.tokens or proof.log is None or newer == proof.log.inclusion:
        return document
    place = newer.to_dict()
    document["checkpoint"] = place.pop("checkpoint")
    document["inclusion"] = place
    receipt = document.get("receipt")
    if isinstance(receipt, dict) and "evidence" not in receipt:
        document["receipt"] = {**receipt, "evidence": proof.log.inclusion.to_dict()}
    return document


def add_registration(
    document: dict[str, JsonValue], doi: str, found: Metadata, fetched: str
) -> dict[str, JsonValue]:
    """Return a proof document with what the registry of its DOI says.

    Args:
        document: The document.
        doi: The DOI, as the binding record has it.
        found: The registered metadata.
        fetched: When they came, as ISO 8601 in UTC.

    Raises:
        InvalidInput: The metadata are not JSON.
    """
    evidence: dict[str, JsonValue] = {
        "id": doi,
        "fetched": fetched,
        "mediaType": found.mediatype,
        "metadata": parse_json(found.body, limit=LARGEST_METADATA),
    }
    return {**document, "doi": {**evidence, "digest": digest_evidence(evidence)}}
