"""Registrations of DOIs from a real server, in both forms of metadata, and their grades."""

import json
from collections.abc import Mapping

import pytest
from tests.trust.local_server import Answer, Seen, serve

from iscckit.errors import InvalidInput, RemoteFailed
from iscckit.trust.remote.doi import (
    fetch_registration,
    grade_doi,
    normalize_doi,
    read_registration,
)

CODE = "ISCC:KACT4EBWK27737D2AYCJRAL5Z36G76RFRMO4554RU26HZ4ORJGIVHDI"
ID = "ISCC:MAIGG6O2AW3AAAAB"
DID = "did:web:publisher.example"
DATACITE = "application/vnd.datacite.datacite+json"
CSL = "application/vnd.citationstyles.csl+json"


def datacite(**members: object) -> dict[str, object]:
    return {"doi": "10.5555/ABC", "url": "https://repository.example/1", **members}


def csl(**members: object) -> dict[str, object]:
    resource = {"primary": {"URL": "https://journal.example/1"}}
    return {"DOI": "10.5555/abc", "resource": resource, **members}


@pytest.mark.parametrize(
    "text",
    [
        "10.5555/ABC",
        "doi:10.5555/abc",
        "https://doi.org/10.5555/abc",
        "http://dx.doi.org/10.5555/Abc",
    ],
)
def test_a_doi_has_one_spelling(text: str) -> None:
    assert normalize_doi(text) == "10.5555/abc"


@pytest.mark.parametrize(
    "text", ["", "10.5555", "10.5555/", "11.5555/a", "10.5555/a b", "x10.5555/a"]
)
def test_what_is_not_a_doi_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        normalize_doi(text)


GRADES: list[tuple[dict[str, object], str]] = [
    (datacite(), "not-named"),
    (datacite(doi="10.5555/other", identifiers=[{"identifier": CODE}]), "doi-differs"),
    (datacite(alternateIdentifiers=[{"alternateIdentifier": CODE}]), "registered-iscc"),
    (datacite(identifiers=[{"identifier": ID.removeprefix("ISCC:")}]), "registered-iscc"),
    (
        datacite(
            relatedIdentifiers=[
                {"relationType": "HasMetadata", "relatedIdentifier": f"https://hub.example/{ID}"}
            ]
        ),
        "registered-iscc",
    ),
    # A work that cites another is not that work.
    (
        datacite(relatedIdentifiers=[{"relationType": "Cites", "relatedIdentifier": CODE}]),
        "not-named",
    ),
    (datacite(relatedIdentifiers=[{"relatedIdentifier": CODE}]), "not-named"),
    (datacite(descriptions=[{"description": CODE}]), "not-named"),
    (datacite(alternateIdentifiers=[{"alternateIdentifier": CODE[:-1]}]), "not-named"),
    (datacite(creators=[{"nameIdentifiers": [{"nameIdentifier": DID}]}]), "registered-did"),
    (datacite(creators=[{"nameIdentifiers": [{"nameIdentifier": DID + ":x"}]}]), "not-named"),
    (datacite(url="https://Publisher.example/page"), "landing-host"),
    (datacite(url="https://publisher.example.evil.example/"), "not-named"),
    (csl(), "not-named"),
    (csl(**{"alternative-id": ["x", CODE]}), "registered-iscc"),
    (csl(relation={"has-manifestation": [{"id-type": "other", "id": CODE}]}), "registered-iscc"),
    (csl(relation={"is-documented-by": [{"id": f"https://h.example/{ID}"}]}), "registered-iscc"),
    (csl(relation={"references": [{"id": CODE}]}), "not-named"),
    (csl(resource={"primary": {"URL": "https://publisher.example/1"}}), "landing-host"),
    (csl(relation=[CODE], resource=7, creators="x", identifiers={"a": CODE}), "not-named"),
]


@pytest.mark.parametrize(("metadata", "why"), GRADES)
def test_a_registration_grades_a_claim(metadata: Mapping[str, object], why: str) -> None:
    registration = read_registration(json.dumps(metadata))
    grade = grade_doi(registration, "10.5555/abc", [CODE, ID], DID)
    assert grade.why == why
    verified = why in ("registered-iscc", "registered-did", "landing-host")
    assert grade.state == ("verified" if verified else "claimed")
    assert (grade.value is None) == (why == "not-named")


def test_a_signer_who_is_not_verified_verifies_nothing() -> None:
    registration = read_registration(json.dumps(datacite(url="https://publisher.example/")))
    assert grade_doi(registration, "10.5555/abc", [CODE]).state == "claimed"


@pytest.mark.parametrize("data", ["[]", "{}", "{", '{"doi": 5}', '{"doi":"10.5555/a","doi":"x"}'])
def test_what_is_not_metadata_of_a_doi_is_refused(data: str) -> None:
    with pytest.raises(InvalidInput):
        read_registration(data)


@pytest.mark.parametrize(("mediatype", "metadata"), [(DATACITE, datacite()), (CSL, csl())])
def test_a_registration_is_fetched_behind_redirects(
    mediatype: str, metadata: Mapping[str, object]
) -> None:
    asked: list[Seen] = []

    def answer(seen: Seen) -> Answer:
        asked.append(seen)
        hops = len(asked)
        if hops <= 3:
            return Answer(302, headers={"Location": f"/hop/{hops}"})
        return Answer(
            body=json.dumps(metadata).encode(), headers={"Content-Type": f"{mediatype}; x=y"}
        )

    with serve(answer) as url:
        found = fetch_registration("10.5555/ABC", resolver=f"{url}/")
    assert found.doi == "10.5555/abc"
    assert found.source == f"{url}/hop/3"
    assert [each.path for each in asked] == ["/10.5555/abc", "/hop/1", "/hop/2", "/hop/3"]
    assert all(DATACITE in each.headers["accept"] for each in asked)
    assert all(CSL in each.headers["accept"] for each in asked)


def test_a_doi_is_one_path_of_its_resolver() -> None:
    asked: list[str] = []

    def answer(seen: Seen) -> Answer:
        asked.append(seen.path)
        return Answer(404)

    with serve(answer) as url, pytest.raises(RemoteFailed, match="404"):
        fetch_registration("10.5555/a?b#c%d<e>", resolver=url)
    assert asked == ["/10.5555/a%3Fb%23c%25d%3Ce%3E"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(302, headers={"Location": "https://127.0.0.1/"}), "address-refused"),
        (Answer(302, headers={"Location": "/10.5555/abc"}), "redirect-refused"),
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), "remote-failed"),
        (Answer(body=bytes(3 << 20)), "remote-large"),
    ],
)
def test_a_resolver_that_misbehaves_is_named(answer: Answer, reason: str) -> None:
    with serve(lambda _: answer) as url, pytest.raises(RemoteFailed) as error:
        fetch_registration("10.5555/abc", resolver=url)
    assert error.value.reason_code == reason
