"""``iscc retract``: log that a declaration is withdrawn."""

from __future__ import annotations

import json

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.key_options import (
    choose_signer,
    config_option,
    keys_folder,
    passphrase_option,
)
from iscckit.cli.library_option import default_library, library_option
from iscckit.cli.own_log import open_own_log
from iscckit.cli.proof_facts import open_hub
from iscckit.cli.terminal import safe, write_line
from iscckit.errors import InvalidInput
from iscckit.files.companions import is_companion
from iscckit.trust.claims.write import retract_claims
from iscckit.trust.declarations.find_proofs import proof_path, read_whole
from iscckit.trust.declarations.private_log import private_identity
from iscckit.trust.declarations.retract import retract as log_retraction
from iscckit.trust.proof.proof_file import read_proof

__all__ = ["retract"]


@click.command()
@click.argument("path", type=click.Path())
@click.option("--key", metavar="NAME", help="Key that signed; by default your only one.")
@passphrase_option
@config_option
@library_option
@click.option("--hub", metavar="URL", help="Address of the hub, if not https:// and its domain.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def retract(  # noqa: PLR0917 (one argument an option)
    path: str,
    key: str | None,
    passphrase_file: str | None,
    config: str | None,
    library: str | None,
    hub: str | None,
    as_json: bool,
) -> int:
    """Withdraw the declaration of PATH, a file with its proof beside it or a proof.

    A log forgets nothing: it gets a further entry that withdraws the declaration. Proofs that
    others have still hold; who follows the log learns of it.

    Exit codes: 0 done, 1 a file or the log cannot be read or written, 2 usage, 3 another key
    signed, the hub refuses, or it is retracted already.
    """
    place = path if is_companion(path) else proof_path(path)
    read = read_proof(read_whole(place))
    signer = choose_signer(keys_folder(config), key, passphrase_file)
    if read.log is None:
        raise InvalidInput(f"{place}: the declaration is in no log")
    if read.log.origin == private_identity(signer.public_key).origin:
        with open_own_log(signer) as log:
            seq = log_retraction(read, signer, log)
        where = f"entry {seq} of your own log"
    elif read.log.is_private:
        raise InvalidInput(f"{place}: the declaration is in the private log of somebody else")
    else:
        from iscckit.trust.declarations.hub_notes import HubNotes

        seq = log_retraction(read, signer, HubNotes(open_hub(read.log, hub)))
        where = f"at {read.log.domain}"
    retract_claims(library or default_library(), read.log.iscc_id, signer.public_key)
    if as_json:
        line = {"path": safe(path), "iscc_id": read.log.iscc_id, "seq": seq}
        write_line(json.dumps(line, ensure_ascii=False))
    else:
        write_line(f"{read.log.iscc_id}: retracted, {where}")
    return DONE
