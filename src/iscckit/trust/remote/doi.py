"""DOIs: what their registration says, and whether it names a declaration.

Anybody can write any DOI into a declaration: it is *claimed*. It is *verified* if the other side
agrees, which is the registered metadata or the site to which the DOI leads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote, unquote, urlsplit

from iscckit.errors import InvalidInput, RemoteFailed
from iscckit.trust.proof.did import document_url
from iscckit.trust.proof.strict_json import parse_json
from iscckit.trust.remote.addresses import resolve_host
from iscckit.trust.remote.fetch import Request, fetch

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Sequence

    from iscckit.json_types import JsonValue
    from iscckit.trust.remote.addresses import Resolve

__all__ = [
    "LARGEST_METADATA",
    "RESOLVER",
    "DoiGrade",
    "Metadata",
    "Registration",
    "fetch_metadata",
    "fetch_registration",
    "grade_doi",
    "normalize_doi",
    "read_registration",
]

RESOLVER: Final = "https://doi.org/"
LARGEST_METADATA: Final = 1 << 21  # bytes; Crossref sends the references of a work along
_REDIRECTS: Final = 3
_DATACITE: Final = "application/vnd.datacite.datacite+json"
_CSL: Final = "application/vnd.citationstyles.csl+json"
_DOI: Final = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+")
_PREFIX: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)", re.IGNORECASE)
_SUCCESS: Final = 200
# Relations that say that both are the same work, or that one describes the other. A work that cites
# another, or is a part of it, is not that work.
_SAME: Final = frozenset(
    {
        *("hasmetadata", "isidenticalto", "isvariantformof", "isoriginalformof"),
        *("hasmanifestation", "isdocumentedby"),
    }
)

Why = Literal["registered-iscc", "registered-did", "landing-host", "doi-differs", "not-named"]


@dataclass(frozen=True, slots=True)
class Registration:
    """What the registration of a DOI says.

    Attributes:
        doi: The DOI that it is of, in lower case.
        source: The address that answered, empty if the metadata came from elsewhere.
        landing: The address of the page to which the DOI leads, or None.
        identifiers: The other identifiers of the work, as they are written.
    """

    doi: str
    source: str
    landing: str | None
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The registered metadata of a DOI, as they came.

    Attributes:
        mediatype: Their form.
        body: The JSON.
        source: The address that answered.
    """

    mediatype: str
    body: bytes
    source: str


@dataclass(frozen=True, slots=True)
class DoiGrade:
    """Whether a DOI is more than a claim.

    Attributes:
        state: ``verified`` or ``claimed``.
        why: What verified it, or why nothing did.
        value: The identifier or host that was found, or None.
    """

    state: Literal["claimed", "verified"]
    why: Why
    value: str | None = None


def normalize_doi(text: str) -> str:
    """Return a DOI without prefix and in lower case.

    Args:
        text: A DOI, also as ``doi:…`` or as an address of doi.org.

    Raises:
        InvalidInput: It is not a DOI (``malformed-document``).
    """
    bare = _PREFIX.sub("", text.strip(), count=1).lower()
    if not _DOI.fullmatch(bare):
        raise InvalidInput(f"{text!r} is not a DOI", reason_code="malformed-document", field="doi")
    return bare


def fetch_registration(
    doi: str,
    *,
    resolver: str = RESOLVER,
    tls: ssl.SSLContext | None = None,
    resolve: Resolve = resolve_host,
) -> Registration:
    """Ask what the registration of a DOI says; arguments and errors as for ``fetch_metadata``."""
    found = fetch_metadata(doi, resolver=resolver, tls=tls, resolve=resolve)
    return read_registration(found.body, found.source)


def fetch_metadata(
    doi: str,
    *,
    resolver: str = RESOLVER,
    tls: ssl.SSLContext | None = None,
    resolve: Resolve = resolve_host,
) -> Metadata:
    """Ask for the registered metadata of a DOI, from DataCite or Crossref.

    Args:
        doi: The DOI.
        resolver: The address that resolves DOIs; another than the default is one that a person
            typed.
        tls: How to check certificates; by default as the system does.
        resolve: What finds the IP addresses of a name.

    Raises:
        InvalidInput: ``doi`` is not a DOI, or the answer is not metadata of one.
        RemoteFailed: The server cannot be reached, does not know the DOI, or redirects more than
            three times or to an inner address.

    Source:
        https://citation.doi.org/docs.html (content negotiation).
    """
    wanted = Request(
        accept=f"{_DATACITE}, {_CSL};q=0.9",
        limit=LARGEST_METADATA,
        redirects=_REDIRECTS,
        tls=tls,
    )
    name = quote(normalize_doi(doi), safe="/:;().,_-~!$&'*+=@")
    url = f"{resolver.rstrip('/')}/{name}"
    answer = fetch(url, wanted, trusted_address=resolver != RESOLVER, resolve=resolve)
    mediatype = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status != _SUCCESS or mediatype not in (_DATACITE, _CSL):
        said = f"{answer.status} with {mediatype or 'no media type'}"
        raise RemoteFailed(f"{answer.url}: answers {said}, not metadata of a DOI", url=answer.url)
    read_registration(answer.body, answer.url)
    return Metadata(mediatype, answer.body, answer.url)


def read_registration(data: bytes | str, source: str = "") -> Registration:
    """Read registered metadata: DataCite JSON, or CSL-JSON as Crossref gives it.

    Args:
        data: The JSON.
        source: The address from which it came.

    Raises:
        InvalidInput: It is not JSON, or not metadata of a DOI (``malformed-document``).
    """
    document = parse_json(data, limit=LARGEST_METADATA)
    if not isinstance(document, dict):
        raise InvalidInput(
            "the metadata of a DOI is an object", reason_code="malformed-document", field="doi"
        )
    doi = document.get("doi", document.get("DOI"))
    primary = _object(_object(document.get("resource")).get("primary"))
    landing = document.get("url", primary.get("URL"))
    return Registration(
        doi=normalize_doi(doi if isinstance(doi, str) else ""),
        source=source,
        landing=landing if isinstance(landing, str) else None,
        identifiers=tuple(dict.fromkeys(_list_identifiers(document))),
    )


def grade_doi(
    registration: Registration, doi: str, isccs: Sequence[str], did: str | None = None
) -> DoiGrade:
    """Say whether the registration of a DOI names a declaration.

    Args:
        registration: What is registered.
        doi: The DOI that the declaration claims.
        isccs: The ISCC-CODE of the declaration, and its ISCC-ID if it has one.
        did: The DID of the signer, only if the key that signed is *verified* to be of that DID.

    Returns:
        ``verified`` if the metadata has one of the ISCCs or the DID as an identifier of the work,
        or if the page of the DOI is on the host of a did:web; else ``claimed``.

    Raises:
        InvalidInput: ``doi`` is not a DOI.
    """
    if normalize_doi(doi) != registration.doi:
        return DoiGrade("claimed", "doi-differs", registration.doi)
    wanted = {_bare_iscc(each) for each in isccs}
    for each in registration.identifiers:
        if wanted & {_bare_iscc(each), _bare_iscc(unquote(each.rpartition("/")[2]))}:
            return DoiGrade("verified", "registered-iscc", each)
        if did is not None and each == did:
            return DoiGrade("verified", "registered-did", each)
    host = None if did is None else _host(document_url(did))
    if host is not None and host == _host(registration.landing):
        return DoiGrade("verified", "landing-host", host)
    return DoiGrade("claimed", "not-named")


def _bare_iscc(text: str) -> str:
    return text.strip().upper().removeprefix("ISCC:")


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _list_identifiers(document: dict[str, JsonValue]) -> Iterator[str]:
    """Yield the identifiers of the work and of its creators, of both forms of metadata."""
    found: list[JsonValue] = []
    for member, name in (
        ("alternateIdentifiers", "alternateIdentifier"),
        ("identifiers", "identifier"),
    ):
        found += [_object(each).get(name) for each in _items(document.get(member))]
    for each in _items(document.get("relatedIdentifiers")):
        if _is_same(_object(each).get("relationType")):
            found.append(_object(each).get("relatedIdentifier"))
    for creator in _items(document.get("creators")):
        names = _items(_object(creator).get("nameIdentifiers"))
        found += [_object(each).get("nameIdentifier") for each in names]
    found += _items(document.get("alternative-id"))
    for relation, targets in _object(document.get("relation")).items():
        if _is_same(relation):
            found += [_object(each).get("id") for each in _items(targets)]
    yield from (each for each in found if isinstance(each, str) and each)


def _is_same(relation: JsonValue) -> bool:
    return isinstance(relation, str) and relation.replace("-", "").lower() in _SAME
