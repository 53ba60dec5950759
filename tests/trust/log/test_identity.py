"""Names of logs."""

from __future__ import annotations

import pytest
from tests.trust.log.material import HUB_KEY

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.log.identity import LogIdentity


def test_the_origin_is_the_domain_with_log() -> None:
    assert LogIdentity("hub.example:8000", 0, 1, HUB_KEY).origin == "hub.example:8000/log"


@pytest.mark.parametrize("domain", ["", "Hub.example", "a b", "a/b", "a:0", "-a", "a.", "é.eu"])
def test_a_domain_is_a_host_name(domain: str) -> None:
    with pytest.raises(InvalidInput):
        LogIdentity(domain, 0, 0, HUB_KEY)


@pytest.mark.parametrize(("hub", "realm"), [(-1, 0), (4096, 0), (0, 2)])
def test_numbers_have_ranges(hub: int, realm: int) -> None:
    with pytest.raises(InvalidInput):
        LogIdentity("a.example", hub, realm, HUB_KEY)


def test_a_weak_key_is_refused() -> None:
    with pytest.raises(VerificationFailed):
        LogIdentity("a.example", 0, 0, bytes([1]) + bytes(31))
