"""``iscc verify``: files against their proofs, and the files of the library against the library."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.key_options import config_option
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import IsccError, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

__all__ = ["verify"]

_NAMES: Final = frozenset({"time", "log", "doi"})


class _Work(NamedTuple):
    """What the paths of a command mean.

    Attributes:
        folders: Files and folders of the library.
        proofs: Files and their proofs; None for the file that the name of the proof tells.
        unproven: Files that have no proof and are not in the library.
        ranges: Proofs of byte ranges.
        evidence: Evidence against logs.
    """

    folders: list[str]
    proofs: list[tuple[str | None, str]]
    unproven: list[str]
    ranges: list[str]
    evidence: list[str]


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
@library_option
@click.option("--proof", type=click.Path(), metavar="FILE", help="The proof of the one PATH.")
@click.option("--proofs", type=click.Path(), metavar="DIR", help="Check all proofs below DIR.")
@click.option("--signer", metavar="KEY", help="did:key that must have signed.")
@click.option("--any-signer", is_flag=True, help="Exit 0 for a valid proof by anybody.")
@click.option("--hub-key", "hub_keys", multiple=True, metavar="KEY", help="Key of a log to trust.")
@click.option("--require", default="", metavar="time,log,doi", help="Checks that must hold.")
@click.option(
    "--online", is_flag=True, help="Ask for did:web, DOI, and the hub: newer checkpoint, deletion."
)
@config_option
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Print intact files, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@click.option("-o", "--output", type=click.Path(), help="Write the bytes of one proven range.")
@click.option("--force", is_flag=True, help="Replace OUTPUT if it exists.")
@protection_options
def verify(  # noqa: PLR0917 (one argument an option)
    protection: Protection,
    paths: tuple[str, ...],
    library: str | None,
    proof: str | None,
    proofs: str | None,
    signer: str | None,
    any_signer: bool,
    hub_keys: tuple[str, ...],
    require: str,
    online: bool,
    config: str | None,
    jobs: int | None,
    verbose: bool,
    as_json: bool,
    output: str | None,
    force: bool,
) -> int:
    """Check each PATH: a file with its proof, a proof, or files of the library.

    The proof lies beside its file, as NAME.iscc-proof.json. Each check has a line; a proof is
    invalid, valid, or trusted if you trust its signer: by one of your own keys, by iscc trust, or
    by --signer. Nothing is asked of the network without --online.

    The proof of a byte range (NAME.iscc-range.json, by iscc prove) is checked by itself, and -o
    writes the bytes that it proves. So is evidence against a log, by iscc log watch.

    Folders, files without a proof, and with --library all files, are read again and compared with
    the library: a file is intact, moved, modified (and how similar it still is), replaced by
    something else, missing or unreadable.

    Exit codes: 0 all proofs are trusted and all files intact or moved, 1 a file could not be read,
    2 usage, 3 a check fails, the signer is unknown, or there is no proof.
    """
    required = frozenset(filter(None, require.split(",")))
    if required - _NAMES:
        raise click.UsageError("--require takes time, log and doi, separated by commas")
    if proof is not None and (len(paths) != 1 or proofs is not None):
        raise click.UsageError("--proof is for one PATH")
    work = _sort(paths, library, proof, proofs)
    if output is not None and (len(work.ranges), len(paths)) != (1, 1):
        raise click.UsageError("-o needs one proof of a byte range and nothing else")
    codes = set()
    for path in work.ranges:
        from iscckit.cli.verify_range import verify_range_proof

        codes.add(verify_range_proof(path, output=output, force=force, as_json=as_json))
    for path in work.evidence:
        from iscckit.cli.verify_evidence import verify_evidence_file

        codes.add(verify_evidence_file(path, as_json=as_json))
    if work.proofs:
        from iscckit.cli.verify_proofs import Wanted, verify_proofs

        wanted = Wanted(signer, any_signer, hub_keys, required, online, config, as_json)
        codes.add(verify_proofs(work.proofs, wanted, protection))
    for path in work.unproven:
        codes.add(_tell_unproven(path, as_json=as_json))
    if proofs is not None and not work.proofs:
        codes.add(_tell_unproven(proofs, as_json=as_json))
    if work.folders or not (paths or proofs):
        from iscckit.cli.verify_library import Shown, verify_library

        shown = Shown(verbose, as_json)
        codes.add(verify_library(work.folders, library, shown, protection, jobs))
    return next((code for code in (DIFFERENT, FAILED) if code in codes), max(codes, default=DONE))


def _sort(
    paths: Sequence[str], library: str | None, proof: str | None, proofs: str | None
) -> _Work:
    """Return what each path means."""
    from iscckit.files.companions import PROOF_SUFFIX, RANGE_SUFFIX, is_companion

    work = _Work([], [], [], [], [])
    if proofs is not None:
        from iscckit.trust.declarations.find_proofs import find_proofs

        work.proofs.extend((None, each) for each in find_proofs(proofs))
    for path in paths:
        beside = path + PROOF_SUFFIX
        if proof is not None:
            work.proofs.append((path, proof))
        elif library is not None or os.path.isdir(path):
            work.folders.append(path)
        elif path.endswith(RANGE_SUFFIX):
            work.ranges.append(path)
        elif is_companion(path) or (not os.path.lexists(beside) and _is_bundle(path)):
            work.proofs.append((None, path))
        elif os.path.lexists(beside):
            work.proofs.append((path, beside))
        elif _is_evidence(path):
            work.evidence.append(path)
        elif _is_item(path):
            work.folders.append(path)
        else:
            work.unproven.append(path)
    return work


def _is_evidence(path: str) -> bool:
    """Tell whether a file has the name that evidence is written under."""
    name = os.path.basename(path)
    return name.startswith("evidence-") and name.endswith(".json")


def _is_bundle(path: str) -> bool:
    """Tell whether a file of another name is a proof, such as a bundle of iscc-monitor."""
    from iscckit.trust.declarations.find_proofs import read_whole
    from iscckit.trust.proof.proof_file import read_proof

    if not path.endswith(".json") or not os.path.isfile(path):
        return False
    try:
        read_proof(read_whole(path))
    except IsccError:
        return False
    return True


def _is_item(path: str) -> bool:
    """Tell whether the library of the user knows a file."""
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.schema import NAME

    folder = default_library()
    if not os.path.exists(os.path.join(folder, NAME)):
        return False
    catalog = Catalog(folder)
    try:
        return catalog.by_path(os.path.abspath(path)) is not None
    finally:
        catalog.close()


def _tell_unproven(path: str, *, as_json: bool) -> int:
    """Say that a file has no proof, and return the exit code."""
    if not os.path.exists(path):
        report(UnreadableFile(path, "does not exist"))
        return FAILED
    if as_json:
        line = {"path": safe(path), "proof": None, "state": "no-proof"}
        write_line(json.dumps(line, ensure_ascii=False))
    else:
        write_line(f"{safe(near(path))}: {paint('no proof', 'bad')}")
    return DIFFERENT
