"""CSL-JSON of citation managers, Crossref and DataCite becomes a seed of iscc-schema."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iscc_schema.seed_stm import STM

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.declarations.csl_seed import parse_csl, read_doi

ITEM: dict[str, JsonValue] = {
    "type": "article-journal",
    "DOI": "https://doi.org/10.5555/ABC.1",
    "title": "On <i>Quasilinear</i> Forms",
    "publisher": "Meridian Academic Press",
    "issued": {"date-parts": [[2020, 3, 1]]},
    "container-title": ["Journal of Applied Analysis"],
    "ISSN": ["1234-567X", "2345-6789"],
    "author": [
        {"family": "Doe", "ORCID": "http://orcid.org/0000-0002-1825-0097"},
        {"family": "Roe"},
    ],
    "license": [{"URL": "http://creativecommons.org/licenses/by/4.0/", "content-version": "vor"}],
}


def test_a_citation_becomes_the_seed_that_iscc_schema_makes() -> None:
    work = parse_csl(json.dumps([ITEM]))
    assert work.seed == {
        "$schema": "http://purl.org/iscc/schema/stm-0.8.0.json",
        "doi": "10.5555/abc.1",
        "resource_type": "JournalArticle",
        "title": "On Quasilinear Forms",
        "publisher": "Meridian Academic Press",
        "pubyear": 2020,
        "container_title": "Journal of Applied Analysis",
        "issn": "1234-567X",
    }
    assert STM(**work.seed).dict() == work.seed
    assert (work.license, work.creators) == ("CC-BY-4.0", ("0000-0002-1825-0097",))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("journal-article", "JournalArticle"),
        ("posted-content", "Preprint"),
        ("thesis", "Dissertation"),
        ("dataset", "Dataset"),
        ("song", "Other"),
        (None, "Other"),
    ],
)
def test_kinds(kind: str | None, expected: str) -> None:
    assert parse_csl(json.dumps({**ITEM, "type": kind})).seed["resource_type"] == expected


@given(st.text(min_size=1, max_size=400), st.integers(1000, 9999))
def test_each_seed_is_valid(title: str, year: int) -> None:
    text = json.dumps({**ITEM, "title": title, "issued": {"date-parts": [[str(year)]]}})
    try:
        seed = parse_csl(text).seed
    except InvalidInput:
        return  # nothing is left of the title
    assert STM(**seed).dict() == seed


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"DOI": None}, "DOI"),
        ({"DOI": "11.5555/x"}, "not a DOI"),
        ({"title": " "}, "title"),
        ({"publisher": 3}, "publisher"),
        ({"issued": {"date-parts": []}}, "year"),
        ({"issued": {"date-parts": [[12]]}}, "year"),
        ({"issued": {"date-parts": [[True]]}}, "year"),
    ],
)
def test_what_the_seed_needs(change: dict[str, JsonValue], cause: str) -> None:
    with pytest.raises(InvalidInput, match=cause):
        parse_csl(json.dumps({**ITEM, **change}))


@pytest.mark.parametrize("text", ["", "[]", "[1, 2]", "3", b"\xff", "[" * 100_000])
def test_what_is_no_citation(text: str | bytes) -> None:
    with pytest.raises(InvalidInput, match="citation"):
        parse_csl(text)


def test_licences_that_differ_are_left_out() -> None:
    both = [{"URL": "https://example.org/a"}, {"URL": "https://example.org/b"}]
    assert parse_csl(json.dumps({**ITEM, "license": both})).license is None


@pytest.mark.parametrize("text", ["10.5555/A", "doi:10.5555/a", "HTTPS://DX.DOI.ORG/10.5555/a"])
def test_spellings_of_a_doi(text: str) -> None:
    assert read_doi(text) == "10.5555/a"


@pytest.mark.parametrize("text", ["10.555/a", "10.5555/", "10.5555/a b", "x10.5555/a"])
def test_what_is_no_doi(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_doi(text)
