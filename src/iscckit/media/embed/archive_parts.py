"""Change metadata fields in the parts of office documents and e-books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.media.metadata.archive import parse_prefixes
from iscckit.media.metadata.fields import RIGHTS_FIELDS
from iscckit.media.metadata.xmp import OTHER_NAMES
from iscckit.media.readers.markup import local_name
from iscckit.media.xml_tree import parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.metadata.fields import Metadata

__all__ = [
    "add_relation",
    "add_type",
    "update_core",
    "update_custom",
    "update_open_document",
    "update_package",
]

_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_CP: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_CUSTOM: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_META: Final = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # set of user-defined properties
_KINDS: Final = {
    "core": (
        "application/vnd.openxmlformats-package.core-properties+xml",
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
    ),
    "custom": (
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
    ),
}
# Fields with a standard property. _DOUBLE and all other fields have a property named iscc_*.
_COMMON: Final = {"name": "title", "description": "description", "creator": "creator"}
_DOUBLE: Final = ("name", "description")
_EMPTY_ODF: Final = (
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    b'office:version="1.2"><office:meta/></office:document-meta>'
)


def update_core(data: bytes, changes: Metadata) -> bytes:
    """Return docProps/core.xml with title, description, creator, keywords and language changed."""
    empty = f'<cp:coreProperties xmlns:cp="{_CP[1:-1]}"/>'.encode()
    root = _parse(data or empty)
    for field, value in changes.as_dict().items():
        if field in _COMMON or field == "language":
            _set_text(root, _DC + _COMMON.get(field, field), value)
        elif field == "keywords":
            _set_text(root, f"{_CP}keywords", value)
    return _serialize(root)


def update_custom(data: bytes, changes: Metadata) -> bytes:
    """Return docProps/custom.xml with the properties named iscc_* changed."""
    from lxml import etree  # slow to import

    empty = f'<Properties xmlns="{_CUSTOM[1:-1]}" xmlns:vt="{_VT[1:-1]}"/>'.encode()
    root = _parse(data or empty)
    for name, value in _name_own_fields(changes).items():
        for old in [each for each in root if each.get("name") == name]:
            root.remove(old)
        numbers = [int(each.get("pid", "1")) for each in root if each.get("pid", "").isdecimal()]
        property_ = etree.SubElement(root, f"{_CUSTOM}property")
        property_.set("fmtid", _FORMAT)
        property_.set("pid", str(max(numbers, default=1) + 1))
        property_.set("name", name)
        etree.SubElement(property_, f"{_VT}lpwstr").text = value
    return _serialize(root)


def update_open_document(data: bytes, changes: Metadata) -> bytes:
    """Return meta.xml with fields changed."""
    from lxml import etree

    root = _parse(data or _EMPTY_ODF)
    meta = root.find(f"{_OFFICE}meta")
    if meta is None:
        meta = etree.SubElement(root, f"{_OFFICE}meta")
    for field, value in changes.as_dict().items():
        if field in _COMMON or field == "language":
            _set_text(meta, _DC + _COMMON.get(field, field), value)
        elif field == "keywords":
            _set_text(meta, f"{_META}keyword", value)
    for name, value in _name_own_fields(changes).items():
        for old in [each for each in meta if each.get(f"{_META}name") == name]:
            meta.remove(old)
        element = etree.SubElement(meta, f"{_META}user-defined")
        element.set(f"{_META}name", name)
        element.text = value
    return _serialize(root)


def update_package(data: bytes, changes: Metadata) -> bytes:
    """Return the package document of an EPUB with fields changed."""
    from lxml import etree

    root = _parse(data)
    metadata = next((each for each in root if local_name(each) == "metadata"), None)
    if metadata is None:
        raise ValueError("the package document has no metadata")
    space = str(root.tag).rpartition("}")[0] + "}" if "}" in str(root.tag) else ""
    for field, value in changes.as_dict().items():
        if field in _COMMON:
            _set_text(metadata, _DC + _COMMON[field], value, all_of_them=field == "creator")
        elif field in ("rights", "language"):
            _set_text(metadata, f"{_DC}{field}", value)
    _set_reservations(root, metadata, space, changes)
    own = _name_own_fields(changes)
    if changes.keywords is not None:
        own["iscc_keywords"] = changes.keywords  # dc:subject of a book is a list
    for name, value in own.items():
        for old in [each for each in metadata if each.get("name") == name]:
            metadata.remove(old)
        element = etree.SubElement(metadata, f"{space}meta")
        element.set("name", name)
        element.set("content", value)
    return _serialize(root)


def _set_reservations(root: _Element, metadata: _Element, space: str, changes: Metadata) -> None:
    """Set the elements of TDMRep in a book: EPUB 3 has properties, EPUB 2 has names."""
    from lxml import etree

    prefixes = parse_prefixes(root.get("prefix", ""))
    taken = [prefix for prefix, url in prefixes.items() if OTHER_NAMES.get(url) == "tdm"]
    is_new = not root.get("version", "2").startswith("2")
    for field, value in changes.as_dict().items():
        if field not in ("tdm_reservation", "tdm_policy"):
            continue
        local = field.removeprefix("tdm_")
        names = {f"{prefix}:{local}" for prefix in (*taken, "tdm")}
        for old in [each for each in metadata if names & {each.get("name"), each.get("property")}]:
            metadata.remove(old)
        element = etree.SubElement(metadata, f"{space}meta")
        if is_new:
            prefix = taken[0] if taken else "tdm"
            element.set("property", f"{prefix}:{local}")
            element.text = value
            if not taken:
                declared = f"{root.get('prefix', '')} tdm: http://www.w3.org/ns/tdmrep#"
                root.set("prefix", declared.strip())
                taken = ["tdm"]
        else:
            element.set("name", f"tdm:{local}")
            element.set("content", value)


def add_type(data: bytes, name: str, kind: str) -> bytes:
    """Return [Content_Types].xml with the type of part ``name``."""
    from lxml import etree

    root = _parse(data)
    element = etree.SubElement(root, f"{_TYPES}Override")
    element.set("PartName", f"/{name}")
    element.set("ContentType", _KINDS[kind][0])
    return _serialize(root)


def add_relation(data: bytes, name: str, kind: str) -> bytes:
    """Return _rels/.rels with a relation to part ``name``."""
    from lxml import etree

    root = _parse(data)
    taken = {each.get("Id") for each in root}
    number = next(n for n in range(1, len(taken) + 2) if f"rIdIscc{n}" not in taken)
    element = etree.SubElement(root, f"{_RELATIONS}Relationship")
    element.set("Id", f"rIdIscc{number}")
    element.set("Type", _KINDS[kind][1])
    element.set("Target", name)
    return _serialize(root)


def _name_own_fields(changes: Metadata) -> dict[str, str]:
    """Return the values of the properties named iscc_*."""
    return {
        "iscc" if field == "iscc" else f"iscc_{field}": value
        for field, value in changes.as_dict().items()
        if field in _DOUBLE or field not in (*_COMMON, *RIGHTS_FIELDS, "keywords", "language")
    }


def _set_text(parent: _Element, tag: str, value: str, *, all_of_them: bool = True) -> None:
    """Set the text of the first element ``tag``; remove the others if ``all_of_them``."""
    from lxml import etree

    found = parent.findall(tag)
    if found:
        element, others = found[0], found[1:]
    else:
        element, others = etree.SubElement(parent, tag), []
    element.text = value
    for other in others if all_of_them else ():
        parent.remove(other)


def _parse(data: bytes) -> _Element:
    """Return the root of a part; a damaged part is refused, as it cannot be changed safely."""
    root = parse_xml_tree(data)
    if root is None:
        raise ValueError("a part without an element")
    return root


def _serialize(root: _Element) -> bytes:
    from lxml import etree

    data: bytes = etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True
    )
    return data
