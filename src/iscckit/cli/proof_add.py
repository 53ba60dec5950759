"""``iscc proof add``: let the library know what others have declared."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from iscckit.cli.exit_codes import DONE, exit_code
from iscckit.cli.key_options import config_option
from iscckit.cli.library_option import default_library, library_option
from iscckit.cli.terminal import report, write_line
from iscckit.errors import IsccError

if TYPE_CHECKING:
    from iscckit.trust.claims.write import NewClaim

__all__ = ["add"]


@click.command("add")
@click.argument("paths", metavar="PROOF...", nargs=-1, required=True, type=click.Path(exists=True))
@library_option
@config_option
def add(paths: tuple[str, ...], library: str | None, config: str | None) -> int:
    """Take what each PROOF declares into the library, so that iscc resolve finds it.

    PROOF is a proof file or a folder of proofs; the files that they are about need not be here.
    Proofs whose checks do not hold are refused, and the others are taken.

    Exit codes: 0 done, 1 a proof cannot be read, 2 usage, or it is not a proof, 3 a check fails.
    """
    from iscckit.cli.trust_input import read_trust
    from iscckit.trust.claims.write import write_claims
    from iscckit.trust.declarations.add_claims import claim_of_proof
    from iscckit.trust.declarations.find_proofs import find_proofs, read_whole
    from iscckit.trust.proof.proof_file import read_proof

    trust = read_trust(config)
    found: list[NewClaim] = []
    codes = {DONE}
    for path in paths:
        for place in find_proofs(path) if os.path.isdir(path) else (path,):
            try:
                found.append(claim_of_proof(read_proof(read_whole(place)), trust))
            except IsccError as error:
                report(f"{place}: {error}")
                codes.add(exit_code(error))
    count = write_claims(library or default_library(), found) if found else 0
    write_line(f"{len(found):,} proofs, {count:,} claims that were not known")
    return max(codes)
