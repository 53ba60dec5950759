"""``iscc verify``: files against their proofs, and the files of the library against the library."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import click

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED
from iscckit.cli.key_options import config_option
from iscckit.cli.library_option import default_library, library_option, near
from iscckit.cli.protection_options import Protection, protection_options
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

__all__ = ["verify"]

_STYLES: Final = {
    "intact": "good",
    "moved": "cyan",
    "modified": "warn",
    "replaced": "bad",
    "missing": "bad",
    "unreadable": "bad",
}
_NAMES: Final = frozenset({"time", "log", "doi"})


class _Work(NamedTuple):
    """What the paths of a command mean.

    Attributes:
        folders: Files and folders of the library.
        proofs: Files and their proofs; None for the file that the name of the proof tells.
        unproven: Files that have no proof and are not in the library.
    """

    folders: list[str]
    proofs: list[tuple[str | None, str]]
    unproven: list[str]


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
@library_option
@click.option("--proof", type=click.Path(), metavar="FILE", help="The proof of the one PATH.")
@click.option("--proofs", type=click.Path(), metavar="DIR", help="Check all proofs below DIR.")
@click.option("--signer", metavar="KEY", help="did:key that must have signed.")
@click.option("--any-signer", is_flag=True, help="Exit 0 for a valid proof by anybody.")
@click.option("--hub-key", "hub_keys", multiple=True, metavar="KEY", help="Key of a log to trust.")
@click.option("--require", default="", metavar="time,log,doi", help="Checks that must hold.")
@click.option("--online", is_flag=True, help="Ask for did:web, DOI and deletions.")
@config_option
@click.option("-j", "--jobs", type=click.IntRange(1), help="Files at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Print intact files, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
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
) -> int:
    """Check each PATH: a file with its proof, a proof, or files of the library.

    The proof lies beside its file, as NAME.iscc-proof.json. Each check has a line; a proof is
    invalid, valid, or trusted if you trust its signer: by one of your own keys, by iscc trust, or
    by --signer. Nothing is asked of the network without --online.

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
    codes = set()
    if work.proofs:
        from iscckit.cli.verify_proofs import Wanted, verify_proofs

        wanted = Wanted(signer, any_signer, hub_keys, required, online, config, as_json)
        codes.add(verify_proofs(work.proofs, wanted, protection))
    for path in work.unproven:
        codes.add(_tell_unproven(path, as_json=as_json))
    if proofs is not None and not work.proofs:
        codes.add(_tell_unproven(proofs, as_json=as_json))
    if work.folders or not (work.proofs or work.unproven or proofs):
        codes.add(_verify_library(work.folders, library, protection, jobs, verbose, as_json))
    return next((code for code in (DIFFERENT, FAILED) if code in codes), DONE)


def _sort(
    paths: Sequence[str], library: str | None, proof: str | None, proofs: str | None
) -> _Work:
    """Return what each path means."""
    from iscckit.files.companions import PROOF_SUFFIX, is_companion

    work = _Work([], [], [])
    if proofs is not None:
        from iscckit.trust.declarations.find_proofs import find_proofs

        work.proofs.extend((None, each) for each in find_proofs(proofs))
    for path in paths:
        beside = path + PROOF_SUFFIX
        if proof is not None:
            work.proofs.append((path, proof))
        elif library is not None or os.path.isdir(path):
            work.folders.append(path)
        elif is_companion(path):
            work.proofs.append((None, path))
        elif os.path.lexists(beside):
            work.proofs.append((path, beside))
        elif _is_item(path):
            work.folders.append(path)
        else:
            work.unproven.append(path)
    return work


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


def _verify_library(  # noqa: PLR0917 (as the options)
    folders: Sequence[str],
    library: str | None,
    protection: Protection,
    jobs: int | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Compare files with the library, and return the exit code."""
    from iscckit.library.library import Library
    from iscckit.render.library_json import checked_json, describe_checked

    counts: Counter[str] = Counter()
    with Library.open(library or default_library()) as opened:
        for checked in opened.verify(
            *folders, jobs=jobs, quota=protection.quota, sandbox=protection.sandbox
        ):
            counts[checked.finding] += 1
            if as_json:
                write_line(json.dumps(checked_json(checked), ensure_ascii=False))
            elif verbose or checked.finding != "intact":
                label = paint(f"{checked.finding:11}", _STYLES[checked.finding])
                write_line(f"{label}{safe(near(checked.path))}")
                if detail := describe_checked(checked):
                    write_line(f"           {safe(near(detail))}")
                if checked.rotten:
                    warning = "its size and time are as they were: damage of the disk, or deceit"
                    write_line(f"           {paint(warning, 'bad')}")
    if not as_json:
        write_line(", ".join(f"{n:,} {what}" for what, n in sorted(counts.items())) or "no files")
    if counts["modified"] or counts["replaced"] or counts["missing"]:
        return DIFFERENT
    return FAILED if counts["unreadable"] else DONE
