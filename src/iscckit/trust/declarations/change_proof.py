"""Changing proofs: one more timestamp, or one part alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput
from iscckit.trust.proof.parts import cut_part
from iscckit.trust.proof.timestamp_list import Token, pack_timestamps

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.declare import Stamp
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["extract_part", "stamp_again"]


def stamp_again(proof: ProofFile, stamps: Sequence[Stamp]) -> dict[str, JsonValue]:
    """Return a proof document with tokens over the checkpoint and all earlier tokens.

    So the time of the earlier tokens stays provable when their authority is gone.

    Args:
        proof: The proof.
        stamps: Ask an authority each.

    Raises:
        IsccError: An authority gives no token that holds.
    """
    covers = len(proof.tokens)
    tokens, roots = list(proof.tokens), list(proof.roots)
    for ask in stamps:
        token, found = ask(proof.to_stamp(covers))
        tokens.append(Token(token, covers))
        roots += found
    return {**proof.document, "timestamps": pack_timestamps(tokens, roots)}


def extract_part(proof: ProofFile, index: int) -> dict[str, JsonValue]:
    """Return a proof document that has one part and shows nothing else of the content.

    Args:
        proof: The proof.
        index: The place of the part, from 0.

    Raises:
        InvalidInput: There is no such part.
    """
    if proof.parts is None:
        raise InvalidInput("the proof has no parts")
    return {**proof.document, "parts": cut_part(proof.parts, index).to_dict()}
