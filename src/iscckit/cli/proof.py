"""``iscc proof``: show, stamp, cut and export proofs."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Final

import click

from iscckit.cli.exit_codes import DONE
from iscckit.cli.key_options import config_option, default_config
from iscckit.cli.library_option import near
from iscckit.cli.proof_add import add
from iscckit.cli.proof_refresh import refresh
from iscckit.cli.stamping import make_stamps
from iscckit.cli.terminal import paint, safe, write_line
from iscckit.errors import InvalidInput
from iscckit.files.companions import PROOF_SUFFIX, is_companion
from iscckit.records.safe_text import readable
from iscckit.render.proof_wording import PROTOCOL, describe_place
from iscckit.trust.declarations.change_proof import extract_part, stamp_again
from iscckit.trust.declarations.declare import write_proof
from iscckit.trust.declarations.find_proofs import proof_path, read_whole
from iscckit.trust.proof.parts import Part
from iscckit.trust.proof.proof_file import read_proof

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.declarations.export_metadata import Declared
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["proof"]

_FORMS: Final = ("datacite", "crossref", "schema.org", "c2pa")


@click.group()
def proof() -> None:
    """Show what proofs say, add timestamps, refresh, cut out parts, and export metadata.

    A proof is named by its path or by that of its file.
    """


proof.add_command(add)
proof.add_command(refresh)


@proof.command("show")
@click.argument("path", type=click.Path())
@click.option("--parts", is_flag=True, help="List the parts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(path: str, parts: bool, as_json: bool) -> int:
    """Print what the proof of PATH says, without checking it: iscc verify does that.

    Exit codes: 0 done, 1 it cannot be read, 2 usage, or it is not a proof.
    """
    place, read = _read(path)
    if as_json:
        write_line(json.dumps(_as_json(place, read), ensure_ascii=False))
        return DONE
    for name, value in _rows(read):
        write_line(f"{paint(f'{name:12}', 'dim')}{safe(value)}")
    if parts:
        for number, leaf in _leaves(read):
            selector = leaf["selector"]
            where = describe_place(selector) if isinstance(selector, dict) else ""
            write_line(f"{number:8}  {safe(where)}")
    write_line(paint("not checked: iscc verify does that", "dim"))
    return DONE


@proof.command("stamp")
@click.argument("path", type=click.Path())
@click.option("--tsa", "authorities", multiple=True, required=True, metavar="URL|COMMAND",
              help="Timestamp authority (RFC 3161); may be given several times.")  # fmt: skip
@config_option
def stamp(path: str, authorities: tuple[str, ...], config: str | None) -> int:
    """Add a timestamp over the checkpoint and all earlier timestamps to the proof of PATH.

    Do so before the certificate of an earlier authority expires.

    Exit codes: 0 done, 1 an authority does not answer, 2 usage, 3 it refuses, or its answer does
    not hold.
    """
    place, read = _read(path)
    document = stamp_again(read, make_stamps(authorities, default_config(config)))
    write_proof(place, document, force=True)
    write_line(f"{safe(near(place))}: {len(read.tokens) + len(authorities)} timestamps")
    return DONE


@proof.command("part")
@click.argument("path", type=click.Path())
@click.argument("number", type=click.IntRange(0))
@click.option("-o", "--output", type=click.Path(), help="The file to write.")
@click.option("--force", is_flag=True, help="Replace it if it exists.")
def part(path: str, number: int, output: str | None, force: bool) -> int:
    """Write the proof that part NUMBER belongs to what PATH declares, and nothing else of it.

    iscc proof show --parts numbers them.

    Exit codes: 0 done, 1 a file cannot be read or written, 2 usage, or there is no such part.
    """
    place, read = _read(path)
    target = output or f"{place.removesuffix(PROOF_SUFFIX)}.part-{number}{PROOF_SUFFIX}"
    write_proof(target, extract_part(read, number), force=force)
    write_line(f"{safe(near(target))}, {os.path.getsize(target):,} bytes")
    return DONE


@proof.command("export")
@click.argument("path", type=click.Path())
@click.option("--as", "form", required=True, type=click.Choice(_FORMS), help="The vocabulary.")
@click.option("--url", help="Address of the declaration or of the landing page.")
@click.option("--depositor", help="For Crossref: who deposits.")
@click.option("--email", help="For Crossref: where the report goes.")
def export(path: str, form: str, url: str | None, depositor: str | None, email: str | None) -> int:
    """Print what the proof of PATH declares, as metadata of a DOI, of a web page, or for C2PA.

    Exit codes: 0 done, 1 it cannot be read, 2 usage, or something that the form needs was not
    declared.
    """
    from iscckit.trust.declarations.export_metadata import (
        Declared,
        export_datacite,
        export_schema_org,
    )

    read = _read(path)[1]
    declared = Declared(
        iscc_code=str(read.note["iscc_code"]),
        binding=read.binding or {},
        iscc_id=None if read.log is None else read.log.iscc_id,
        url=url,
        datahash=str(read.note["datahash"]),
    )
    if form == "crossref":
        write_line(_export_crossref(declared, url, depositor, email))
    elif form == "c2pa":
        write_line(_export_c2pa(read))
    else:
        make = export_datacite if form == "datacite" else export_schema_org
        write_line(json.dumps(make(declared), ensure_ascii=False, indent=2))
    return DONE


def _export_crossref(
    declared: Declared, url: str | None, depositor: str | None, email: str | None
) -> str:
    from iscckit.trust.declarations.export_crossref import Deposit, export_crossref

    if url is None or depositor is None or email is None:
        raise click.UsageError("Crossref needs --url, --depositor and --email")
    stamp = int(time.strftime("%Y%m%d%H%M%S", time.gmtime()))
    deposit = Deposit(
        batch=f"iscc-{stamp}",
        timestamp=stamp,
        depositor=depositor,
        email=email,
        registrant=depositor,
        resource=url,
    )
    return export_crossref(declared, deposit)


def _export_c2pa(read: ProofFile) -> str:
    """Return the assertion of a soft binding, as a claim generator takes it."""
    from iscckit.trust.declarations.c2pa_binding import ALGORITHM, encode_binding

    units = read.note.get("units")
    value = encode_binding([str(unit) for unit in units] if isinstance(units, list) else [])
    data: dict[str, JsonValue] = {"alg": ALGORITHM, "blocks": [{"scope": {}, "value": value}]}
    return json.dumps({"label": "c2pa.soft-binding", "data": data}, indent=2)


def _read(path: str) -> tuple[str, ProofFile]:
    """Return the path of a proof and what it says.

    Raises:
        InvalidInput: The file is not a proof.
        UnreadableFile: It cannot be read.
    """
    beside = proof_path(path)
    is_proof = path.endswith(".json") and not os.path.exists(beside)
    place = path if is_companion(path) or is_proof else beside
    try:
        return place, read_proof(read_whole(place))
    except InvalidInput as error:
        raise InvalidInput(
            f"{place}: {error}", reason_code=error.reason_code, **error.facts
        ) from error


def _leaves(read: ProofFile) -> list[tuple[int, dict[str, JsonValue]]]:
    if read.parts is None:
        return []
    if isinstance(read.parts, Part):
        return [(read.parts.index, dict(read.parts.leaf))]
    return [(number, dict(leaf)) for number, leaf in enumerate(read.parts.leaves)]


def _rows(read: ProofFile) -> list[tuple[str, str]]:
    """Return the lines of a card."""
    signature = read.note.get("signature")
    signed = signature if isinstance(signature, dict) else {}
    rows = [
        ("protocol", PROTOCOL),
        ("code", str(read.note.get("iscc_code"))),
        ("signed by", str(signed.get("controller") or signed.get("pubkey"))),
    ]
    if read.log is not None:
        place = read.log.inclusion
        kind = "private log" if read.log.is_private else read.log.domain
        rows.append(("ISCC-ID", read.log.iscc_id))
        rows.append(("log", f"entry {place.leaf_index} of {place.tree_size} in {kind}"))
    for name, value in (read.binding or {}).items():
        if name != "parts":
            rows.append((name, value if isinstance(value, str) else json.dumps(value)))
    rows.append(("timestamps", str(len(read.tokens))))
    rows.append(("parts", str(len(_leaves(read)))))
    return rows


def _as_json(place: str, read: ProofFile) -> dict[str, JsonValue]:
    log = read.log
    return {
        "proof": readable(place),
        "protocol": PROTOCOL,
        "note": read.note,
        "binding": read.binding,
        "iscc_id": None if log is None else log.iscc_id,
        "log": None if log is None else log.domain,
        "private": log is not None and log.is_private,
        "timestamps": len(read.tokens),
        "parts": [{"part": number, **leaf} for number, leaf in _leaves(read)],
    }
