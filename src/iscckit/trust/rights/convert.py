"""From one vocabulary to another by the model in between, and what is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, Literal, get_args

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.rights.aipref import read_aipref, write_aipref
from iscckit.trust.rights.cawg import LABEL, read_cawg, write_cawg
from iscckit.trust.rights.plus import read_plus, write_plus
from iscckit.trust.rights.reservations import Reservations
from iscckit.trust.rights.tdmai import read_tdmai, write_tdmai
from iscckit.trust.rights.tdmrep import read_iscc, read_tdmrep, write_iscc, write_tdmrep
from iscckit.trust.rights.written import Written

__all__ = ["VOCABULARIES", "Vocabulary", "read_statement", "write_statement"]

Vocabulary = Literal["aipref", "tdmrep", "plus", "cawg", "tdmai", "iscc"]
VOCABULARIES: Final[tuple[Vocabulary, ...]] = get_args(Vocabulary)


def write_statement(
    reservations: Reservations, vocabulary: Vocabulary, *, iscc: str = ""
) -> Written[JsonValue]:
    """Return reservations in a vocabulary, and what it cannot express.

    Args:
        reservations: What is to be said.
        vocabulary: The target.
        iscc: The code of the content, which ``tdmai`` needs.

    Raises:
        InvalidInput: The target names content by its ISCC, and there is none.
    """
    written: Written[str] | Written[dict[str, JsonValue]] | Written[dict[str, int | str]]
    match vocabulary:
        case "aipref":
            written = write_aipref(reservations)
        case "plus":
            written = write_plus(reservations)
        case "tdmrep":
            written = write_tdmrep(reservations)
        case "cawg":
            written = write_cawg(reservations)
        case "iscc":
            written = write_iscc(reservations)
        case "tdmai":
            if not iscc:
                raise InvalidInput("a statement of TDM·AI names content by its ISCC")
            written = write_tdmai(reservations, iscc=iscc)
    value: JsonValue
    value = dict(written.value) if isinstance(written.value, dict) else written.value
    return Written(value, written.lost, written.widened)


def read_statement(text: str, vocabulary: Vocabulary | None = None) -> Reservations:
    """Return what a statement says.

    Args:
        text: A header of AIPREF, a term of PLUS, or a JSON object of one of the others.
        vocabulary: Its vocabulary; by default the one whose form the text has.

    Raises:
        InvalidInput: The text is not a statement of the vocabulary, or of any.
    """
    if vocabulary == "aipref":
        return read_aipref(text)
    if vocabulary == "plus":
        return read_plus(text)
    if not text.lstrip().startswith("{"):
        if vocabulary is not None:
            raise InvalidInput(f"a statement of {vocabulary} is a JSON object")
        return _read_plain(text)
    document = _parse_object(text)
    return _read_document(document, vocabulary or _guess(document))


def _read_plain(text: str) -> Reservations:
    """Return what a term of PLUS or a header says; of a text that is neither, nothing is known."""
    term = read_plus(text)
    return read_aipref(text) if term.ignored else term


def _parse_object(text: str) -> dict[str, JsonValue]:
    def refuse_twins(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a member is there twice")
        return found

    try:
        document = json.loads(text, object_pairs_hook=refuse_twins)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the statement is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidInput("the statement is not a JSON object")
    return document


def _guess(document: Mapping[str, JsonValue]) -> Vocabulary:
    if "entries" in document or LABEL in document:
        return "cawg"
    if "intent" in document or {"iscc", "tdm-reservation"} <= set(document):
        return "tdmai"
    return "tdmrep" if "tdm-reservation" in document else "iscc"


def _read_document(document: Mapping[str, JsonValue], vocabulary: Vocabulary) -> Reservations:
    if vocabulary == "cawg":
        inner = document.get(LABEL)
        return read_cawg(inner if isinstance(inner, Mapping) else document)
    if vocabulary == "tdmai":
        return read_tdmai(document)
    if vocabulary == "tdmrep":
        policy = document.get("tdm-policy")
        flag = document.get("tdm-reservation")
        return read_tdmrep(flag, policy if isinstance(policy, str) else None)
    return read_iscc(document)
