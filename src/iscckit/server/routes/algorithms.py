"""One unit each, from the input of its algorithm: what the functions of iscckit give."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from iscckit.codec.unit import PRIVATE_VERSION, Unit
from iscckit.compat import units as make
from iscckit.errors import IsccError
from iscckit.server.http.problems import problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import describe_code_answer, problems
from iscckit.server.openapi.examples import EMBEDDING, UNITS
from iscckit.server.schemas import responses
from iscckit.server.services.request_sources import Code
from iscckit.units.semantic import semantic_image_code, semantic_text_code

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/codes", tags=["Algorithms"])

Bits = Annotated[
    int, Field(ge=32, le=256, multiple_of=32, description="Length of the unit's body.")
]
Word = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Grey = Annotated[int, Field(ge=0, le=255)]
Base64 = Annotated[
    str,
    Field(
        max_length=8_000_000,
        pattern="^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        json_schema_extra={"contentEncoding": "base64"},
        description="Bytes in base64 with padding.",
        examples=["SGVsbG8gV29ybGQ="],
    ),
]


# Long lists end at their first wrong item (``fail_fast``): each would be an error to be kept, and
# 7 MB of wrong words take 27 s and 1.6 GB.
_Frame = Annotated[list[Word], Field(min_length=380, max_length=380, fail_fast=True)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    bits: Bits = 64


class Meta(_Input):
    """What describes a work."""

    name: str = Field(
        min_length=1, max_length=10_000, examples=["Die Unendliche Geschichte"],
        description="Title; cut to 128 bytes.",
    )  # fmt: skip
    description: str = Field(
        default="", max_length=100_000, examples=["Von Michael Ende"],
        description="Cut to 4096 bytes; takes no part where there is `meta`.",
    )  # fmt: skip
    meta: (
        Annotated[str, Field(max_length=200_000)]
        | Annotated[dict[str, Any], Field(max_length=1000)]
        | None
    ) = Field(
        default=None,
        description="A JSON object, or a Data-URL in base64; at most 128 000 bytes.",
    )


class Text(_Input):
    """Plain text."""

    text: str = Field(max_length=1_000_000, examples=["Hello World"])


class Image(_Input):
    """A normalized picture."""

    pixels: list[Grey] = Field(
        min_length=1024, max_length=1024, fail_fast=True, examples=[list(range(256)) * 4],
        description="32 rows of 32 grey values.",
    )  # fmt: skip


class Audio(_Input):
    """A fingerprint of sound."""

    fingerprint: list[Word] = Field(
        max_length=500_000, fail_fast=True, examples=[[684003877, 683946551, 1749295639]],
        description="The words of Chromaprint as integers with sign.",
    )  # fmt: skip


class Video(_Input):
    """Signatures of frames."""

    frames: list[_Frame] = Field(
        min_length=1, max_length=10_000, fail_fast=True, examples=[[[0, 1, 2, 1] * 95]],
        description="MPEG-7 frame signatures: 380 numbers 0, 1 or 2 each.",
    )  # fmt: skip


class Mixed(_Input):
    """Content-Codes."""

    codes: list[Code] = Field(
        min_length=2, max_length=10_000, fail_fast=True,
        examples=[["ISCC:EAASKDNZNYGUUF5A", UNITS[1]]],
        description="Content-Codes of any kind, each at least `bits` long.",
    )  # fmt: skip


class Data(_Input):
    """Bytes."""

    data: Base64


class Embedding(_Input):
    """The vector that a model gives to a text or a picture."""

    embedding: list[Annotated[float, Field(ge=-3.4e38, le=3.4e38)]] = Field(
        min_length=32, max_length=4096, fail_fast=True, examples=[list(EMBEDDING)],
        description="At least `bits` numbers; only their signs become bits.",
    )  # fmt: skip
    version: (
        Annotated[int, Field(ge=0, le=0)] | Annotated[int, Field(ge=PRIVATE_VERSION, le=4679)]
    ) = Field(
        default=0,
        description="0 for the models of iscc-sct 0.2 and iscc-sci 0.2 to 0.4; from 584 on for "
        "others, whose codes are never compared with those.",
    )


async def _make_unit(pointer: str, call: Callable[[], Any]) -> Response:
    """Make a unit in a thread; long inputs shall not hold up others."""
    try:
        return json_response(await to_thread.run_sync(call))
    except IsccError as error:
        raise problem_of(error, pointer) from error


@router.post(
    "/meta",
    operation_id="meta_code",
    summary="Make a Meta-Code",
    responses={**describe_code_answer(responses.MetaUnit), **problems("invalid-input")},
)
async def meta_code(given: Meta) -> Response:
    """Return the Meta-Code of a title and what else describes the work, with `metahash`."""
    call = partial(
        make.gen_meta_code_v0, given.name, given.description or None, given.meta, given.bits
    )
    return await _make_unit("", call)


@router.post(
    "/text",
    operation_id="text_code",
    summary="Make a Text-Code",
    responses=describe_code_answer(responses.TextUnit),
)
async def text_code(given: Text) -> Response:
    """Return the Text-Code of plain text; `characters` are those that count."""
    return await _make_unit("/text", partial(make.gen_text_code_v0, given.text, given.bits))


@router.post(
    "/image",
    operation_id="image_code",
    summary="Make an Image-Code",
    responses=describe_code_answer(responses.Plain),
)
async def image_code(given: Image) -> Response:
    """Return the Image-Code of a normalized picture. Of files `POST /api/v1/iscc` makes it."""
    return await _make_unit("/pixels", partial(make.gen_image_code_v0, given.pixels, given.bits))


@router.post(
    "/audio",
    operation_id="audio_code",
    summary="Make an Audio-Code",
    responses=describe_code_answer(responses.Plain),
)
async def audio_code(given: Audio) -> Response:
    """Return the Audio-Code of a Chromaprint fingerprint."""
    call = partial(make.gen_audio_code_v0, given.fingerprint, given.bits)
    return await _make_unit("/fingerprint", call)


@router.post(
    "/video",
    operation_id="video_code",
    summary="Make a Video-Code",
    responses=describe_code_answer(responses.Plain),
)
async def video_code(given: Video) -> Response:
    """Return the Video-Code of the frame signatures of a video."""
    return await _make_unit("/frames", partial(make.gen_video_code_v0, given.frames, given.bits))


@router.post(
    "/mixed",
    operation_id="mixed_code",
    summary="Make a Mixed-Code",
    responses={**describe_code_answer(responses.MixedUnit), **problems("invalid-iscc")},
)
async def mixed_code(given: Mixed) -> Response:
    """Return the Mixed-Code of several Content-Codes, which are repeated as `parts`."""
    return await _make_unit("/codes", partial(make.gen_mixed_code_v0, given.codes, given.bits))


@router.post(
    "/data",
    operation_id="data_code",
    summary="Make a Data-Code",
    responses=describe_code_answer(responses.DataUnit),
)
async def data_code(given: Data) -> Response:
    """Return the Data-Code of bytes."""
    return await _make_unit("/data", partial(_data, given))


@router.post(
    "/instance",
    operation_id="instance_code",
    summary="Make an Instance-Code",
    responses=describe_code_answer(responses.InstanceUnit),
)
async def instance_code(given: Data) -> Response:
    """Return the Instance-Code of bytes, with `datahash` and `filesize`."""
    return await _make_unit("/data", partial(_instance, given))


@router.post(
    "/semantic-text",
    operation_id="semantic_text_code",
    summary="Make a Semantic-Code of a text",
    responses={**describe_code_answer(responses.Plain), **problems("invalid-input")},
)
async def semantic_text(given: Embedding) -> Response:
    """Return the Semantic Text-Code of an embedding. Of texts `POST /api/v1/iscc/text` makes it."""
    return await _make_unit("/embedding", partial(_semantic, semantic_text_code, given))


@router.post(
    "/semantic-image",
    operation_id="semantic_image_code",
    summary="Make a Semantic-Code of a picture",
    responses={**describe_code_answer(responses.Plain), **problems("invalid-input")},
)
async def semantic_image(given: Embedding) -> Response:
    """Return the Semantic Image-Code of an embedding. Of files `POST /api/v1/iscc` makes it."""
    return await _make_unit("/embedding", partial(_semantic, semantic_image_code, given))


def _semantic(make_unit: Callable[..., Unit], given: Embedding) -> dict[str, Any]:
    unit = make_unit(given.embedding, bits=given.bits, version=given.version)
    return {"iscc": str(unit)}


def _data(given: Data) -> dict[str, Any]:
    return make.gen_data_code_v0(base64.b64decode(given.data), given.bits)


def _instance(given: Data) -> dict[str, Any]:
    return make.gen_instance_code_v0(base64.b64decode(given.data), given.bits)
