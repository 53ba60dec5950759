"""``iscc verify`` for files with a proof: one line a check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from iscckit.cli.exit_codes import DIFFERENT, DONE, FAILED, exit_code
from iscckit.cli.library_option import near
from iscckit.cli.terminal import paint, report, safe, write_line
from iscckit.cli.trust_input import read_trust
from iscckit.errors import IsccError
from iscckit.render.proof_json import verification_json
from iscckit.render.proof_wording import check_sentence, state_sentence
from iscckit.trust.declarations.verify_file import verify_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from iscckit.cli.protection_options import Protection
    from iscckit.records.record import Record
    from iscckit.trust.declarations.verify_file import Verified
    from iscckit.trust.proof.check_values import Check
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["Wanted", "verify_proofs"]

_STYLES: Final = {"holds": "good", "open": "warn", "fails": "bad"}
_STATES: Final = {"trusted": "good", "valid": "warn", "invalid": "bad"}
_MARKS: Final = {"holds": "+", "open": "·", "fails": "!"}


class Wanted(NamedTuple):
    """What the options of the command say."""

    signer: str | None
    any_signer: bool
    hub_keys: tuple[str, ...]
    require: frozenset[str]
    online: bool
    config: str | None
    as_json: bool


def verify_proofs(
    pairs: Iterable[tuple[str | None, str]], wanted: Wanted, protection: Protection
) -> int:
    """Check files with their proofs, print the checks, and return the exit code.

    Args:
        pairs: The file, or None for the one that the name of the proof tells; and the proof.
        wanted: The options.
        protection: How decoders are kept from doing harm.

    Raises:
        IsccError: A key in the options is malformed.
    """
    trust = read_trust(wanted.config, wanted.signer, wanted.hub_keys)
    codes = set()

    def read(path: str) -> Record:
        from iscckit.records.batch import create_many
        from iscckit.records.options import Options

        made = create_many([path], Options(bits=256), jobs=1, quota=protection.quota,
                           sandbox=protection.sandbox)  # fmt: skip
        (result,) = made
        if result.record is None:
            raise result.error or IsccError(path)
        return result.record

    def ask(proof: ProofFile) -> Mapping[str, object]:
        from iscckit.cli.proof_facts import find_facts

        return find_facts(proof, online=wanted.online, config=wanted.config)

    for path, proof_path in pairs:
        try:
            verified = verify_file(
                path, proof_path, trust, require=wanted.require, read=read, ask=ask
            )
        except IsccError as error:
            report(error)
            codes.add(exit_code(error))
            continue
        codes.add(_show(verified, wanted))
    return next((code for code in (DIFFERENT, FAILED) if code in codes), max(codes, default=DONE))


def _show(verified: Verified, wanted: Wanted) -> int:
    """Print a checked proof, and return the exit code for it."""
    state = verified.verdict.state
    if wanted.as_json:
        write_line(json.dumps(verification_json(verified), ensure_ascii=False))
    else:
        write_line(paint(safe(near(verified.path or verified.proof_path)), "bold"))
        for check in verified.verdict.checks:
            _show_check(check)
        write_line(f"  {paint(state_sentence(verified.verdict), _STATES[state])}")
        if state == "valid":
            key = verified.verdict.check("signer").facts["did"]
            write_line(f"    if you know by another way whose key it is: iscc trust add {key}")
    accepted = state == "trusted" or (wanted.any_signer and state == "valid")
    return DONE if accepted else DIFFERENT


def _show_check(check: Check) -> None:
    mark = paint(_MARKS[check.status], _STYLES[check.status])
    write_line(f"  {mark} {check.name:10} {safe(check_sentence(check))}")
