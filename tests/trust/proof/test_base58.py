"""Base58: one spelling for each sequence of bytes, of bounded length."""

import base58 as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.trust.proof.base58 import MAX_TEXT, decode_base58, encode_base58


@given(st.binary(max_size=80))
def test_the_bytes_come_back_and_the_peer_agrees(data: bytes) -> None:
    text = encode_base58(data)
    assert text == peer.b58encode(data).decode()
    assert decode_base58(text) == data


@pytest.mark.parametrize(
    "text",
    ["0", "O", "I", "l", " 2", "2 ", "2\n", "é", "\ud800", "２", "a-b", (MAX_TEXT + 1) * "1"],
)
def test_other_characters_and_long_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_base58(text)
    assert caught.value.reason_code == "malformed-document"
