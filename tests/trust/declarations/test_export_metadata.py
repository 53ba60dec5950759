"""Exports to DataCite are valid by its schema, which a package of another ships."""

from __future__ import annotations

import json
from typing import Any

import pytest
from datacite import schema45
from tests.trust.declarations.declared import CODE, FULL, OTHER, PLAIN, SEED

from iscckit.errors import InvalidInput
from iscckit.trust.declarations.export_metadata import (
    Declared,
    export_datacite,
    export_schema_org,
)


def with_kind(kind: str) -> Declared:
    return Declared(iscc_code=CODE, binding={"seed": {**SEED, "resource_type": kind}})


KINDS = [
    "JournalArticle",
    "Preprint",
    "ConferencePaper",
    "ReviewArticle",
    "BookChapter",
    "Book",
    "Dissertation",
    "Report",
    "ReferenceEntry",
    "Dataset",
    "Software",
    "Model",
    "Workflow",
    "Protocol",
    "Image",
    "PeerReview",
    "Other",
]


@pytest.mark.parametrize("declared", [FULL, PLAIN, OTHER, *map(with_kind, KINDS)])
def test_datacite_is_valid(declared: Declared) -> None:
    found = export_datacite(declared)
    assert [error.message for error in schema45.validator.iter_errors(found)] == []


def test_the_schema_of_datacite_refuses_what_we_do_not_write() -> None:
    found: Any = export_datacite(FULL)
    found["relatedIdentifiers"][0]["relatedIdentifierType"] = "ISCC"
    assert list(schema45.validator.iter_errors(found))


def test_datacite_has_the_code_as_an_alternate_identifier() -> None:
    found: Any = export_datacite(FULL)
    assert found["alternateIdentifiers"][0] == {
        "alternateIdentifier": CODE,
        "alternateIdentifierType": "ISCC",
    }
    [related] = found["relatedIdentifiers"]
    assert (related["relatedIdentifierType"], related["relationType"]) == ("URL", "HasMetadata")
    assert found["rightsList"][0]["rightsIdentifier"] == "cc-by-4.0"
    assert found["publisher"]["publisherIdentifier"] == "https://ror.org/05gq02987"
    assert found["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == (
        "https://orcid.org/0000-0002-1825-0097"
    )
    assert '"relatedIdentifierType": "ISCC' not in json.dumps(found)


def test_schema_org() -> None:
    found: Any = export_schema_org(FULL)
    assert found["@type"] == "ScholarlyArticle"
    assert found["identifier"][0] == {
        "@type": "PropertyValue",
        "propertyID": "ISCC",
        "value": CODE,
    }
    assert found["sameAs"] == "https://doi.org/10.5555/abc"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["usageInfo"] == "https://example.org/tdm"
    assert found["datahash"] == FULL.datahash
    assert "sha256" not in found
    bare = export_schema_org(Declared(iscc_code=CODE, binding={}))
    assert set(bare) == {"@context", "@type", "identifier"}


@pytest.mark.parametrize("name", ["title", "publisher", "pubyear"])
def test_what_the_record_lacks_is_named(name: str) -> None:
    seed = {key: value for key, value in SEED.items() if key != name}
    declared = Declared(iscc_code=CODE, binding={"seed": seed})
    with pytest.raises(InvalidInput, match=name):
        export_datacite(declared)
