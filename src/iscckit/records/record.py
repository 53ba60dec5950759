"""The result for one file, and its JSON form in the field names of iscc-schema 0.8.0.

What iscc-schema has no field for (profile, extractor, what is missing and why, quality) stands in
its free field ``properties``, so that a record loads into the schema's own model unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from iscckit.records.paths import readable

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit
    from iscckit.errors import IsccError
    from iscckit.json_types import JsonValue
    from iscckit.media.base import Profile
    from iscckit.media.mediatypes import Mode
    from iscckit.units.quality import Flag

__all__ = ["FeatureSet", "Missing", "PartCode", "Record", "tophash"]

# What a record lacks: its Content-Code, the Meta-Code that goes with it, the Mixed-Code, or the
# Semantic-Code that was asked for.
Missing = Literal["content", "meta", "mixed", "semantic"]

_SCHEMA: Final = "http://purl.org/iscc/schema/0.8.0.json"
_TYPES: Final[dict[str | None, str]] = {
    "text": "TextDigitalDocument",
    "image": "ImageObject",
    "audio": "AudioObject",
    "video": "VideoObject",
    "mixed": "CreativeWork",
    None: "CreativeWork",
}
# RFC 3986, without IP literals: what iscc-schema takes for its fields of type URI.
_CHARACTER: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_HOST: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_URI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_HOST}*(?::[0-9]*)?(?:/{_CHARACTER}*)?|(?!//){_CHARACTER}+)"
    rf"(?:\?(?:{_CHARACTER}|\?)*)?(?:#(?:{_CHARACTER}|\?)*)?"
)
_BLAKE3_MULTIHASH: Final = b"\x1e\x20"  # code of BLAKE3, length of the digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """Granular features of one kind: parallel lists, one entry a segment.

    Attributes:
        maintype: ``content``, ``semantic`` or ``data``.
        subtype: ``text``, ``image``, ``audio``, ``video`` or ``none``.
        segment: What the segments are: ``passage`` or ``page`` of a text, ``scene`` of a video,
            ``time`` of sound, ``picture`` in a document, ``chunk`` of data.
        simprints: Headerless similarity digests of 256 bits in base64url.
        offsets: Where each segment starts, in characters of the cleaned text, in bytes, in
            seconds, or as its number among the pictures of the document, from 0.
        sizes: How long it is, likewise; of a picture 1.
        pages: On which page it starts, from 1; empty where there are no pages.
        contents: What the document calls it; empty where it has no name.
        byte_offsets: Whether offsets and sizes count bytes; those of a text are of its UTF-8.
    """

    maintype: str
    subtype: str
    segment: str
    simprints: tuple[str, ...]
    offsets: tuple[int, ...] | tuple[float, ...]
    sizes: tuple[int, ...] | tuple[float, ...]
    pages: tuple[int, ...] = ()
    contents: tuple[str, ...] = ()
    byte_offsets: bool = False
    version: int = 0

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the set as iscc-schema's index format has it, with ``segment`` and ``pages``."""
        fields: dict[str, JsonValue] = {
            "maintype": self.maintype,
            "subtype": self.subtype,
            "version": self.version,
            "byte_offsets": self.byte_offsets,
            "segment": self.segment,
            "simprints": list(self.simprints),
            "offsets": list(self.offsets),
            "sizes": list(self.sizes),
            "pages": list(self.pages) or None,
            "contents": list(self.contents) or None,
        }
        return _without_none(fields)


@dataclass(frozen=True, slots=True)
class PartCode:
    """One part of a container.

    Attributes:
        name: Where in the container it is.
        mediatype: What it was taken for; empty if that is unknown.
        unit: Its Content-Code, None if it has none.
        reason: Why it does not count for the Mixed-Code; empty if it does.
        page: On which page it is, from 1; None where there are no pages.
    """

    name: str
    mediatype: str
    unit: Unit | None
    reason: str = ""
    page: int | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the part for ``properties``."""
        return _without_none(
            {
                "name": _unicode(self.name),
                "mediatype": self.mediatype or None,
                "iscc": None if self.unit is None else str(self.unit),
                "page": self.page,
                "left_out": self.reason or None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that one pass over one file found out.

    Attributes:
        iscc: The composite code: an ISCC-CODE, or an ISCC-SUM where there is no Content-Code.
        units: The units at the length that was asked for, in the order of the composite.
        mediatype: What the file was taken for.
        detected: Why, in words.
        filesize: In bytes.
        datahash: Multihash of the bytes, hexadecimal.
        profile: The rules by which content became pixels and text.
        generator: Name and version of the software.
        extractor: Names and versions of the decoders that took part.
        encoding: How the bytes of a text were decoded.
        filename: Name of the file without folders, or None for a stream without one.
        path: As the caller named the file, or None for a stream.
        mode: What kind of Content-Code the record has; None where it has none.
        name: Normalised, as it went into the Meta-Code; likewise description and meta.
        creator: Who made the work, as its file says; likewise the seven that follow.
        license: URI of its licence; one that is no URI stands in ``properties``.
        acquire: URI where a licence can be acquired; likewise.
        credit: Line that must accompany a copy.
        rights: Copyright notice.
        identifier: Another identifier of it.
        keywords: Subjects.
        language: BCP 47 tag.
        damage: Blocks of metadata that could not be read, each with its reason.
        metahash: Multihash of the metadata.
        width: Of a picture as stored, in pixels; likewise height.
        duration: Of sound or video, in seconds.
        fps: Pictures a second of a video.
        characters: Of a text, after collapsing.
        features: Granular features, if asked for.
        parts: Of a container that a Mixed-Code was asked of.
        missing: Why a unit is not there, in words.
        flags: Warnings on the quality of the codes.
        failure: Set where a file of a supported type could not be decoded.
        show_units: Whether the JSON form lists the units.
    """

    iscc: str
    units: tuple[Unit, ...]
    mediatype: str
    detected: str
    filesize: int
    datahash: str
    profile: Profile
    generator: str
    extractor: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    filename: str | None = None
    path: str | None = None
    mode: Mode | Literal["mixed"] | None = None
    name: str | None = None
    description: str | None = None
    meta: str | None = None
    creator: str | None = None
    license: str | None = None
    acquire: str | None = None
    credit: str | None = None
    rights: str | None = None
    identifier: str | None = None
    keywords: str | None = None
    language: str | None = None
    damage: tuple[str, ...] = ()
    metahash: str | None = None
    duration: float | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    characters: int | None = None
    features: tuple[FeatureSet, ...] = ()
    parts: tuple[PartCode, ...] = ()
    missing: Mapping[Missing, str] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    failure: IsccError | None = None
    show_units: bool = False

    @property
    def tophash(self) -> str | None:
        """Multihash that binds metadata and data; None without metadata. See ``tophash``."""
        return None if self.metahash is None else tophash(self.metahash, self.datahash)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the record in iscc-schema's field names and order; unset fields are left out."""
        fields: dict[str, JsonValue] = {
            "@type": _TYPES[self.mode],
            "$schema": _SCHEMA,
            "iscc": self.iscc,
            "name": self.name,
            "description": self.description,
            "meta": self.meta,
            "creator": self.creator,
            "license": _uri(self.license),
            "acquire": _uri(self.acquire),
            "credit": self.credit,
            "rights": self.rights,
            "identifier": self.identifier,
            "keywords": self.keywords,
            "mode": self.mode,
            "filename": _unicode(self.filename),
            "filesize": self.filesize,
            "mediatype": self.mediatype,
            "duration": None if self.duration is None else round(self.duration),
            "fps": self.fps,
            "width": self.width,
            "height": self.height,
            "characters": self.characters,
            "language": self.language,
            "parts": [str(part.unit) for part in self.parts if not part.reason] or None,
            "features": [each.to_dict() for each in self.features] or None,
            "units": [str(unit) for unit in self.units] if self.show_units else None,
            "generator": self.generator,
            "tophash": self.tophash,
            "metahash": self.metahash,
            "datahash": self.datahash,
            "properties": self._properties(),
        }
        return _without_none(fields)

    def _properties(self) -> dict[str, JsonValue]:
        """Return what iscc-schema has no field for."""
        return _without_none(
            {
                "profile": self.profile,
                "path": _unicode(self.path),
                "detected": self.detected,
                "encoding": self.encoding,
                "license": None if _uri(self.license) else self.license,
                "acquire": None if _uri(self.acquire) else self.acquire,
                "damage": list(self.damage) or None,
                "extractor": dict(self.extractor) or None,
                "missing": {str(unit): why for unit, why in self.missing.items()} or None,
                "quality": list(self.flags) or None,
                "parts": [part.to_dict() for part in self.parts] or None,
            }
        )

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the record as JSON, on one line unless ``indent`` is given."""
        separators = (",", ":") if indent is None else (",", ": ")
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, separators=separators)


def tophash(metahash: str, datahash: str) -> str:
    """Return the multihash that binds metadata and data.

    It is ``1e20`` and the BLAKE3 digest of 68 bytes: the 34 bytes that ``metahash`` writes in
    hexadecimal (``1e 20`` and 32 bytes of digest), then the 34 bytes of ``datahash`` likewise.

    Source:
        iscc-schema 0.8.0, ``tophash``: "a multihash of the concatenation of metahash and
        datahash". Neither iscc-core nor iscc-sdk makes one, so there is no vector.
    """
    from blake3 import blake3  # noqa: PLC0415 (not needed to read a record)

    bound = bytes.fromhex(metahash) + bytes.fromhex(datahash)
    return (_BLAKE3_MULTIHASH + blake3(bound).digest()).hex()


def _unicode(name: str | None) -> str | None:
    """Return ``name`` as Unicode text: bytes that are none become backslash escapes."""
    return None if name is None else readable(name)


def _uri(value: str | None) -> str | None:
    return value if value and _URI.fullmatch(value) else None


def _without_none(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: value for key, value in fields.items() if value is not None}
