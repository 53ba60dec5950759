"""One row of the table of formats: what iscckit knows about a media type, as plain data.

A row names the code of a format instead of importing it: ``package.module`` or
``package.module:function``. The code is imported when a file needs it.
"""

# Annotations are evaluated here, not kept as strings: NamedTuple compiles strings, which is slow.
from typing import Literal, NamedTuple

from iscckit.media.content_values import Mode

__all__ = [
    "Container",
    "ContainerKind",
    "Division",
    "Format",
    "Magic",
    "Root",
    "Signature",
    "Stage",
    "Structure",
]

ContainerKind = Literal[
    "RIFF", "IFF", "QuickTime", "ISO", "ISO picture", "ZIP", "Office", "archive", "OLE"
]
Stage = Literal["start", "inside", "header", "packets", "frame"]


class Magic(NamedTuple):
    """Bytes at a fixed position of the file.

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


class Container(NamedTuple):
    """A type inside a container format.

    Attributes:
        kind: Which container, and with it what ``types`` are:

            * ``RIFF``, ``IFF``: form types (bytes 8 to 12 of the file);
            * ``QuickTime``: types of the first atom (bytes 4 to 8), in files older than brands;
            * ``ISO``: major brands of ISO base media files (ISO/IEC 14496-12), or the starts of
              brands; the longest one counts, and the empty one matches any brand;
            * ``ISO picture``: compatible brands of a file whose major brand says no more than
              that it holds pictures;
            * ``ZIP``: entries of a ZIP archive;
            * ``Office``: folders in a ZIP archive that has ``[Content_Types].xml``;
            * ``archive``: entries of any other ZIP archive; the empty one matches all of them;
            * ``OLE``: entries in the root of an OLE file ([MS-CFB]).
        types: The types, without padding.
        label: Reason of the detection; if empty, the type itself is the reason.
        family: See ``Magic``.
    """

    kind: ContainerKind
    types: tuple[bytes, ...]
    label: str = ""
    family: str = ""


class Root(NamedTuple):
    """The start of a text in a markup language.

    Attributes:
        starts: Text behind the XML declaration and comments, in lower case.
        label: Name of the format in the reason of a detection.
        holds: Text that must stand anywhere in the first bytes.
        declared: Whether an XML declaration must be there (True), must be missing (False) or does
            not matter (None).
    """

    starts: tuple[str, ...]
    label: str
    holds: str = ""
    declared: bool | None = None


class Structure(NamedTuple):
    """A function that tests the first bytes, for formats without a fixed signature.

    Attributes:
        stage: When the function is called: ``media.detect.magic`` has the order of stages.
        function: ``module:function``; it takes the first bytes and tells whether they fit.
        label: Reason of the detection.
        family: See ``Magic``.
    """

    stage: Stage
    function: str
    label: str
    family: str = ""


Signature = Magic | Container | Root | Structure


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
        mediatype: Media type, for example ``image/jpeg``.
        mode: Mode of the Content-Code of such a file; None if it has none.
        extensions: Extensions of file names in lower case, the most common one first.
        signatures: What recognises a file of this format, tested in this order.
        families: Groups of types that look alike in which the file name may choose this type.
        content: Module with ``extract`` (``media.readers.reader.Reader``); None: no Content-Code.
        metadata: Module with ``read`` and ``PRECEDENCE``; None: files hold no metadata we read.
        writer: Module with ``write`` (``media.embed.writer.Writer``); None: read only.
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
