"""Proofs, claims, reservations and declarations."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from anyio import to_thread
from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.render.claim_json import answer_json
from iscckit.render.proof_json import verification_json
from iscckit.server.http.problems import START_WITH_LOG, Problem, problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import JOB, answers, problems
from iscckit.server.openapi.examples import NOTE
from iscckit.server.schemas.requests import NUMBER
from iscckit.server.services.app_context import Service
from iscckit.server.services.claim_service import (
    Asker,
    parse_signers,
    prove_upload,
    resolve,
    screen,
    verify,
)
from iscckit.server.services.create_service import job_response
from iscckit.server.services.request_sources import Code, MediaId, Source
from iscckit.trust.proof.range_document import write_range
from iscckit.trust.rights.convert import Vocabulary, read_statement, write_statement
from iscckit.trust.rights.reservations import Category

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Declarations"])

_BIG: Final = 1 << 53
_ROWS: Final = 1000  # of one screening
_WORK: Final = ("media-gone", "decode-failed", "limit-exceeded", "queue-full", "timeout")
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
_LIST: Final[dict[str, Any]] = {"type": "array", "items": _OBJECT}
_DID: Final = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"


def _object(**members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(members), "properties": members}


_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
_VERDICT: Final = _object(
    state={"enum": ["invalid", "valid", "trusted"]},
    sentence={"type": "string"},
    protocol={"type": "string"},
    checks=_LIST,
)
_ANSWER: Final = _object(query={"type": "string"}, claims=_LIST, terms=_OBJECT, conflicts=_LIST)
_CONVERTED: Final = _object(
    value={}, not_expressible=_TEXTS, also_reserved=_TEXTS, reservations=_OBJECT
)
_RANGE: Final = _object(
    datahash={"type": "string"},
    start={"type": "integer"},
    count={"type": "integer"},
    slice={"type": "string", "description": "Bao slice, base64."},
)
_DECLARED: Final = _object(iscc_id={"type": "string"}, seq={"type": "integer"})

Signers = Annotated[
    list[Annotated[str, Field(max_length=512, examples=[_DID])]],
    Field(max_length=100, description="Keys that you trust, each did:key or multikey."),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Proof(_Asked):
    """A proof, perhaps with the file that it is about."""

    model_config = ConfigDict(json_schema_extra={"example": {"proof": {}, "signers": [_DID]}})

    proof: Annotated[dict[str, Any], Field(description="The document NAME.iscc-proof.json.")]
    media_id: MediaId | None = None
    signers: Signers = []
    logs: Annotated[Signers, Field(description="Keys of logs that you trust.")] = []
    require: Annotated[
        list[Literal["time", "log", "doi"]],
        Field(max_length=3, description="Checks that must hold."),
    ] = []


class SoughtClaims(_Asked):
    """A content whose claims are looked for."""

    model_config = ConfigDict(json_schema_extra={"example": {"source": {"text": "four score"}}})

    source: Source
    signers: Signers = []
    limit: Annotated[int, Field(ge=1, le=200, description="Claims at most."), NUMBER] = 20


class Statement(_Asked):
    """A statement about reservations, and the vocabulary that it is wanted in."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"statement": "train-ai=n", "to": "tdmrep"}}
    )

    statement: Annotated[
        str, Field(max_length=16_384, description="A header, a term, or JSON as text.")
    ]
    vocabulary: Annotated[
        Vocabulary | None, Field(description="That of the statement; by default by its form.")
    ] = None
    to: Vocabulary
    iscc: Code | None = None


class Range(_Asked):
    """Bytes of an uploaded file."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"media_id": "06a9v3q1kd2ng", "start": 0, "end": 1000}}
    )

    media_id: MediaId
    start: Annotated[int, Field(ge=0, lt=_BIG, description="First byte, from 0."), NUMBER] = 0
    end: (
        Annotated[int, Field(ge=1, lt=_BIG, description="Byte behind the last."), NUMBER] | None
    ) = None


class Screening(_Asked):
    """Contents to be screened for one kind of use."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"use": "train", "sources": [{"text": "four score"}]}}
    )

    use: Category
    sources: Annotated[list[Source], Field(min_length=1, max_length=_ROWS)]
    signers: Signers = []


@router.post(
    "/proofs/verify",
    operation_id="verifyProof",
    summary="Check a proof, and a file with it",
    response_model=None,
    responses={
        **answers(200, _VERDICT, "Each check, and what they come to."),
        **problems(*_WORK),
    },
)
async def verify_proof(service: Service, asked: Proof) -> Response:
    """Return what `iscc verify --json` prints; a proof that does not hold is `invalid`.

    Only the keys in `signers` and `logs` are trusted, whatever the proof brings with it.
    """
    asker = Asker(
        parse_signers(asked.signers),
        parse_signers(asked.logs, "/logs"),
        frozenset(asked.require),
    )
    data = json.dumps(asked.proof, ensure_ascii=False).encode()
    return json_response(verification_json(await verify(data, asked.media_id, asker, service)))


@router.post(
    "/resolve",
    operation_id="resolveClaims",
    summary="Find what was declared about a content, from any copy of it",
    response_model=None,
    responses={
        **answers(200, _ANSWER, "Claims, and what trusted ones say of its use."),
        **problems("path-not-allowed", "not-found", "library", "invalid-iscc", *_WORK),
    },
)
async def resolve_claims(service: Service, asked: SoughtClaims) -> Response:
    """Return what `iscc resolve --json` prints. Claims of others than `signers` are only shown."""
    signers = parse_signers(asked.signers)
    query, found = await resolve(asked.source, signers, asked.limit, service)
    return json_response(answer_json(asked.source.media_id or query.given, found))


@router.post(
    "/optout/convert",
    operation_id="convertOptOut",
    summary="Say a reservation in another vocabulary",
    response_model=None,
    responses={
        **answers(200, _CONVERTED, "The statement, and what the vocabulary cannot express."),
        **problems("invalid-input", "invalid-iscc"),
    },
)
async def convert_optout(asked: Statement) -> Response:
    """Return what `iscc optout convert` prints."""
    try:
        said = read_statement(asked.statement, asked.vocabulary)
    except InvalidInput as error:
        raise problem_of(error, "/statement") from error
    try:
        written = write_statement(said, asked.to, iscc=asked.iscc or "")
    except InvalidInput as error:
        raise problem_of(error, "/iscc") from error
    reservations: dict[str, JsonValue] = {**said.said()}
    return json_response(
        {
            "vocabulary": asked.to,
            "value": written.value,
            "not_expressible": list(written.lost),
            "also_reserved": list(written.widened),
            "reservations": reservations,
            "policy": said.policy,
            "ignored": list(said.ignored),
        }
    )


@router.post(
    "/ranges",
    operation_id="proveRange",
    summary="Prove bytes of an uploaded file",
    response_model=None,
    responses={
        **answers(200, _RANGE, "The document NAME.A-B.iscc-range.json."),
        **problems("media-gone", "invalid-input", "limit-exceeded"),
    },
)
async def prove_range(service: Service, asked: Range) -> Response:
    """Return what `iscc prove` writes, for at most 4 MiB."""
    return json_response(
        write_range(await prove_upload(asked.media_id, asked.start, asked.end, service))
    )


@router.post(
    "/screen",
    operation_id="screen",
    summary="Decide which contents may be used",
    response_model=None,
    status_code=202,
    responses={
        **answers(202, JOB, "The job that does it; its result has a decision for each source."),
        **problems("media-gone", "not-found", "path-not-allowed", "queue-full", "invalid-input"),
    },
)
async def screen_sources(service: Service, asked: Screening) -> Response:
    """Decide about codes, texts and uploaded files as `iscc screen` does: up to 1,000 of them."""
    for number, source in enumerate(asked.sources):
        if source.path is not None:
            detail = "a screening takes iscc, media_id and text"
            raise Problem("invalid-input", detail, errors=[(f"/sources/{number}/path", detail)])
    return job_response(screen(asked.sources, asked.use, parse_signers(asked.signers), service))


@router.post(
    "/declarations",
    operation_id="declare",
    summary="Put a signed note into the log of this service",
    response_model=None,
    status_code=201,
    responses={
        **answers(201, _DECLARED, "The number that the log gave; Location has the receipt."),
        **problems("not-found", "conflict", "verification-failed", "invalid-input", "library"),
    },
)
async def declare(
    request: Request, note: Annotated[dict[str, Any], Body(examples=[NOTE])]
) -> Response:
    """Take an IsccNote that the client signed; the service itself signs no statements."""
    hub = request.app.state.hub
    if hub is None:
        raise Problem("not-found", f"this service has no log; {START_WITH_LOG}")
    data = json.dumps(note, ensure_ascii=False).encode("utf-8", "backslashreplace")
    answer = await to_thread.run_sync(hub.post, data)
    body = json.loads(answer.body)
    if answer.status != 201:
        slug = _SLUGS.get(answer.status, "invalid-input")
        field = [(f"/{body['field']}", body["detail"])] if body.get("field") else []
        raise Problem(slug, body["detail"], errors=field, more={"code": body["code"]})
    where = {"Location": f"/hub/declaration/{body['iscc_id']}/receipt"}
    return json_response(body, 201, where)


# The kind of problem by the status with which the hub refuses a note.
_SLUGS: Final = {
    401: "verification-failed",
    409: "conflict",
    413: "too-large",
    503: "library",
}
