"""The partial results of one file: each step from the file to its record makes one of them.

Named tuples, because a command for one small file would spend milliseconds on dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from iscckit.codec.unit import Unit
from iscckit.errors import IsccError
from iscckit.media.content_values import Content, Mode
from iscckit.media.metadata.fields import Metadata
from iscckit.records.record import FeatureSet, Missing, PartCode
from iscckit.units.quality import Flag

__all__ = [
    "ContentFacts",
    "Draft",
    "FileFacts",
    "MetadataFacts",
    "NotEmbeddable",
    "PictureToEmbed",
    "SemanticFacts",
    "SemanticInput",
    "TextToEmbed",
]

_NOTHING: Final[Mapping[Any, str]] = {}  # never changed: the type of the fields forbids it


class FileFacts(NamedTuple):
    """The result of hashing and type detection.

    Attributes:
        units: Data-Code and Instance-Code.
        datahash: BLAKE3 multihash of the bytes, hexadecimal.
        filesize: Number of bytes.
        mediatype: The detected media type.
        detected: The reason for ``mediatype``, in words.
        filename: Name of the file without folders; None for a stream without a name.
        path: Path as the caller wrote it; None for a stream.
    """

    units: tuple[Unit, Unit]
    datahash: str
    filesize: int
    mediatype: str
    detected: str
    filename: str | None = None
    path: str | None = None

    @property
    def label(self) -> str:
        """The name of the file in error messages."""
        return self.path or self.filename or "standard input"


class ContentFacts(NamedTuple):
    """The result of decoding, with the Content-Code.

    Attributes:
        mode: Kind of the Content-Code; None without a Content-Code.
        unit: The Content-Code; None if there is none, and ``missing`` has the reason.
        decoded: The content that ``unit`` was made of; None where nothing was decoded, and for a
            Mixed-Code.
        extractor: Names and versions of the decoders.
        encoding: Character encoding of a text.
        width: Width of a picture as stored, in pixels.
        height: Height of a picture as stored, in pixels.
        duration: Duration of sound or video, in seconds.
        fps: Frames per second of a video.
        characters: Number of characters of a text after collapsing.
        flags: Warnings on the quality of the Content-Code.
        features: Granular features, if the options ask for them.
        parts: Pages of a TIFF file; parts of another container if the options ask for a
            Mixed-Code.
        missing: Reasons for units that could not be made.
        undivided: Whether no decoder reads the file, but a Mixed-Code of its parts could have
            been asked for.
        failure: The error of the decoder, where a supported type could not be decoded.
    """

    mode: Mode | Literal["mixed"] | None = None
    unit: Unit | None = None
    decoded: Content | None = None
    extractor: Mapping[str, str] = _NOTHING
    encoding: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    fps: float | None = None
    characters: int | None = None
    flags: tuple[Flag, ...] = ()
    features: tuple[FeatureSet, ...] = ()
    parts: tuple[PartCode, ...] = ()
    missing: Mapping[Missing, str] = _NOTHING
    undivided: bool = False
    failure: IsccError | None = None


class MetadataFacts(NamedTuple):
    """The metadata from the file and from the caller, with the Meta-Code.

    Attributes:
        embedded: The fields that the file carries.
        unit: The Meta-Code; None if there is none.
        name: Normalised name, as it went into the Meta-Code.
        description: Normalised description, as it went into the Meta-Code.
        meta: Metadata as a Data-URL, as it went into the Meta-Code.
        metahash: BLAKE3 multihash of the metadata, hexadecimal.
        damage: Blocks of metadata that could not be read, each with its reason.
        missing: The reason for a missing Meta-Code, if the file has a name or a Content-Code.
        signals: What the file says of its use: sources and values; see ``FileMetadata``.
    """

    embedded: Metadata
    unit: Unit | None = None
    name: str | None = None
    description: str | None = None
    meta: str | None = None
    metahash: str | None = None
    damage: tuple[str, ...] = ()
    missing: Mapping[Missing, str] = _NOTHING
    signals: tuple[tuple[str, str], ...] = ()


class TextToEmbed(NamedTuple):
    """A cleaned text, not empty, for a text model."""

    text: str


class PictureToEmbed(NamedTuple):
    """The pixels of a picture for an image model, as ``semantic_pixels`` returns them."""

    pixels: bytes


class NotEmbeddable(NamedTuple):
    """The reason why a content has no input for its model."""

    reason: str


SemanticInput = TextToEmbed | PictureToEmbed | NotEmbeddable


class SemanticFacts(NamedTuple):
    """The result of a model, with the Semantic-Code.

    Attributes:
        unit: The Semantic-Code; None if there is none.
        extractor: Name of the model, and the start of the BLAKE3 hash of its weights.
        features: Granular features, if the options ask for them.
        missing: The reason for a missing Semantic-Code, if one was asked for.
    """

    unit: Unit | None = None
    extractor: Mapping[str, str] = _NOTHING
    features: tuple[FeatureSet, ...] = ()
    missing: Mapping[Missing, str] = _NOTHING


class Draft(NamedTuple):
    """The partial results of one file, which ``finish_records`` makes a record of.

    Attributes:
        file: What hashing and type detection gave.
        content: What decoding gave.
        chunks: Features of the bytes, if the options ask for features.
        metadata: What the file and the caller say about the work.
        semantic_input: The input of a model; None if no model is asked for or made for it.
    """

    file: FileFacts
    content: ContentFacts
    metadata: MetadataFacts
    chunks: tuple[FeatureSet, ...] = ()
    semantic_input: SemanticInput | None = None
