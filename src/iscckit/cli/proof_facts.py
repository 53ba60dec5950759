"""Facts about a proof from elsewhere: deletions in logs on this machine, and the network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.cli.key_options import default_config
from iscckit.cli.own_log import logs_folder
from iscckit.cli.terminal import report
from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, LibraryError, RemoteFailed, VerificationFailed
from iscckit.trust.keys.trusted import TrustStore
from iscckit.trust.proof.binding_record import find_doi
from iscckit.trust.proof.signature import verify_signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.trust.proof.proof_file import LogPart, ProofFile
    from iscckit.trust.remote.hub_log import Hub
    from iscckit.trust.remote.hub_news import HubNews

__all__ = ["find_facts", "news_facts", "open_hub"]

_EVER: Final = 0  # a note without log has no time: a key that was ever revoked is refused then


def find_facts(proof: ProofFile, *, online: bool, config: str | None) -> Mapping[str, object]:
    """Return facts as ``checks.Facts`` names them.

    Args:
        proof: The proof.
        online: Whether sites, registries and hubs are asked.
        config: The configuration folder.
    """
    found: dict[str, object] = {}
    deleted = _find_own_deletion(proof)
    if deleted is not None:
        found["deleted"] = deleted
    facts, did = _ask_controller(proof, config, online=online)
    found |= facts
    if online:
        found |= _ask_registry(proof, did)
        found |= _ask_hub(proof)
    return found


def _find_own_deletion(proof: ProofFile) -> Mapping[str, object] | None:
    """Return the deletion in a log on this machine, if that is the log of the proof."""
    if proof.log is None:
        return None
    from iscckit.trust.declarations.private_log import log_folder

    folder = log_folder(logs_folder(), proof.log.key)
    if not os.path.isdir(folder):
        return None
    from iscckit.trust.declarations.local_log import find_deletion

    try:
        return find_deletion(folder, proof.log.iscc_id)
    except (LibraryError, InvalidInput):
        return None


def _ask_controller(
    proof: ProofFile, config: str | None, *, online: bool
) -> tuple[dict[str, object], str | None]:
    """Return whether the controller has the key, and the controller if so.

    A controller that is a did:key is its key, so nobody needs to be asked.
    """
    try:
        signed = verify_signature(proof.note)
    except (InvalidInput, VerificationFailed):
        return {}, None  # the check of the signature says so
    controller = signed.controller
    is_key = controller is not None and controller.startswith("did:key:")
    if controller is None or signed.public_key is None or not (online or is_key):
        return {}, None
    from iscckit.trust.remote.controller_documents import ControllerDocuments

    try:
        when = _EVER if proof.log is None else IsccId.parse(proof.log.iscc_id).timestamp
        found = ControllerDocuments().identify(controller, signed.public_key, signed.keyid, when)
    except InvalidInput:
        return {}, None  # the check of the signature says so
    if found.state == "verified" and not is_key:
        try:
            TrustStore.pin_identity(default_config(config), controller, signed.public_key)
        except VerificationFailed:
            return {"controller": "changed"}, None
    return {"controller": found.state}, controller if found.state == "verified" else None


def _ask_registry(proof: ProofFile, did: str | None) -> dict[str, object]:
    """Return whether the registry of the DOI names the declaration."""
    doi = find_doi(proof.binding)
    if doi is None:
        return {}
    from iscckit.trust.remote.doi import fetch_registration, grade_doi

    codes = [str(proof.note.get("iscc_code"))]
    if proof.log is not None:
        codes.append(proof.log.iscc_id)
    try:
        return {"doi": grade_doi(fetch_registration(doi), doi, codes, did).state}
    except (RemoteFailed, InvalidInput, VerificationFailed) as error:
        report(error)
        return {}


def open_hub(log: LogPart, url: str | None) -> Hub:
    """Return the hub of a proof: at its domain, or at an address that a person typed."""
    from iscckit.trust.remote.hub_log import Hub

    address = url or f"https://{log.domain}"
    return Hub(address, log.key, domain=log.domain, is_typed=url is not None)


def news_facts(news: HubNews, origin: str) -> dict[str, object]:
    """Return what a hub says, as ``checks.Facts`` names it."""
    found: dict[str, object] = {"newer_size": news.inclusion.tree_size}
    if news.deletion is not None:
        found["deleted"] = {"seq": news.deletion, "origin": origin}
    return found


def _ask_hub(proof: ProofFile) -> dict[str, object]:
    """Return whether the hub still has the declaration; a private log has nobody to ask."""
    if proof.log is None or proof.log.is_private:
        return {}
    from iscckit.trust.remote.hub_news import fetch_news

    try:
        news = fetch_news(open_hub(proof.log, None), proof)
    except VerificationFailed as error:
        if error.reason_code == "merkle-proof-wrong":
            return {"rewritten": str(error)}
        report(error)  # another key says nothing against the log
        return {}
    except (RemoteFailed, InvalidInput) as error:
        report(error)
        return {}
    if not news.is_whole:
        report(f"{proof.log.origin}: a deletion was looked for in its newest entries only")
    return news_facts(news, proof.log.origin)
