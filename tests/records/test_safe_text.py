"""Paths become text that JSON can hold."""

import json
import os

from iscckit.records.safe_text import readable


def test_bytes_that_are_no_utf_8_become_escapes() -> None:
    name = os.fsdecode(b"caf\xe9 \xc3\xa9.txt")
    assert readable(name) == "caf\\xe9 \u00e9.txt"
    assert json.dumps(readable(name), ensure_ascii=False).encode()


def test_names_in_unicode_stay() -> None:
    assert readable("/a/\u65e5\u672c.txt") == "/a/\u65e5\u672c.txt"
