"""A declaration in a deposit of Crossref, schema 5.5.0.

Crossref has no type of identifier for ISCCs: the code is a manifestation of type ``other``, and the
declaration is a document about the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.trust.declarations.export_metadata import Declared, require

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["Deposit", "export_crossref"]

_CROSSREF: Final = "http://www.crossref.org/schema/5.5.0"
_SPACES: Final = {
    "": _CROSSREF,
    "ai": "http://www.crossref.org/AccessIndicators.xsd",
    "rel": "http://www.crossref.org/relations.xsd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Who deposits metadata with Crossref, and when.

    Attributes:
        batch: Name of the batch, 4 to 100 characters.
        timestamp: Number that grows with each deposit, such as ``20261130120000``.
        depositor: Name of the depositor.
        email: Address for the report.
        registrant: Organization that owns the DOI.
        resource: Address of the landing page.
    """

    batch: str
    timestamp: int
    depositor: str
    email: str
    registrant: str
    resource: str


def export_crossref(declared: Declared, deposit: Deposit) -> str:
    """Return a deposit in the XML of Crossref, schema 5.5.0.

    Works with a container title are articles of a journal, all others posted content.

    Raises:
        InvalidInput: The record has no DOI, title or year of publication.
    """
    from xml.etree.ElementTree import indent, register_namespace, tostring

    for prefix, space in _SPACES.items():
        register_namespace(prefix, space)
    root = _make("doi_batch", version="5.5.0")
    head = _add(root, "head")
    _add(head, "doi_batch_id", deposit.batch)
    _add(head, "timestamp", str(deposit.timestamp))
    depositor = _add(head, "depositor")
    _add(depositor, "depositor_name", deposit.depositor)
    _add(depositor, "email_address", deposit.email)
    _add(head, "registrant", deposit.registrant)
    _add_work(_add(root, "body"), declared, deposit)
    indent(root)
    xml = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _add_work(body: Element, declared: Declared, deposit: Deposit) -> None:
    doi, title = declared.find_doi(), require(declared, "title")
    if doi is None:
        raise InvalidInput("the record has no DOI, which Crossref needs")
    journal = declared.get_seed("container_title")
    if journal is not None:
        parent = _add(body, "journal")
        about = _add(parent, "journal_metadata")
        _add(about, "full_title", str(journal))
        if declared.get_seed("issn") is not None:
            _add(about, "issn", str(declared.get_seed("issn")))
        work, date = _add(parent, "journal_article", publication_type="full_text"), "publication"
    else:
        preprint = declared.get_seed("resource_type") == "Preprint"
        work = _add(body, "posted_content", type="preprint" if preprint else "other")
        date = "posted"
    _add(_add(work, "titles"), "title", title)
    _add(_add(work, f"{date}_date"), "year", require(declared, "pubyear"))
    _add_license(work, declared)
    _add_relations(work, declared)
    data = _add(work, "doi_data")
    _add(data, "doi", doi)
    _add(data, "resource", deposit.resource)


def _add_license(work: Element, declared: Declared) -> None:
    known = declared.get_license()
    if known is None or known.url is None:
        return
    program = _add(work, "ai:program", name="AccessIndicators")
    version = declared.get_seed("version_type")
    stages = {"VoR": "vor", "CVoR": "vor", "EVoR": "vor", "AM": "am"}
    if version is None:
        _add(program, "ai:license_ref", known.url)
    elif version in stages:
        _add(program, "ai:license_ref", known.url, applies_to=stages[str(version)])


def _add_relations(work: Element, declared: Declared) -> None:
    """Add the code as a manifestation, and the declaration as a document about the work."""
    program = _add(work, "rel:program")
    item = _add(program, "rel:related_item")
    _add(item, "rel:description", "ISCC (ISO 24138)")
    names = {"relationship-type": "hasManifestation", "identifier-type": "other"}
    _add(item, "rel:intra_work_relation", declared.iscc_code, **names)
    if declared.url is not None:
        item = _add(program, "rel:related_item")
        _add(item, "rel:description", "Declaration of the ISCC")
        names = {"relationship-type": "isDocumentedBy", "identifier-type": "uri"}
        _add(item, "rel:inter_work_relation", declared.url, **names)


def _make(name: str, /, **attributes: str) -> Element:
    from xml.etree.ElementTree import Element

    prefix, _, local = name.rpartition(":")
    return Element(f"{{{_SPACES[prefix]}}}{local}", attributes)


def _add(parent: Element, name: str, text: str | None = None, /, **attributes: str) -> Element:
    element = _make(name, **attributes)
    element.text = text
    parent.append(element)
    return element
