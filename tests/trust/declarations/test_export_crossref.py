"""Deposits are valid by the schema of Crossref, which a package of another ships."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from tests.trust.declarations.declared import CODE, FULL, OTHER, PLAIN, SEED

from iscckit.errors import InvalidInput
from iscckit.trust.declarations.export_crossref import Deposit, export_crossref
from iscckit.trust.declarations.export_metadata import Declared

DEPOSIT = Deposit(
    batch="batch-1",
    timestamp=20261130120000,
    depositor="Ann",
    email="ann@example.org",
    registrant="Meridian Academic Press",
    resource="https://example.org/abc",
)
PREPRINT = Declared(iscc_code=CODE, binding={"seed": {**SEED, "resource_type": "Preprint"}})


@pytest.fixture(scope="module")
def crossref() -> xmlschema.XMLSchema11:
    spec = find_spec("commonmeta")  # not imported: only its files are of use
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0], "resources/crossref")
    mathml = folder / "standard-modules/mathml3/mathml3.xsd"

    def find(uri: str) -> str:
        return mathml.as_uri() if uri.endswith("/mathml3/mathml3.xsd") else uri

    return xmlschema.XMLSchema11(folder / "crossref5.5.0.xsd", allow="local", uri_mapper=find)


@pytest.mark.slow
@pytest.mark.parametrize("declared", [FULL, PLAIN, OTHER, PREPRINT])
def test_crossref_is_valid(crossref: xmlschema.XMLSchema11, declared: Declared) -> None:
    crossref.validate(export_crossref(declared, DEPOSIT))


def test_crossref_has_the_code_as_a_manifestation() -> None:
    root = ElementTree.fromstring(export_crossref(FULL, DEPOSIT))
    spaces = {
        "rel": "http://www.crossref.org/relations.xsd",
        "ai": "http://www.crossref.org/AccessIndicators.xsd",
    }
    [code] = root.findall(".//rel:intra_work_relation", spaces)
    assert (code.text, code.attrib) == (
        CODE,
        {"relationship-type": "hasManifestation", "identifier-type": "other"},
    )
    [declaration] = root.findall(".//rel:inter_work_relation", spaces)
    assert (declaration.text, declaration.get("relationship-type")) == (FULL.url, "isDocumentedBy")
    [licence] = root.findall(".//ai:license_ref", spaces)
    assert (licence.text, licence.get("applies_to")) == (
        "https://creativecommons.org/licenses/by/4.0/",
        "vor",
    )
    assert not root.findall(".//ai:license_ref[@applies_to='am']", spaces)


@pytest.mark.parametrize("name", ["doi", "title", "pubyear"])
def test_what_the_record_lacks_is_named(name: str) -> None:
    seed = {key: value for key, value in SEED.items() if key != name}
    with pytest.raises(InvalidInput, match="DOI" if name == "doi" else name):
        export_crossref(Declared(iscc_code=CODE, binding={"seed": seed}), DEPOSIT)
