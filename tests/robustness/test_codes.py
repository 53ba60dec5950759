"""Whatever text is taken for a code: the answer is a value or an error of iscckit."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import iscckit
from iscckit.cli.codes_text import dissection_lines
from iscckit.cli.exit_codes import USAGE
from iscckit.cli.main import main
from iscckit.codec import code, distance, legacy, sequence
from iscckit.codec.bases import Base, encode, encode_multiformat
from iscckit.codec.explain import explain, find_faults, inspection
from iscckit.codec.repair import suggest
from iscckit.errors import IsccError

# Security finding S4: units that iscc-core reads but nothing can write.
FOUND = ("CIC5GDB", "EARAQ", "EI225BSAIGCCC", "CICEA33CC5FB5CEEDABEBSG3DB")

SYMBOLS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=70)
HEADED = st.binary(min_size=1, max_size=45)
SPELLED = st.one_of(
    st.builds(encode, HEADED, st.sampled_from(Base)),
    st.builds(encode_multiformat, HEADED, st.sampled_from(Base)),
    st.lists(SYMBOLS, max_size=4).map("-".join),
    st.text("CTYIAVMDRctyiavmdr123456789-", max_size=56),
)
TEXTS = st.one_of(
    st.text(max_size=60),
    SPELLED,
    st.builds(str.__add__, st.sampled_from(["ISCC:", "iscc:", "ISCC-", "urn:iscc:"]), SPELLED),
)
READERS: dict[str, Callable[[str], object]] = {
    "clean": code.clean,
    "normalize": code.normalize,
    "uri": code.uri,
    "decode": code.decode,
    "decompose": lambda text: list(map(str, code.decompose(text))),
    "decompose_codes": code.decompose_codes,
    "compose": lambda text: code.compose([text, text]),
    "validate": code.validate,
    "is_valid": code.is_valid,
    "type_id": code.type_id,
    "readable": code.readable,
    "unit": lambda text: str(iscckit.Unit.parse(text)),
    "distances": lambda text: distance.distances(text, text),
    "sequence": lambda text: sequence.encode_sequence([text]),
    "id": iscckit.IsccId.parse,
    "legacy": lambda text: [legacy.encode(part) for part in legacy.parse(text).components],
    "suggest": suggest,
    "faults": find_faults,
    "inspection": lambda text: json.dumps(inspection(text)),
    "explain": lambda text: list(dissection_lines(explain(text))),
    "compare": lambda text: iscckit.compare(text, text),
}


def answer(read: Callable[[str], object], text: str) -> object:
    """Return what ``read`` returns, or its error of iscckit; other errors are raised."""
    try:
        return read(text)
    except IsccError as error:
        return error


def test_every_header_has_a_dissection() -> None:
    for first in range(256):
        for second in range(0, 256, 17):
            for body in (b"", b"\x08", bytes(range(33))):
                answer(explain, encode(bytes((first, second)) + body, Base.BASE32))


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=40)
@given(text=TEXTS)
@example(FOUND[0])
@example(FOUND[1])
@example(FOUND[2])
@example(FOUND[3])
def test_every_text_has_an_answer(reader: str, text: str) -> None:
    answer(READERS[reader], text)


def test_inspect_names_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", *FOUND]) == USAGE
    said = capsys.readouterr().err
    assert all(text in said for text in FOUND)
    assert said.count("not a valid code") == len(FOUND)
