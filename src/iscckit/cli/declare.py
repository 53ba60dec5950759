"""``iscc declare``: say what is yours, signed, logged, and provable offline."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from iscckit.cli.declare_embed import embed_reservations
from iscckit.cli.exit_codes import DONE, FAILED, exit_code
from iscckit.cli.key_options import (
    choose_signer,
    config_option,
    default_config,
    keys_folder,
    passphrase_option,
)
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.own_log import open_own_log
from iscckit.cli.protection_options import protection_options
from iscckit.cli.stamping import make_stamps
from iscckit.cli.statement_options import statement_options
from iscckit.cli.terminal import paint, report, safe, silence_libraries, write_line
from iscckit.errors import InvalidInput, IsccError
from iscckit.records.safe_text import readable
from iscckit.render.proof_wording import PROTOCOL
from iscckit.trust.declarations.declare import declare as log_and_stamp
from iscckit.trust.declarations.declare import prepare, sign_note, write_proof
from iscckit.trust.declarations.find_proofs import is_proof_path, proof_path
from iscckit.trust.declarations.private_log import PRIVATE_HUB
from iscckit.trust.declarations.read_files import read_files
from iscckit.workers.threads import jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iscckit.cli.protection_options import Protection
    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.declare import NoteLog, Prepared, Stamp
    from iscckit.trust.declarations.read_files import ReadFile
    from iscckit.trust.declarations.statement import Statement
    from iscckit.trust.keys.signer import Signer

__all__ = ["declare"]


class _Target(NamedTuple):
    """Where a declaration goes: its log and its timestamps."""

    hub: NoteLog | None
    no_log: bool
    stamps: tuple[Stamp, ...]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@statement_options
@click.option("--key", metavar="NAME", help="Key that signs; by default your only one.")
@passphrase_option
@config_option
@library_option
@click.option("--tsa", "authorities", multiple=True, metavar="URL|COMMAND",
              help="Timestamp authority (RFC 3161); may be given several times.")  # fmt: skip
@click.option("--hub", metavar="URL", help="Post to this ISCC-HUB instead of your own log.")
@click.option("--hub-id", type=click.IntRange(0, 4095), help="Its number, if it is not pinned.")
@click.option("--no-log", is_flag=True, help="Sign and stamp only; no log orders it.")
@click.option("--no-fingerprints", is_flag=True,
              help="Leave out what crops and short passages are found by.")  # fmt: skip
@click.option("--embed", is_flag=True, help="First write what --tdm says into each FILE.")
@click.option("-o", "--output", type=click.Path(), help="Proof file of the one FILE.")
@click.option("--proof-dir", type=click.Path(), metavar="DIR", help="Folder of the proof files.")
@click.option("--force", is_flag=True, help="Replace a proof file that exists.")
@click.option("--dry-run", is_flag=True, help="Print note and record; sign, log, write nothing.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@protection_options
def declare(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    statement: Statement,
    /,
    files: tuple[str, ...],
    key: str | None,
    passphrase_file: str | None,
    config: str | None,
    library: str | None,
    authorities: tuple[str, ...],
    hub: str | None,
    hub_id: int | None,
    no_log: bool,
    no_fingerprints: bool,
    embed: bool,
    output: str | None,
    proof_dir: str | None,
    force: bool,
    dry_run: bool,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Declare each FILE: write a proof file beside it that others can check without network.

    The declaration has the codes of the file and its parts, what the options say of it, your
    signature, and a place in a log: by default one of your own on this machine, which is private
    and whose times are claims. This is IDP-Declaration v0.1-draft, not a part of ISO 24138.

    With --embed each FILE is changed first: PLUS in pictures, TDMRep in HTML, EPUB and PDF. A
    format without a place for it is named, and declared as it is.

    Exit codes: 0 done, 1 a file could not be read or embedded into, or its proof not written,
    2 usage, 3 a log, hub or authority refused, or its answer does not hold.
    """
    if no_log and hub is not None:
        raise click.UsageError("--no-log and --hub contradict each other")
    targets = _plan(files, output, proof_dir, force=force or dry_run)
    codes: set[int] = set()
    if embed and not embed_reservations(targets, statement.tdm, protection, dry_run=dry_run):
        codes.add(FAILED)
    count = min(jobs or jobs_by_default(), len(files))
    with silence_libraries():
        read = read_files(list(targets), statement.seed, jobs=count,
                          quota=protection.quota, sandbox=protection.sandbox)  # fmt: skip
    for one in read:
        if one.error is not None:
            report(one.error)
    if no_fingerprints:
        read = [replace(one, prints=()) for one in read]
    codes |= {FAILED for one in read if one.error is not None}
    if dry_run:
        _preview(_prepare(read, statement, None if no_log else PRIVATE_HUB), as_json=as_json)
        return max(codes, default=DONE)
    posted = None if hub is None else _open_hub(hub, hub_id, config)
    target = _Target(posted, no_log, make_stamps(authorities, default_config(config)))

    def open_signer() -> Signer:
        return choose_signer(keys_folder(config), key, passphrase_file)

    made, error = _declare(read, statement, open_signer, target)
    written = [
        document
        for each, document in made
        if _write(each, document, targets[each.path], force=force, as_json=as_json)
    ]
    codes |= {FAILED} if len(written) < len(made) else set()
    _keep_claims(written, library or default_library(), config)
    if error is not None:
        report(error)
        report("the proofs have no timestamp; iscc proof stamp adds one")
        codes.add(exit_code(error))
    return max(codes, default=DONE)


def _plan(
    files: Sequence[str], output: str | None, folder: str | None, *, force: bool
) -> dict[str, str]:
    """Return where the proof of each file goes, before anything is read or logged.

    Raises:
        InvalidInput: A proof file exists, or a file is a proof.
    """
    if output is not None and (len(files) > 1 or folder is not None):
        raise click.UsageError("-o names the proof of one FILE; --proof-dir takes many")
    targets = {path: output or proof_path(path, folder) for path in dict.fromkeys(files)}
    if len(set(targets.values())) < len(targets):
        raise click.UsageError("two files of one name would have one proof file")
    for path, target in targets.items():
        if is_proof_path(path):
            raise InvalidInput(f"{path} is a proof file, which is not declared")
        if os.path.isdir(path):
            raise click.UsageError(f"{safe(path)} is a folder: name its files")
        if os.path.lexists(target) and not force:
            raise InvalidInput(f"{target} exists", reason_code="file-exists", path=target)
        if not os.path.isdir(os.path.dirname(target) or "."):
            raise click.UsageError(f"{safe(os.path.dirname(target))} is not a folder")
    return targets


def _open_hub(url: str, number: int | None, config: str | None) -> NoteLog:
    """Return a hub that takes notes, after a look at its key."""
    from iscckit.trust.declarations.hub_notes import HubNotes, find_hub
    from iscckit.trust.keys.trusted import TrustStore

    return HubNotes(find_hub(url, number, TrustStore.read(default_config(config))))


def _prepare(read: Sequence[ReadFile], statement: Statement, hub: int | None) -> list[Prepared]:
    return [
        prepare(each.path, each.record, each.prints, statement, hub=hub)
        for each in read
        if each.record is not None
    ]


def _declare(
    read: Sequence[ReadFile],
    statement: Statement,
    open_signer: Callable[[], Signer],
    target: _Target,
) -> tuple[list[tuple[Prepared, dict[str, JsonValue]]], IsccError | None]:
    """Sign, log and stamp what was read; also return why there are no timestamps."""
    if all(each.record is None for each in read):
        return [], None
    signer = open_signer()
    statement = replace(statement, controller=statement.controller or signer.controller)
    with ExitStack() as stack:
        log: NoteLog | None = None
        if target.hub is not None:
            log = target.hub
        elif not target.no_log:
            log = stack.enter_context(open_own_log(signer))
        prepared = [
            sign_note(each, statement, signer)
            for each in _prepare(read, statement, None if log is None else log.hub)
        ]
        documents, error = log_and_stamp(prepared, log, target.stamps)
        return list(zip(prepared, documents, strict=True)), error


def _keep_claims(
    documents: Sequence[dict[str, JsonValue]], library: str, config: str | None
) -> None:
    """Let the library know what was declared, so that iscc resolve finds it."""
    from iscckit.cli.trust_input import read_trust
    from iscckit.trust.declarations.add_claims import add_proofs
    from iscckit.trust.proof.proof_file import encode_proof, read_proof

    if documents:
        proofs = [read_proof(encode_proof(each)) for each in documents]
        add_proofs(library, proofs, read_trust(config))


def _write(
    made: Prepared, document: dict[str, JsonValue], target: str, *, force: bool, as_json: bool
) -> bool:
    """Write a proof and say so; return False if it cannot be written."""
    try:
        write_proof(target, document, force=force)
    except IsccError as error:
        report(error)
        if "iscc_id" in document:
            report(f"{near(made.path)}: is in the log as {document['iscc_id']} all the same")
        return False
    _show(made, document, target, as_json=as_json)
    return True


def _show(made: Prepared, document: dict[str, JsonValue], target: str, *, as_json: bool) -> None:
    hub = document.get("hub")
    domain = str(hub["domain"]) if isinstance(hub, dict) else None
    private = domain is not None and domain.endswith(".invalid")
    if as_json:
        line: dict[str, JsonValue] = {
            "path": readable(made.path),
            "proof": readable(target),
            "protocol": PROTOCOL,
            "iscc_code": made.note["iscc_code"],
            "iscc_id": document.get("iscc_id"),
            "log": domain,
            "private": private,
            "bytes": os.path.getsize(target),
            "parts": len(made.leaves),
        }
        write_line(json.dumps(line, ensure_ascii=False))
        return
    where = "in no log"
    if domain is not None:
        where = f"{document['iscc_id']} in {'your own private log' if private else domain}"
    write_line(f"{safe(near(made.path))}: declared, {where}")
    write_line(paint(f"  {safe(near(target))}, {os.path.getsize(target):,} bytes", "dim"))


def _preview(prepared: Sequence[Prepared], *, as_json: bool) -> None:
    """Print what would be signed."""
    for each in prepared:
        line: dict[str, JsonValue] = {
            "path": readable(each.path),
            "protocol": PROTOCOL,
            "note": each.note,
            "binding": each.binding,
            "parts": len(each.leaves),
        }
        write_line(json.dumps(line, ensure_ascii=False, indent=None if as_json else 2))
