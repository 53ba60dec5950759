"""A declaration in the metadata of DataCite and of web pages.

DataCite (kernel 4.5) has no type of related identifiers for ISCCs: the code is an alternate
identifier, and the declaration is a related resource by its address. What the schema needs beyond
the declaration, such as the names of creators, is marked as unavailable, not invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.rights.licenses import License, find_license

__all__ = ["Declared", "export_datacite", "export_schema_org", "require"]

_UNAVAILABLE: Final = ":unav"  # standard value of DataCite, appendix 3
_ORCID: Final = "https://orcid.org"
_ROR: Final = "https://ror.org"
_SPDX: Final = "https://spdx.org/licenses/"
# Kinds of the seed that DataCite names otherwise.
_GENERAL: Final = {"ReviewArticle": "JournalArticle", "ReferenceEntry": "Text", "Protocol": "Other"}
_SCHEMA_TYPES: Final = {
    **dict.fromkeys(("JournalArticle", "ReviewArticle", "Preprint"), "ScholarlyArticle"),
    **dict.fromkeys(("ConferencePaper", "PeerReview"), "ScholarlyArticle"),
    "BookChapter": "Chapter",
    "Book": "Book",
    "Dissertation": "Thesis",
    "Report": "Report",
    "Dataset": "Dataset",
    "Software": "SoftwareSourceCode",
    "Image": "ImageObject",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What was declared of a content.

    Attributes:
        iscc_code: The ISCC-CODE of the file.
        binding: The binding record: ``{seed, identifiers, license, creator, publisher, tdm}``.
        iscc_id: The ISCC-ID of the declaration; None without a log.
        url: Address of the declaration or its proof; None if it is nowhere on the web.
        datahash: BLAKE3 multihash of the file, hexadecimal; None if unknown.
    """

    iscc_code: str
    binding: Mapping[str, JsonValue]
    iscc_id: str | None = None
    url: str | None = None
    datahash: str | None = None

    def get_seed(self, name: str) -> JsonValue:
        """Return a member of the seed; None if there is none."""
        seed = self.binding.get("seed")
        return seed.get(name) if isinstance(seed, Mapping) else None

    def find_doi(self) -> str | None:
        """Return the DOI in the identifiers or the seed."""
        listed = self.binding.get("identifiers")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, Mapping) and each.get("scheme") == "doi":
                return str(each.get("code"))
        doi = self.get_seed("doi")
        return doi if isinstance(doi, str) else None

    def get_license(self) -> License | None:
        """Return the licence; None if none is declared."""
        text = self.binding.get("license")
        return find_license(text) if isinstance(text, str) and text.strip() else None

    def list_names(self, member: str) -> list[str]:
        """Return the identifiers in ``creator`` or ``publisher``."""
        value = self.binding.get(member)
        listed = value if isinstance(value, list) else [value]
        return [each for each in listed if isinstance(each, str) and each]


def export_datacite(declared: Declared) -> dict[str, JsonValue]:
    """Return the attributes of a DOI in the JSON of DataCite, kernel 4.5.

    Raises:
        InvalidInput: The record has no title, publisher or year of publication.
    """
    kind = str(declared.get_seed("resource_type") or "Other")
    found: dict[str, JsonValue] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": _GENERAL.get(kind, kind), "resourceType": kind},
        "creators": _list_creators(declared),
        "titles": [{"title": require(declared, "title")}],
        "publisher": _describe_publisher(declared),
        "publicationYear": require(declared, "pubyear"),
        "alternateIdentifiers": [
            {"alternateIdentifier": code, "alternateIdentifierType": kind}
            for code, kind in ((declared.iscc_code, "ISCC"), (declared.iscc_id, "ISCC-ID"))
            if code is not None
        ],
    }
    doi, known = declared.find_doi(), declared.get_license()
    if doi is not None:
        found["doi"] = doi
    if declared.url is not None:
        found["relatedIdentifiers"] = [
            {
                "relatedIdentifier": declared.url,
                "relatedIdentifierType": "URL",
                "relationType": "HasMetadata",
                "relatedMetadataScheme": "IsccReceipt",
                "schemeUri": "http://purl.org/iscc/schema/",
            }
        ]
    if known is not None:
        found["rightsList"] = [_describe_rights(known)]
    return found


def require(declared: Declared, name: str) -> str:
    """Return a member of the seed as text.

    Raises:
        InvalidInput: The seed lacks it.
    """
    value = declared.get_seed(name)
    if value is None or value == "":
        raise InvalidInput(f"the record has no {name} in its seed, which the target needs")
    return str(value)


def _list_creators(declared: Declared) -> list[JsonValue]:
    """Return the creators: their names are not declared, their ORCIDs are."""
    creators: list[JsonValue] = [
        {
            "name": _UNAVAILABLE,
            "nameType": "Personal",
            "nameIdentifiers": [
                {
                    "nameIdentifier": f"{_ORCID}/{_strip(orcid, _ORCID)}",
                    "nameIdentifierScheme": "ORCID",
                    "schemeUri": _ORCID,
                }
            ],
        }
        for orcid in declared.list_names("creator")
    ]
    return creators or [{"name": _UNAVAILABLE}]


def _strip(identifier: str, site: str) -> str:
    bare = site.removeprefix("https://")
    return identifier.removeprefix("https://").removeprefix("http://").removeprefix(f"{bare}/")


def _describe_publisher(declared: Declared) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"name": require(declared, "publisher")}
    rors = declared.list_names("publisher")
    if rors:
        found["publisherIdentifier"] = f"{_ROR}/{_strip(rors[0], _ROR)}"
        found["publisherIdentifierScheme"] = "ROR"
        found["schemeUri"] = _ROR
    return found


def _describe_rights(known: License) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"rights": known.name}
    if known.url is not None:
        found["rightsUri"] = known.url
    if known.spdx is not None:
        found["rightsIdentifier"] = known.spdx.lower()
        found["rightsIdentifierScheme"] = "SPDX"
        found["schemeUri"] = _SPDX
    return found


def export_schema_org(declared: Declared) -> dict[str, JsonValue]:
    """Return a description in JSON-LD of schema.org, for a web page about the work."""
    kind = _SCHEMA_TYPES.get(str(declared.get_seed("resource_type")), "CreativeWork")
    codes = [("ISCC", declared.iscc_code), ("ISCC-ID", declared.iscc_id)]
    found: dict[str, JsonValue] = {
        "@context": [
            "https://schema.org",
            {"datahash": "http://purl.org/iscc/terms/#datahash"},
        ],
        "@type": kind,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": code}
            for name, code in codes
            if code is not None
        ],
    }
    doi, known = declared.find_doi(), declared.get_license()
    optional: list[tuple[str, JsonValue]] = [
        ("name", declared.get_seed("title")),
        ("datePublished", None if (year := declared.get_seed("pubyear")) is None else str(year)),
        ("sameAs", None if doi is None else f"https://doi.org/{doi}"),
        ("license", None if known is None else known.url or known.name),
        ("usageInfo", _find_usage(declared)),
        ("datahash", declared.datahash),
    ]
    found |= {name: value for name, value in optional if value is not None}
    creators = [f"{_ORCID}/{_strip(each, _ORCID)}" for each in declared.list_names("creator")]
    if creators:
        found["creator"] = [{"@type": "Person", "@id": each} for each in creators]
    publisher, rors = declared.get_seed("publisher"), declared.list_names("publisher")
    if publisher is not None or rors:
        about: dict[str, JsonValue] = {"@type": "Organization"}
        about |= {"@id": f"{_ROR}/{_strip(rors[0], _ROR)}"} if rors else {}
        about |= {"name": publisher} if publisher is not None else {}
        found["publisher"] = about
    return found


def _find_usage(declared: Declared) -> str | None:
    """Return where the conditions of use stand: the policy, or the declaration itself."""
    tdm = declared.binding.get("tdm")
    if not isinstance(tdm, Mapping) or not tdm:
        return None
    policy = tdm.get("policy")
    if isinstance(policy, str) and policy.startswith(("https://", "http://")):
        return policy
    return declared.url
