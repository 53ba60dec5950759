"""``iscc declare --embed``: what is reserved goes into the files before they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscckit.cli.library_option import near
from iscckit.cli.terminal import report, silence_libraries
from iscckit.errors import IsccError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iscckit.cli.protection_options import Protection

__all__ = ["embed_reservations"]


def embed_reservations(
    paths: Iterable[str], tdm: Mapping[str, str], protection: Protection, *, dry_run: bool
) -> bool:
    """Write what is reserved into files; those that have no place for it are named.

    Args:
        paths: The files.
        tdm: What is reserved, as in a binding record.
        protection: How decoders are kept from doing harm.
        dry_run: Whether nothing is written and what would be is named.

    Returns:
        Whether all files say it.

    Raises:
        UsageError: Nothing is reserved.
    """
    from iscckit.records.probe_task import detect_apart
    from iscckit.trust.declarations.file_rights import (
        choose_vocabulary,
        make_changes,
        write_file_rights,
    )
    from iscckit.trust.rights.reservations import parse_reservations

    said = [f"{category}={answer}" for category, answer in tdm.items() if category != "policy"]
    if not said:
        raise click.UsageError("--embed needs --tdm: what is reserved goes into the files")
    wanted = parse_reservations(said, policy=tdm.get("policy"))
    quota, sandbox = protection
    whole = True
    for path in paths:
        try:
            with silence_libraries():
                vocabulary = choose_vocabulary(path, detect_apart(path, quota, sandbox))
                _, written = make_changes(wanted, vocabulary)
                if not dry_run:
                    write_file_rights(path, wanted, vocabulary, quota=quota, sandbox=sandbox)
        except IsccError as error:
            report(error)
            report(f"{near(path)}: nothing is written into it")
            whole = False
            continue
        if dry_run:
            report(f"{near(path)}: {vocabulary} would be written into it, which changes its codes")
        for lost in written.lost:
            report(f"{near(path)}: {vocabulary} cannot express {lost}")
    return whole
