"""Names are printed safely whatever bytes they are made of."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.cli.terminal import Row, print_card, safe


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"plain.txt", "plain.txt"),
        ("Bücher – 日本.txt".encode(), "Bücher – 日本.txt"),
        (b"line\nbreak", "line\\nbreak"),
        (b"caf\xe9.jpg", "caf\\xe9.jpg"),
        (b"\x1b[31mred", "\\x1b[31mred"),
        ("right\u202eleft".encode(), "right\\u202eleft"),
    ],
)
def test_names_are_shown_without_what_could_harm(name: bytes, shown: str) -> None:
    assert safe(os.fsdecode(name)) == shown


@given(st.binary())
def test_a_safe_name_is_printable_utf_8(name: bytes) -> None:
    shown = safe(os.fsdecode(name))
    assert shown.isprintable()
    shown.encode("utf-8")


def test_a_card_into_a_pipe_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_card("a\nb", [Row("iscc", "ISCC:X", "bold green"), Row("size", "3 bytes")])
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "a\\nb"
    assert "iscc  ISCC:X" in out
    assert "\x1b" not in out
