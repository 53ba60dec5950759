"""What requests about indexes of ready-made records may say, and what is kept of them."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from iscckit.asset_search.store import NAME, Asset, Chunk
from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidCode, InvalidInput

__all__ = [
    "Entry",
    "IndexName",
    "IsccIdText",
    "NewIndex",
    "SearchQuery",
    "asset_of",
    "iscc_id_of",
    "simprint_of",
    "units_of",
]

IndexName = Annotated[str, Field(pattern=f"^{NAME}$", max_length=32, examples=["default"])]
IsccIdText = Annotated[
    str, Field(pattern="^ISCC:[A-Z2-7]{16}$", max_length=21, examples=["ISCC:MAIGIIFJRDGEQQAA"])
]
_Code = Annotated[
    str,
    Field(
        pattern="^ISCC:[A-Z2-7]{16,}$",
        max_length=400,
        json_schema_extra={"format": "iscc"},
        examples=["ISCC:KECYCMZIOY36XXGZ7S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY"],
    ),
]
_Type = Annotated[str, Field(pattern="^[A-Z0-9_]{3,40}$", max_length=40)]
_Simprint = Annotated[
    str, Field(min_length=6, max_length=44, pattern="^[A-Za-z0-9+/_=-]+$", examples=["AXvu3tp2kF8"])
]
_U32 = Annotated[int, Field(ge=0, le=0xFFFFFFFF)]


class NewIndex(BaseModel):
    """The name of an index; the numbers that clients may send along are ignored."""

    model_config = ConfigDict(extra="forbid")

    name: IndexName
    assets: Annotated[int, Field(ge=0, le=1 << 53)] | None = None
    size: Annotated[int, Field(ge=0, le=1 << 53)] | None = None
    sizes: Annotated[dict[str, int], Field(max_length=100)] | None = None


class Placed(BaseModel):
    """A simprint and where in the content it stands."""

    model_config = ConfigDict(extra="forbid")

    simprint: _Simprint
    offset: _U32
    size: _U32


class Entry(BaseModel):
    """A ready-made record, as iscc-search has it."""

    model_config = ConfigDict(extra="forbid")

    iscc_id: IsccIdText
    iscc_code: _Code | None = None
    units: Annotated[list[_Code], Field(min_length=2, max_length=16)] | None = None
    simprints: (
        Annotated[
            dict[
                _Type,
                Annotated[list[Placed], Field(min_length=1, max_length=100_000, fail_fast=True)],
            ],
            Field(max_length=16),
        ]
        | None
    ) = None
    metadata: Annotated[dict[str, Any], Field(max_length=256)] | None = None


class SearchQuery(BaseModel):
    """What is looked for: an asset of the index, or else a code, units, simprints."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"iscc_code": "ISCC:KECYCMZIOY36XXGZ7S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY"}
        },
    )

    iscc_id: IsccIdText | None = None
    iscc_code: _Code | None = None
    units: Annotated[list[_Code], Field(min_length=1, max_length=16)] | None = None
    simprints: (
        Annotated[
            dict[
                _Type,
                Annotated[list[_Simprint], Field(min_length=1, max_length=10_000, fail_fast=True)],
            ],
            Field(max_length=16),
        ]
        | None
    ) = None


def asset_of(entry: Entry) -> Asset:
    """Return what is kept of a record.

    Raises:
        InvalidInput: A code is none, or there is nothing to find it by.
    """
    units = units_of(entry.units, entry.iscc_code)
    chunks = {
        kind: tuple(Chunk(simprint_of(each.simprint), each.offset, each.size) for each in placed)
        for kind, placed in (entry.simprints or {}).items()
    }
    if not units and not chunks:
        raise InvalidInput(f"{entry.iscc_id}: give iscc_code, units or simprints")
    iscc_id = iscc_id_of(entry.iscc_id)
    return Asset(iscc_id, units, chunks, entry.model_dump(exclude_none=True) | {"iscc_id": iscc_id})


def iscc_id_of(text: str) -> str:
    """Return an ISCC-ID as it is kept.

    Raises:
        InvalidInput: It is none.
    """
    unit = _decompose_code(text)[0]
    if unit.maintype != MainType.ID or unit.bits != 64:
        raise InvalidInput(f"{text} is no ISCC-ID")
    return str(unit)


def units_of(units: list[str] | None, code: str | None) -> tuple[Unit, ...]:
    """Return units that are given one by one, or else those of a code.

    Raises:
        InvalidInput: One of them is none.
    """
    if not units:
        return tuple(_decompose_code(code)) if code else ()
    found = []
    for text in units:
        parts = _decompose_code(text)
        if len(parts) != 1:
            raise InvalidInput(f"{text} is a code of {len(parts)} units, not one unit")
        found.append(parts[0])
    return tuple(found)


def _decompose_code(code: str) -> list[Unit]:
    try:
        return decompose(code)
    except InvalidCode as error:
        raise InvalidInput(str(error)) from error


def simprint_of(text: str) -> bytes:
    """Return a simprint from base64, of URLs or the other one, with or without padding.

    Raises:
        InvalidInput: It is none.
    """
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        code = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (NoBase64, ValueError) as error:
        raise InvalidInput(f"{text} is no base64") from error
    if len(code) not in range(4, 33, 4):
        raise InvalidInput(f"{text} has {8 * len(code)} bits; simprints have 32 to 256")
    return code
