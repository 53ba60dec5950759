"""Gateways: addresses and templates of level 1, nothing that leads elsewhere."""

import pytest

from iscckit.errors import InvalidInput
from iscckit.trust.proof.gateway import check_gateway, expand_gateway


@pytest.mark.parametrize(
    ("gateway", "departures"),
    [
        ("https://example.com", ()),
        ("https://example.com/{iscc_id}", ()),
        ("https://example.com{/iscc_id}", ()),
        ("https://example.com/a{.datahash}", ()),
        ("http://example.com/{iscc_code}", ("gateway-http",)),
        ("http://example.com:8080/?x={iscc_id}", ("gateway-http", "gateway-query")),
    ],
)
def test_what_passes_and_how_it_departs(gateway: str, departures: tuple[str, ...]) -> None:
    assert check_gateway(gateway) == departures


@pytest.mark.parametrize(
    "gateway",
    [
        "",
        "example.com/x",
        "//example.com/x",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com/#x",
        "https://example.com/#",
        "https://example.com/{other}",
        "https://example.com/{?iscc_id}",
        "https://example.com/{+iscc_id}",
        "https://example.com/{iscc_id,datahash}",
        "https://example.com/{iscc_id*}",
        "https://example.com/{iscc_id:3}",
        "https://example.com/{iscc_id",
        "https://example.com/iscc_id}",
        "https://example.com/{{iscc_id}}",
        "https://example.com/a b",
        "https://example.com/a\nb",
        "https://example.com/é",
        "https://example.com:x/",
        "https://example.com\\@evil.example/",
        "https://example.com/" + 2048 * "a",
    ],
)
def test_what_is_refused(gateway: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_gateway(gateway)
    assert caught.value.facts == {"field": "gateway"}


@pytest.mark.parametrize(
    ("gateway", "address"),
    [
        ("https://example.com/x", "https://example.com/x"),
        ("https://example.com/{iscc_id}", "https://example.com/maigg6o2aw3aaaab"),
        ("https://example.com{/iscc_id}", "https://example.com/maigg6o2aw3aaaab"),
        ("https://example.com/x{.datahash}", "https://example.com/x.1e20ab"),
        ("https://example.com/{iscc_code}/{iscc_id}", "https://example.com/kacw/maigg6o2aw3aaaab"),
    ],
)
def test_expansion(gateway: str, address: str) -> None:
    assert expand_gateway(gateway, "ISCC:MAIGG6O2AW3AAAAB", "ISCC:KACW", "1e20ab") == address
