"""Codes without files: dissect, compose, decompose."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import Response

from iscckit.codec.code import compose, decompose
from iscckit.errors import InvalidCode, IsccError
from iscckit.json_types import JsonValue
from iscckit.server.http.problems import problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import describe_code_answer, problems
from iscckit.server.openapi.examples import CODES, UNITS
from iscckit.server.schemas import responses
from iscckit.server.services.inspection import inspect_code
from iscckit.server.services.request_sources import Code

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Codes"])


class Units(BaseModel):
    """Units to put together."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"units": list(UNITS)}]},
    )

    units: Annotated[
        list[Code],
        Field(
            min_length=2,
            max_length=5,
            description="A Data-Code and an Instance-Code, and at most one of each other kind.",
        ),
    ]
    wide: StrictBool = Field(default=False, description="Keep 128 bits of Data and Instance.")


class Whole(BaseModel):
    """A code to be taken apart."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"iscc": CODES[0]}]}
    )

    iscc: Code


@router.get(
    "/inspect/{iscc:path}",
    operation_id="inspect",
    summary="Take a code apart",
    responses={200: {"model": responses.Inspection}, **problems("invalid-iscc", "not-found")},
)
async def inspect(
    iscc: Annotated[
        str,
        Path(
            min_length=1,
            max_length=20_000,
            description="Any spelling of a unit, ISCC-CODE, sequence, ISCC-ID or code of 2019.",
            json_schema_extra={"format": "iscc"},
            examples=[CODES[0]],
        ),
    ],
) -> Response:
    """Return type, header, units and every way to write a code, as `iscc inspect --json` does.

    A code that breaks a rule but can be read is dissected, and `errors` says what is wrong. One
    that cannot be read is a problem, which names the place and, where possible, the repair.
    """
    return json_response(inspect_code(iscc, "/path/iscc"))


@router.post(
    "/codes/compose",
    operation_id="compose",
    summary="Put units together to an ISCC-CODE",
    responses={**describe_code_answer(responses.Code), **problems("invalid-input")},
)
async def compose_units(given: Units) -> Response:
    """Return the ISCC-CODE of a Data-Code, an Instance-Code and others.

    It keeps 64 bits of each; with `wide` 128 bits of Data and Instance, which must then be all.
    """
    try:
        return json_response({"iscc": compose(given.units, wide=given.wide)})
    except IsccError as error:
        at = "/units"
        if isinstance(error, InvalidCode) and error.code in given.units:
            at = f"/units/{given.units.index(error.code)}"
        raise problem_of(error, at) from error


@router.post(
    "/codes/decompose",
    operation_id="decompose",
    summary="Take an ISCC-CODE apart into its units",
    responses={200: {"model": responses.Decomposed}, **problems("invalid-iscc")},
)
async def decompose_code(given: Whole) -> Response:
    """Return the units of a code or sequence, each in canonical form."""
    try:
        units = decompose(given.iscc)
    except IsccError as error:
        raise problem_of(error, "/iscc") from error
    return json_response({"units": cast("list[JsonValue]", [str(unit) for unit in units])})
