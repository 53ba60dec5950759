"""What requests about files may say: limits stand at every field."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from iscckit.media.metadata.fields import Metadata
from iscckit.records.options import Options, Semantics
from iscckit.units.meta import meta_dataurl

__all__ = ["NUMBER", "Inline", "Text", "Wanted"]


def _no_text(value: object) -> object:
    if isinstance(value, (str, bool)):
        raise ValueError("give a number")
    return value


# JSON has numbers: a text that looks like one is none, nor are true and false.
NUMBER: Final = BeforeValidator(_no_text)


def _check_meta(options: Options) -> Options:
    """Check ``meta`` also where there is no title, and so no Meta-Code."""
    if options.meta:
        meta_dataurl(options.meta)
    return options


class Wanted(BaseModel):
    """How a record is made."""

    model_config = ConfigDict(extra="forbid")

    bits: Annotated[int, Field(ge=64, le=256, multiple_of=32, description="Of a unit.")] = 64
    granular: Annotated[bool, Field(description="List granular features.")] = False
    units: Annotated[bool, Field(description="List the units.")] = True
    mixed: Annotated[bool, Field(description="Make a Mixed-Code of what containers hold.")] = False
    semantic: Annotated[
        bool,
        Field(description="Add the Semantic-Code of a text or picture, by a model of the service."),
    ] = False
    name: Annotated[str, Field(max_length=1024, description="Title.")] | None = None
    description: Annotated[str, Field(max_length=4096)] | None = None
    meta: Annotated[str, Field(max_length=16_384, description="A Data-URL.")] | None = None

    def options(self, models: Semantics) -> Options:
        """Return the options for ``records.create``.

        Args:
            models: Models of the service.

        Raises:
            InvalidInput: ``meta`` is not a Data-URL of metadata.
        """
        values = self.model_dump(exclude={"semantic", "text"})
        return _check_meta(Options(**values, semantic=models if self.semantic else None))


class Text(Wanted):
    """A text and how its record is made."""

    model_config = ConfigDict(extra="forbid", strict=True)  # JSON has types, queries have not

    text: Annotated[str, Field(max_length=1_000_000, examples=["The quick brown fox"])]


class Inline(BaseModel):
    """What a file says about itself."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "The Cat", "creator": "A. Nyone"}]}
    )

    name: Annotated[str, Field(max_length=128, examples=["The Cat"])] | None = None
    description: Annotated[str, Field(max_length=4096)] | None = None
    meta: Annotated[str, Field(max_length=16_384, description="A Data-URL.")] | None = None
    creator: Annotated[str, Field(max_length=1024)] | None = None
    license: Annotated[str, Field(max_length=1024)] | None = None
    acquire: Annotated[str, Field(max_length=1024)] | None = None
    credit: Annotated[str, Field(max_length=1024)] | None = None
    rights: Annotated[str, Field(max_length=1024)] | None = None
    keywords: Annotated[str, Field(max_length=4096)] | None = None
    identifier: Annotated[str, Field(max_length=1024)] | None = None
    language: Annotated[str, Field(max_length=64)] | None = None

    def metadata(self) -> Metadata:
        """Return the fields that are given and not empty."""
        return Metadata(**{key: value for key, value in self.model_dump().items() if value})
