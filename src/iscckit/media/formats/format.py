"""The row of the table of formats: what iscckit knows about one media type, as plain data.

Code that belongs to a format is named, not imported: ``package.module`` for a module and
``package.module:function`` for a function. It is imported when a file needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from iscckit.media.base import Mode

__all__ = [
    "Box",
    "Brand",
    "Division",
    "Form",
    "Format",
    "Magic",
    "OleEntry",
    "Root",
    "Signature",
    "Stage",
    "Structure",
    "ZipPart",
]


class Magic(NamedTuple):
    """Bytes at a fixed place of the file.

    Attributes:
        magic: The bytes.
        label: Name of the format in the reason of a detection.
        offset: Position of the bytes in the file.
        family: Group of types with the same magic bytes, among which the file name decides; empty
            if the bytes alone decide.
    """

    magic: bytes
    label: str
    offset: int = 0
    family: str = ""


class Form(NamedTuple):
    """A RIFF or IFF file with its form type in bytes 8 to 12.

    Attributes:
        container: The container's signature, ``RIFF`` or ``FORM``; RF64 counts as RIFF.
        forms: The form types of the format, four bytes each.
        label: Name of the format in the reason of a detection.
    """

    container: bytes
    forms: tuple[bytes, ...]
    label: str


class Brand(NamedTuple):
    """An ISO base media file (ISO/IEC 14496-12) with a major brand. The longest prefix wins.

    Attributes:
        brands: Brands of four bytes, or prefixes of brands; the empty prefix matches any brand.
        label: Reason of the detection; empty for the brand itself.
        family: As for ``Magic``.
        compatible: Whether the brand also counts in the list of compatible brands, if the major
            brand says no more than that the file is a picture.
    """

    brands: tuple[bytes, ...]
    label: str = ""
    family: str = ""
    compatible: bool = False


class Box(NamedTuple):
    """A file that starts with a box (atom) of one of these types, in bytes 4 to 8."""

    types: tuple[bytes, ...]
    label: str
    family: str = ""


class ZipPart(NamedTuple):
    """An entry of a ZIP archive that tells its type.

    Attributes:
        name: The entry's name, or the start of names if it ends with a slash; empty for any.
        label: Reason of the detection.
        role: ``own``: only this format has the entry; ``office``: the entry tells the format of
            an Office Open XML package; ``other``: it counts in archives that are no documents.
        family: As for ``Magic``.
    """

    name: bytes
    label: str
    role: Literal["own", "office", "other"]
    family: str = "archive"


class OleEntry(NamedTuple):
    """An entry in the root of an OLE file ([MS-CFB]) that tells its type."""

    name: str


class Root(NamedTuple):
    """The start of a text that is markup.

    Attributes:
        starts: Text behind the XML declaration and comments, in lower case.
        label: Name of the format in the reason of a detection.
        holds: Text that stands anywhere in the first bytes too.
        declared: Whether an XML declaration must be there (True), must be missing (False) or does
            not matter (None).
    """

    starts: tuple[str, ...]
    label: str
    holds: str = ""
    declared: bool | None = None


Stage = Literal["box", "start", "inside", "header", "packets", "frame"]


class Structure(NamedTuple):
    """A function that recognises the first bytes, for formats without a plain signature.

    Attributes:
        stage: When the function is called: ``media.detect.magic`` has the order of stages.
        function: ``module:function``; it takes the first bytes and tells whether they fit.
        label: Reason of the detection.
        family: As for ``Magic``.
    """

    stage: Stage
    function: str
    label: str
    family: str = ""


Signature = Magic | Form | Brand | Box | ZipPart | OleEntry | Root | Structure


class Division(NamedTuple):
    """The rule by which one kind of container is divided for a Mixed-Code.

    Attributes:
        kind: Name of the kind.
        rule: What its parts are, in words.
        function: ``module:function``; it takes source, profile and limits and yields the parts.
        whole: Name of the content of the container itself as a part; empty if it has none.
    """

    kind: str
    rule: str
    function: str
    whole: str = ""


class Format(NamedTuple):
    """One row of the table.

    Attributes:
        mediatype: For example ``image/jpeg``.
        mode: Which Content-Code such a file gets, or None if there is none for it.
        extensions: Extensions of file names in lower case, the most common one first.
        signatures: What recognises a file of this format, tested in this order.
        families: Groups of types that look alike in which the file name may choose this type.
        content: Module with ``extract`` (``media.readers.base.Reader``); None: no Content-Code.
        metadata: Module with ``read`` and ``PRECEDENCE``; None: files hold no metadata we read.
        writer: Module with ``write`` (``media.embed.base.Writer``); None: read only.
        division: How the file is divided for a Mixed-Code; None: it is one part.
        extra: Optional dependency group (pip extra) with the libraries that ``content`` imports.
    """

    mediatype: str
    mode: Mode | None
    extensions: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    families: tuple[str, ...] = ()
    content: str | None = None
    metadata: str | None = None
    writer: str | None = None
    division: Division | None = None
    extra: str | None = None
