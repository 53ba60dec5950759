"""The forms of answers, for the description. Answers themselves are made elsewhere, as they are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from iscckit.codec.explain import Form
from iscckit.comparison.agreement import Answer
from iscckit.comparison.matrix import Kind
from iscckit.comparison.verdict import Verdict

__all__ = [
    "About",
    "Code",
    "Compared",
    "DataUnit",
    "Decomposed",
    "Formats",
    "Health",
    "Inspection",
    "InstanceUnit",
    "MetaUnit",
    "MixedUnit",
    "Plain",
    "TextUnit",
    "UnitMatrix",
]

Iscc = Annotated[str, Field(pattern="^ISCC:[A-Z2-7]+$", description="In canonical form")]
Count = Annotated[int, Field(ge=0)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Part(_Shape):
    code: str
    type_id: str
    bits: Count
    body: str = Field(description="In hexadecimal digits")


class _Fault(_Shape):
    code: str
    reason: str
    position: Count | None = Field(description="Of the first wrong character, from 0")
    suggestion: str | None = Field(description="The one plausible repair")


class Inspection(_Shape):
    """What a code holds."""

    input: str
    errors: list[_Fault] = Field(
        default_factory=list, description="Only of a code that can be read but breaks a rule"
    )
    form: Form
    canonical: str
    maintype: str | None
    subtype: str | None
    version: Count | None
    bits: Count
    body: str = Field(description="In hexadecimal digits")
    type_id: str
    readable: str
    units: list[_Part]
    encodings: dict[str, str] = Field(description="Every way to write it, by name")
    problems: list[str]


class Code(_Shape):
    """An ISCC-CODE."""

    iscc: Iscc


class Decomposed(_Shape):
    """The units of a code."""

    units: list[Iscc]


class Plain(_Shape):
    """A unit."""

    iscc: Iscc


class MetaUnit(Plain):
    """A Meta-Code, and what it was made from in normal form."""

    name: str
    description: str = ""
    meta: str = Field(default="", description="A Data-URL")
    metahash: str = Field(pattern="^1e20[0-9a-f]{64}$")


class TextUnit(Plain):
    """A Text-Code."""

    characters: Count = Field(description="Of the text without what does not count")


class MixedUnit(Plain):
    """A Mixed-Code."""

    parts: list[str]


class DataUnit(Plain):
    """A Data-Code."""


class InstanceUnit(Plain):
    """An Instance-Code."""

    datahash: str = Field(pattern="^1e20[0-9a-f]{64}$")
    filesize: Count


class _Side(_Shape):
    input: str
    mediatype: str | None = None
    iscc: str | None = None
    units: list[Iscc] = []
    missing: dict[str, str] = {}
    quality: list[str] = []


class UnrelatedPairs(_Shape):
    """How many pairs of unrelated content agree at least as well."""

    agreeing: Count
    pairs: Count = Field(description="How many were measured")


class _Pair(_Shape):
    unit: str
    question: str
    answer: Answer
    a: str
    b: str
    bits: Count
    equal: Count | None
    percent: float | None = Field(description="Equal bits in percent")
    unrelated: UnrelatedPairs | None = Field(description="Measured on real media")
    chance: float | None = Field(description="How probably random codes agree as well")
    odds: str | None
    correlation: float | None = Field(description="1 all bits equal, 0 half of them, -1 none")
    note: str | None


class _Unpaired(_Shape):
    side: Literal["a", "b"]
    unit: str
    code: str
    reason: str


class SharedPlace(_Shape):
    """Where a shared part lies in one of two contents."""

    share: float = Field(description="Share of the content, 0 to 1")
    start: float | None = Field(description="First character or second")
    end: float | None
    box: list[float] | None = Field(description="Left, top, right and lower edge, as shares")
    page: int | None
    name: str | None = Field(description="Name of a picture in its document")


class SharedPart(_Shape):
    """The part that two contents share."""

    kind: Literal["text", "sound", "frame", "picture"]
    a: SharedPlace
    b: SharedPlace
    agreement: float = Field(description="How well both agree there, 0 to 1")
    evidence_bits: float
    turn: Annotated[int, Field(ge=0, le=7)] = Field(
        description="Quarter turns of A to the left, plus 4 if it is mirrored before"
    )
    sentence: str


class Compared(_Shape):
    """How two things relate."""

    a: _Side
    b: _Side
    verdict: Verdict
    sentence: str
    part: SharedPart | None = Field(description="The part that two files share")
    units: list[_Pair]
    unpaired: list[_Unpaired]
    problems: list[str]
    rules: list[Count] | None = Field(
        description="Versions of the rules by which both were read, where these differ"
    )


class UnitMatrix(_Shape):
    """How many bits differ between any two codes."""

    unit: Kind
    bits: Count = Field(description="How many were compared: those of the shortest unit")
    units: list[Iscc | None]
    hamming: list[list[Count | None]]


class Health(_Shape):
    """How the service is."""

    status: Literal["ok"]


class _Format(_Shape):
    mediatype: str
    extensions: str
    mode: Literal["text", "image", "audio", "video"]
    metadata: bool
    embed: bool
    mixed: bool


class _Division(_Shape):
    kind: str
    extensions: str
    parts: str


class Formats(_Shape):
    """What is read, described, written and divided."""

    formats: list[_Format]
    mixed: list[_Division]


class About(_Shape):
    """What this service is."""

    version: str
    iso: str
    mode: Literal["local", "remote"]
    components: dict[str, str]
    decoders: dict[str, str]
    models: dict[str, str] = Field(description="Those installed, and how to get the others")
    limits: dict[str, float]
    sandbox: list[str]
    features: list[str]
