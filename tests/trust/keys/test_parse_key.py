"""A key is read in each of the forms in which people get one."""

import pytest

from iscckit.errors import InvalidInput
from iscckit.trust.keys.parse_key import parse_key
from iscckit.trust.keys.signer import make_signer
from iscckit.trust.proof.checkpoint import verifier_key
from iscckit.trust.proof.did import did_key
from iscckit.trust.proof.multikey import encode_public_key

KEY = make_signer(bytes(range(32)), "test").public_key


@pytest.mark.parametrize("text", [did_key(KEY), encode_public_key(KEY), verifier_key("a/log", KEY)])
def test_each_form_gives_the_key(text: str) -> None:
    assert parse_key(text) == KEY


@pytest.mark.parametrize("text", ["", "z6Mk", "did:web:example.org", "a/log+00000000+AAAA"])
def test_what_has_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_key(text)
