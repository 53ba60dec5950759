"""The result for one file, and its JSON form in the field names of iscc-schema 0.8.0.

Values without a field in iscc-schema (profile, extractor, reasons for missing units, quality) are
in its free field ``properties``, so a record loads into the schema's own model unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from iscckit.codec.unit import Unit
from iscckit.errors import IsccError
from iscckit.json_types import JsonValue
from iscckit.media.content_values import Mode, Profile
from iscckit.records.safe_text import readable
from iscckit.units.quality import Flag

__all__ = ["FeatureSet", "Missing", "PartCode", "Record", "tophash"]

# Units that a record can lack; the last two only if they were asked for.
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
# RFC 3986 without IP literals: the values that iscc-schema accepts in fields of type URI.
_CHARACTER: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_HOST: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_URI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_HOST}*(?::[0-9]*)?(?:/{_CHARACTER}*)?|(?!//){_CHARACTER}+)"
    rf"(?:\?(?:{_CHARACTER}|\?)*)?(?:#(?:{_CHARACTER}|\?)*)?"
)
_BLAKE3_MULTIHASH: Final = b"\x1e\x20"  # code of BLAKE3, length of the digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """Granular features of one kind: parallel lists with one entry for each segment.

    Attributes:
        maintype: ``content``, ``semantic`` or ``data``.
        subtype: ``text``, ``image``, ``audio``, ``video`` or ``none``.
        segment: Kind of the segments: ``passage`` or ``page`` of a text, ``scene`` of a video,
            ``time`` of sound, ``picture`` in a document, ``chunk`` of data.
        simprints: Headerless similarity digests of 256 bits in base64url.
        offsets: Start of each segment: in characters of the cleaned text, in bytes, in seconds,
            or as the number of the picture in the document, from 0.
        sizes: Length of each segment in the unit of ``offsets``; 1 for a picture.
        pages: Page on which each segment starts, from 1; empty for files without pages.
        contents: Name of each segment in the document; empty for segments without names.
        byte_offsets: Whether offsets and sizes count bytes, for a text those of its UTF-8.
        version: Version of the algorithm or model, as in the unit's header.
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
        """Return the set in iscc-schema's index format, with ``segment`` and ``pages`` added."""
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
        return _drop_none(fields)


@dataclass(frozen=True, slots=True)
class PartCode:
    """One part of a container.

    Attributes:
        name: Place of the part in the container.
        mediatype: Detected media type; empty if it is unknown.
        unit: Content-Code of the part; None if it has none.
        reason: Reason why the part does not count for the Mixed-Code; empty if it counts.
        page: Page of the part, from 1; None for files without pages.
    """

    name: str
    mediatype: str
    unit: Unit | None
    reason: str = ""
    page: int | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the part for ``properties``."""
        return _drop_none(
            {
                "name": _to_unicode(self.name),
                "mediatype": self.mediatype or None,
                "iscc": None if self.unit is None else str(self.unit),
                "page": self.page,
                "left_out": self.reason or None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The complete result for one file.

    Attributes:
        iscc: The composite code: an ISCC-CODE, or an ISCC-SUM without a Content-Code.
        units: The units at the length that was asked for, in the order of the composite.
        mediatype: Detected media type.
        detected: Reason for ``mediatype``, in words.
        filesize: Number of bytes.
        datahash: BLAKE3 multihash of the bytes, hexadecimal.
        profile: The rules by which content became pixels and text.
        rules: Version of these rules; ``records.rules`` has what each version changed.
        generator: Name and version of the software.
        extractor: Names and versions of the decoders and models that took part.
        encoding: Character encoding of a text.
        filename: Name of the file without folders, or None for a stream without one.
        path: Path as the caller wrote it, or None for a stream.
        mode: Kind of the Content-Code; None without a Content-Code.
        name: Normalised name, as it went into the Meta-Code.
        description: Normalised description, as it went into the Meta-Code.
        meta: Metadata as a Data-URL, as it went into the Meta-Code.
        creator: Creator of the work. This field and the seven below are read from the file.
        license: URI of the licence. In JSON, other text is in ``properties``, as of ``acquire``.
        acquire: URI where a licence can be acquired.
        credit: Line that must accompany a copy.
        rights: Copyright notice.
        identifier: Another identifier of the work.
        keywords: Subjects.
        language: BCP 47 tag.
        damage: Blocks of metadata that could not be read, each with its reason.
        metahash: BLAKE3 multihash of the metadata, hexadecimal.
        duration: Duration of sound or video, in seconds.
        fps: Frames per second of a video.
        width: Width of a picture or video as stored, in pixels.
        height: Height of a picture or video as stored, in pixels.
        characters: Number of characters of a text after collapsing.
        features: Granular features, if they were asked for.
        parts: Pages of a TIFF file; parts of another container if a Mixed-Code was asked for.
        missing: Reason for each missing unit, in words.
        undivided: Whether no decoder reads the file, but ``Options.mixed`` could have.
        flags: Warnings on the quality of the codes.
        failure: Error of the decoder, if a file of a supported type could not be decoded.
        show_units: Whether the JSON form lists the units.
    """

    iscc: str
    units: tuple[Unit, ...]
    mediatype: str
    detected: str
    filesize: int
    datahash: str
    profile: Profile
    rules: int
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
    undivided: bool = False
    flags: tuple[Flag, ...] = ()
    failure: IsccError | None = None
    show_units: bool = False

    @property
    def tophash(self) -> str | None:
        """Multihash that binds metadata and data; None without metadata."""
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
            "license": _keep_uri(self.license),
            "acquire": _keep_uri(self.acquire),
            "credit": self.credit,
            "rights": self.rights,
            "identifier": self.identifier,
            "keywords": self.keywords,
            "mode": self.mode,
            "filename": _to_unicode(self.filename),
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
        return _drop_none(fields)

    def _properties(self) -> dict[str, JsonValue]:
        """Return the values without a field in iscc-schema."""
        return _drop_none(
            {
                "profile": self.profile,
                "rules": self.rules,
                "path": _to_unicode(self.path),
                "detected": self.detected,
                "encoding": self.encoding,
                "license": None if _keep_uri(self.license) else self.license,
                "acquire": None if _keep_uri(self.acquire) else self.acquire,
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
    """Return the BLAKE3 multihash of the bytes of ``metahash`` and ``datahash``, hexadecimal.

    Source:
        iscc-schema 0.8.0, ``tophash``: "a multihash of the concatenation of metahash and
        datahash". Neither iscc-core nor iscc-sdk computes it, so no test vector exists.
    """
    from blake3 import blake3  # not needed to read a record

    bound = bytes.fromhex(metahash) + bytes.fromhex(datahash)
    return (_BLAKE3_MULTIHASH + blake3(bound).digest()).hex()


def _to_unicode(name: str | None) -> str | None:
    """Return ``name`` as Unicode text: bytes that are not UTF-8 become backslash escapes."""
    return None if name is None else readable(name)


def _keep_uri(value: str | None) -> str | None:
    return value if value and _URI.fullmatch(value) else None


def _drop_none(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: value for key, value in fields.items() if value is not None}
