"""The options of ``iscc declare`` that say what is declared of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import click

from iscckit.cli.terminal import safe
from iscckit.trust.declarations.csl_seed import parse_csl, read_doi
from iscckit.trust.declarations.statement import Statement
from iscckit.trust.proof.did import document_url
from iscckit.trust.proof.strict_json import parse_json

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["statement_options"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_JSON_BYTES: Final = 1 << 20


def statement_options(
    command: Callable[Concatenate[Statement, Arguments], Answer],
) -> Callable[Arguments, Answer]:
    """Add the options of a statement; the command gets one value for all."""

    @click.option("--doi", help="DOI of the work.")
    @click.option("--csl", type=click.Path(), metavar="FILE",
                  help="CSL-JSON of the work; its Meta-Code is made of it.")  # fmt: skip
    @click.option("--meta", metavar="JSON|@FILE", help="Metadata that the Meta-Code is made of.")
    @click.option("--id", "identifiers", multiple=True, metavar="SCHEME=CODE",
                  help="Another identifier of the work.")  # fmt: skip
    @click.option("--license", metavar="URL|SPDX", help="Licence.")
    @click.option("--creator", multiple=True, metavar="ORCID", help="Who made it.")
    @click.option("--publisher", multiple=True, metavar="ROR", help="Who published it.")
    @click.option("--tdm", multiple=True, metavar="CATEGORY=reserved|open",
                  help="Whether a use is reserved: train, train-generative, inference, derive, "
                  "search, analyze.")  # fmt: skip
    @click.option("--policy", metavar="URL", help="Where reserved uses can be asked for.")
    @click.option("--gateway", metavar="URL", help="Where the ISCC-ID leads to.")
    @click.option("--controller", metavar="DID", help="did:web or https URL that has the key.")
    @wraps(command)
    def with_statement(*args: Arguments.args, **values: Arguments.kwargs) -> Answer:
        statement = _make_statement(values)
        return command(statement, *args, **values)

    return with_statement


def _make_statement(values: dict[str, object]) -> Statement:
    """Take the options of a statement out of ``values``."""
    doi, csl, meta = values.pop("doi"), values.pop("csl"), values.pop("meta")
    identifiers = [_split(str(each)) for each in _many(values.pop("identifiers"))]
    if doi is not None:
        first: dict[str, JsonValue] = {"scheme": "doi", "code": read_doi(str(doi))}
        identifiers = [{**first, "primary": True}, *identifiers]
    if csl is not None and meta is not None:
        raise click.UsageError("--csl and --meta both say what the Meta-Code is made of")
    seed = None if meta is None else _read_meta(str(meta))
    given = values.pop("license"), _many(values.pop("creator"))
    work = None
    if csl is not None:
        work = parse_csl(_load(str(csl)))
        seed = work.seed
        if doi is None:
            code = str(work.seed["doi"])
            identifiers = [{"scheme": "doi", "code": code, "primary": True}, *identifiers]
        elif read_doi(str(doi)) != work.seed["doi"]:
            raise click.UsageError("--doi and --csl are of different works")
    controller = _text(values.pop("controller"))
    if controller is not None:
        document_url(controller)  # refuses a malformed did:web or address
        if not controller.startswith(("did:", "https://")):
            raise click.BadParameter("neither a DID nor an address", param_hint="--controller")
    policy = values.pop("policy")
    return Statement(
        seed=seed,
        identifiers=identifiers,
        license=_text(given[0]) or (work.license if work else None),
        creator=given[1] or (work.creators if work else ()),
        publisher=_many(values.pop("publisher")),
        tdm=_reservations(_many(values.pop("tdm")), _text(policy)),
        gateway=_text(values.pop("gateway")),
        controller=controller,
    )


def _many(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Iterable) else ()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _split(text: str) -> dict[str, JsonValue]:
    scheme, sign, code = text.partition("=")
    if not sign or not code:
        raise click.BadParameter(f"{safe(text)} is not SCHEME=CODE", param_hint="--id")
    return {"scheme": scheme.lower(), "code": code}


def _reservations(texts: tuple[str, ...], policy: str | None) -> dict[str, str]:
    if not texts and policy is None:
        return {}
    from iscckit.trust.rights.reservations import parse_reservations

    said: dict[str, str] = dict(parse_reservations(texts).said())
    return said if policy is None else {**said, "policy": policy}


def _read_meta(given: str) -> dict[str, JsonValue]:
    value = parse_json(_load(given[1:]) if given.startswith("@") else given, limit=_JSON_BYTES)
    if not isinstance(value, dict):
        raise click.BadParameter("must be a JSON object", param_hint="--meta")
    return value


def _load(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_JSON_BYTES + 1)
    except OSError as error:
        raise click.BadParameter(f"{safe(path)}: {error.strerror}") from error
