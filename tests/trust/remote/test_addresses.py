"""Which addresses a document may lead to."""

import pytest

from iscckit.errors import InvalidInput
from iscckit.trust.remote.addresses import is_global, parse_url, resolve_host

INNER = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:0:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "name",
]
OUTER = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2001:4860:4860::8888", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_global(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize("address", OUTER)
def test_an_address_of_the_internet_is_global(address: str) -> None:
    assert is_global(address)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.example", ("a.example", 443, "/")),
        ("https://A.Example:8443/x?y=z", ("a.example", 8443, "/x?y=z")),
        ("https://[2606:4700::1]/", ("2606:4700::1", 443, "/")),
        ("https://a.example?x", ("a.example", 443, "/?x")),
    ],
)
def test_an_address_has_parts(url: str, parts: tuple[str, int, str]) -> None:
    target = parse_url(url)
    assert (target.host, target.port, target.path) == parts


def test_an_address_without_tls_is_for_those_who_type_it() -> None:
    assert parse_url("http://localhost:1/", http=True).port == 1
    assert parse_url("http://localhost/", http=True).port == 80
    with pytest.raises(InvalidInput):
        parse_url("http://localhost/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https://user@a.example/",
        "https://user:word@a.example/",
        "https://a.example/#x",
        "https://a.example/ x",
        "https://a.example/\r\nX: y",
        "https://a.example\\@b.example/",
        "https://a.example:99999/",
        "https://a.example:0/",
        "https://[::1/",
        "https://ä.example/",
        "https://a.example/" + "x" * 2048,
    ],
)
def test_a_malformed_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_url(url, http=True)
    assert error.value.reason_code == "malformed-document"


def test_the_system_resolves_numbers_in_any_spelling() -> None:
    assert resolve_host("2130706433", 80) == ["127.0.0.1"]
