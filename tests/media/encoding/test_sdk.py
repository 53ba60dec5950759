"""The profile of the SDK keeps the rules of 0.1.0: no guesses, and the first declaration counts."""

from __future__ import annotations

import pytest
from tests.media.encoding.texts import RUSSIAN

from iscckit.media.encoding.decode import Decoded
from iscckit.media.encoding.sdk import decode_page_as_sdk, decode_text_as_sdk


def test_text_is_utf_8_or_windows_1252() -> None:
    assert decode_text_as_sdk(RUSSIAN.encode()) == Decoded(RUSSIAN, "utf-8")
    assert decode_text_as_sdk(RUSSIAN.encode("utf-16")) == Decoded(RUSSIAN, "utf-16-le")
    data = RUSSIAN.encode("koi8-r")
    assert decode_text_as_sdk(data).encoding == "windows-1252"
    assert decode_text_as_sdk(RUSSIAN.encode() + b"\xff").encoding == "windows-1252"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        (b"<!-- <meta charset=koi8-r> --><p>\xd0</p>", "koi8-r"),
        (b"<meta charset=x-sjis><p>\x83</p>", "windows-1252"),
        (b"<meta charset=gb2312><p>a</p>", "gb2312"),
        (b" " * 1100 + b"<meta charset=koi8-r><p>\xd0</p>", "windows-1252"),
        (b"\xef\xbb\xbf<p>a</p>", "utf-8"),
        (b"<p>a</p>", "utf-8"),
    ],
)
def test_pages_are_read_as_before(page: bytes, encoding: str) -> None:
    assert decode_page_as_sdk(page).encoding == encoding
