"""What clients of iscc-web 0.2.0 call beyond the routes that serve them as well.

POST and GET /api/v1/iscc, /api/v1/media and /api/v1/metadata are in ``routes.media``: their
answers are valid for both.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from iscckit.codec.explain import explain
from iscckit.errors import InvalidCode
from iscckit.json_types import JsonValue
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import answers, problems

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Codes"])

_UNIT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["iscc_unit", "readable", "hash_hex", "hash_uint", "hash_bits"],
    "properties": {
        "iscc_unit": {"type": "string"},
        "readable": {"type": "string"},
        "hash_hex": {"type": "string"},
        "hash_uint": {"type": "string"},
        "hash_bits": {"type": "string"},
    },
}
_DETAIL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["iscc", "readable", "multiformat", "decomposed", "units"],
    "properties": {
        "iscc": {"type": "string"},
        "readable": {"type": "string"},
        "multiformat": {"type": "string"},
        "decomposed": {"type": "string"},
        "units": {"type": "array", "items": _UNIT},
    },
}


@router.get(
    "/explain/{iscc}",
    operation_id="explain",
    summary="Take a code apart, in the form of iscc-web",
    response_model=None,
    responses={**answers(200, _DETAIL, "What it holds."), **problems("malformed")},
)
async def explain_iscc(
    iscc: Annotated[
        str,
        Path(
            min_length=1,
            max_length=20_000,
            json_schema_extra={"format": "iscc"},
            examples=["ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"],
        ),
    ],
) -> Response:
    """Return the code, its units and their bits. Our own form is ``/inspect/{iscc}``."""
    try:
        found = explain(iscc)
        if found.problems or found.form == "legacy":
            raise InvalidCode(iscc, "; ".join(found.problems) or "of a draft of 2019")
    except InvalidCode as error:
        more = problem_of(error).more
        raise Problem("malformed", str(error), more=more) from error
    units: list[JsonValue] = [_unit(part.code, part.type_id, part.body) for part in found.units]
    return json_response(
        {
            "iscc": found.canonical,
            "readable": found.readable,
            "multiformat": found.encodings["multiformat base64url"],
            "decomposed": "-".join(part.code.removeprefix("ISCC:") for part in found.units),
            "units": units,
        }
    )


def _unit(code: str, type_id: str, body: str) -> JsonValue:
    return {
        "iscc_unit": code,
        "readable": f"{type_id}-{body}",
        "hash_hex": body,
        "hash_uint": str(int(body, 16)),
        "hash_bits": f"{int(body, 16):0{len(body) * 4}b}",
    }
