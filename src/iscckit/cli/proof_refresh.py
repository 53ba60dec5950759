"""``iscc proof refresh``: put into a proof what its hub and the registry of its DOI say now."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.library_option import near
from iscckit.cli.proof_facts import news_facts, open_hub
from iscckit.cli.terminal import report, safe, write_line
from iscckit.errors import InvalidInput, IsccError, VerificationFailed
from iscckit.files.companions import is_companion
from iscckit.trust.declarations.declare import write_proof
from iscckit.trust.declarations.find_proofs import proof_path, read_whole
from iscckit.trust.proof.binding_record import find_doi
from iscckit.trust.proof.proof_file import encode_proof, read_proof
from iscckit.trust.remote.doi import RESOLVER

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["refresh"]


@click.command("refresh")
@click.argument("path", type=click.Path())
@click.option("--hub", metavar="URL", help="Address of the hub, if not https:// and its domain.")
@click.option("--resolver", metavar="URL", default=RESOLVER, show_default=True,
              help="Address that resolves DOIs.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def refresh(path: str, hub: str | None, resolver: str, as_json: bool) -> int:
    """Put what hub and registry say now into the proof of PATH: a newer checkpoint, the DOI.

    The registration is evidence and no trust: iscc verify --online asks for it again. A proof with
    timestamps keeps its checkpoint, which they are over. A deletion at the hub is told.

    Exit codes: 0 done, 1 hub or registry do not answer, 2 usage, 3 the log was rewritten, or the
    declaration was deleted. What did answer is written all the same.
    """
    place = path if is_companion(path) else proof_path(path)
    proof = read_proof(read_whole(place))
    said: dict[str, JsonValue] = {"proof": safe(place)}
    document, worst = dict(proof.document), DONE
    if proof.log is not None and not proof.log.is_private:
        try:
            document, more = _ask_hub(proof, hub)
            said |= more
            worst = DIFFERENT if "deleted" in more else DONE
        except IsccError as error:
            report(error)
            worst = DIFFERENT if isinstance(error, VerificationFailed) else FAILED
    if find_doi(proof.binding) is not None:
        try:
            document = _ask_registry(read_proof(encode_proof(document)), resolver)
            said["doi"] = find_doi(proof.binding)
        except IsccError as error:
            report(error)
            worst = max(worst, FAILED)
    changed = document != dict(proof.document)
    if changed:
        write_proof(place, document, force=True)
    _show(place, {**said, "changed": changed}, as_json=as_json)
    return worst


def _ask_hub(
    proof: ProofFile, url: str | None
) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    from iscckit.trust.declarations.refresh_proof import renew_inclusion
    from iscckit.trust.remote.hub_news import fetch_news

    if proof.log is None:
        raise InvalidInput("the declaration is in no log")
    news = fetch_news(open_hub(proof.log, url), proof)
    facts: dict[str, JsonValue] = {"size": news.inclusion.tree_size}
    deleted = news_facts(news, proof.log.origin).get("deleted")
    if isinstance(deleted, dict):
        facts["deleted"] = deleted
    return renew_inclusion(proof, news.inclusion), facts


def _ask_registry(proof: ProofFile, resolver: str) -> dict[str, JsonValue]:
    from iscckit.trust.declarations.refresh_proof import add_registration
    from iscckit.trust.remote.doi import fetch_metadata

    doi = find_doi(proof.binding) or ""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return add_registration(dict(proof.document), doi, fetch_metadata(doi, resolver=resolver), now)


def _show(place: str, said: dict[str, JsonValue], *, as_json: bool) -> None:
    if as_json:
        write_line(json.dumps(said, ensure_ascii=False))
        return
    write_line(f"{safe(near(place))}: {'refreshed' if said['changed'] else 'as it was'}")
    if "size" in said:
        write_line(f"  the log has {said['size']} entries now and kept this one")
    deleted = said.get("deleted")
    if isinstance(deleted, dict):
        write_line(f"  deleted by entry {deleted['seq']}")
    if "doi" in said:
        write_line(f"  registration of {safe(str(said['doi']))}")
