import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import BASE32, codes

from iscckit import _kernel
from iscckit.codec import code
from iscckit.codec.faults import LENIENT, OPEN, STRICT, Reason
from iscckit.errors import InvalidCode

SUM = "KUAFSNZJ4D7UYZFBOZO25YUTXHAD2"

# Text, reason, and the place of the culprit; every entry of the error catalogue is here.
MALFORMED = [
    ("", Reason.EMPTY, None),
    (" \n", Reason.EMPTY, None),
    ("ISCC:", Reason.EMPTY, None),
    ("---", Reason.EMPTY, None),
    ("ISBN:AAAA", Reason.SCHEME, 0),
    ("  ISCCC:AAAA", Reason.SCHEME, 2),
    (":AAAA", Reason.SCHEME, 0),
    ("ISCC:AAAA:AAAA", Reason.COLONS, 9),
    ("ISCC:AAAZXZ6OU74YAZI0", Reason.SYMBOL, 20),
    ("ISCC:AAAZ XZ6OU74YAZIM", Reason.SYMBOL, 9),
    ("AAAZXZ6OU74YAZI=", Reason.SYMBOL, 15),
    ("ISCC:AAÄZ", Reason.SYMBOL, 7),
    ("ISCC:ÄÄZ\ud800", Reason.SYMBOL, 8),
    ("AAAZ\0", Reason.SYMBOL, 4),
    ("ISCC:AAAZXZ6OU74YAZ", Reason.SYMBOL_COUNT, None),
    ("ISCC:AAAZXZ6OU74YAZIMA", Reason.SYMBOL_COUNT, None),
    ("ISCC:AAAAAAAAAB", Reason.SLACK, 14),
    ("AAAA-AAAA-AB-", Reason.SLACK, 11),
    ("f0001", Reason.MULTICODEC, 1),
    ("zAB", Reason.MULTICODEC, 1),
    ("6AAQAAAAAAAAAAAA", Reason.VARNIBBLE, 0),
    ("B4AQAAAAAAAAAAAA", Reason.VARNIBBLE, 1),
    ("AA", Reason.HEADER_TRUNCATED, 2),
    ("fcc0100", Reason.HEADER_TRUNCATED, 7),
    ("EUAQAAAAAAAAAAAA", Reason.SUBTYPE, 1),
    ("CUAQAAAAAAAAAAAA", Reason.SUBTYPE, 1),
    ("GEAQAAAAAAAAAAAA", Reason.SUBTYPE, 1),
    ("ISCC:MMIAAAAAAAAAAEAA", Reason.SUBTYPE, 6),
    ("fcc01280011" + "00" * 12, Reason.HEADER_PADDING, 10),
    ("fcc01800010" + "00" * 8, Reason.MAINTYPE, 5),
    ("AAQQAAAAAAAAAAAA", Reason.VERSION, 2),
    ("MAQAAAAAAAAAAEAA", Reason.VERSION, 2),
    ("fcc01000800" + "00" * 40, Reason.LENGTH_FIELD, 10),
    ("fcc016005" + "00" * 13, Reason.LENGTH_FIELD, 8),
    ("fcc016111" + "00" * 9, Reason.LENGTH_FIELD, 8),
    ("ISCC:AAAZXZ6OU74YAZA", Reason.BODY_SHORT, 20),
    (SUM[:24], Reason.BODY_SHORT, 24),
    (SUM[:-1] + "YAAA", Reason.BODY_LONG, 29),
    ("KIAFSNZJ4D7UYZFBOZO25YUTXHAD2", Reason.COMPOSITE_SUBTYPE, 1),
    ("KUAWN77F727NXSUSLE3STYH7JRSKC5S5V3RJHOOAHU", Reason.COMPOSITE_SUBTYPE, 1),
    ("KYAFSNZJ4D7UYZFBOZO25YUTXHAD2", Reason.COMPOSITE_SUBTYPE, 1),
    ("fcc015701" + "00" * 32, Reason.WIDE_LENGTH, 8),
    ("GAAW2PRCRS5LNVZV" + SUM, Reason.COMPOSITE_IN_SEQUENCE, 16),
]


@pytest.mark.parametrize(("text", "reason", "position"), MALFORMED)
def test_a_malformed_code_is_located(text: str, reason: Reason, position: int | None) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the reason is checked
        _kernel.codec_units(text, STRICT)
    assert Reason(caught.value.args[0]) == reason
    for function in (code.decompose, code.normalize, code.decode, code.readable, code.type_id):
        with pytest.raises(InvalidCode) as raised:
            function(text)
        assert raised.value.position == position
        assert raised.value.code == text
    assert not code.is_valid(text)


def test_every_reason_is_met_by_some_test() -> None:
    elsewhere = {  # by compose, Unit.parse, sequences, base58, validate and distances
        *range(Reason.NOT_A_UNIT, Reason.TOO_LONG + 1),
        Reason.NOT_CANONICAL,
    }
    assert {reason for _, reason, _ in MALFORMED} | elsewhere == set(Reason)


def test_the_kernel_numbers_its_reasons_alike() -> None:
    source = (Path(__file__).parents[2] / "kernel" / "codec" / "bases.hpp").read_text()
    listed = re.search(r"enum class Reason : int \{(.*?)\}", source, re.DOTALL)
    assert listed is not None
    names = [line.split("=")[0].strip(" ,") for line in listed[1].strip().splitlines()]
    assert names == [reason.name.lower() for reason in Reason]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("KUAFSNZJ4D7UYZFBOZO25YUTXHAD2", 0),
        ("Iscc:KUAFSNZJ4D7UYZFBOZO25YUTXHAD2", 1),
        ("ISCC:KUAFsNZJ4D7UYZFBOZO25YUTXHAD2", 9),
        ("ISCC:KUAF-SNZJ4D7UYZFBOZO25YUTXHAD2", 9),
        ("ISCC:KUAFSNZJ4D7UYZFBOZO25YUTXHAD2\n", 34),
        ("ISCC", 4),
    ],
)
def test_validate_points_at_what_is_not_canonical(text: str, position: int) -> None:
    with pytest.raises(InvalidCode) as caught:
        code.validate(text)
    assert caught.value.position == position


@given(st.text())
def test_any_text_is_read_or_refused_in_every_mode(text: str) -> None:
    _read_in_every_way(text)


@given(codes(), st.data())
def test_a_code_with_any_character_put_in_is_read_or_refused(
    canonical: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(canonical)))
    _read_in_every_way(canonical[:at] + data.draw(st.characters()) + canonical[at:])


@given(
    st.sampled_from(["", "ISCC:", "f", "b", "v", "u", "z", "ISCC:u"]),
    st.text("-" + BASE32 + "0189abz_"),
)
def test_any_symbols_are_read_or_refused(prefix: str, symbols: str) -> None:
    _read_in_every_way(prefix + symbols)


@pytest.mark.parametrize(
    "text", ["A" * 1_000_000, "-" * 1_000_000, "z" + "2" * 1_000_000, "é" * 99_999]
)
def test_very_long_text_is_refused_quickly(text: str) -> None:
    _read_in_every_way(text)


def test_a_very_long_sequence_is_read() -> None:
    assert len(code.decompose("GAAW2PRCRS5LNVZV" * 10_000)) == 10_000


def _read_in_every_way(text: str) -> None:
    readers: list[Callable[[str, int], object]] = [
        _kernel.codec_clean,
        _kernel.codec_bytes,
        _kernel.codec_units,
        _kernel.codec_decompose,
        _kernel.codec_unit,
        _kernel.codec_normalize,
        _kernel.codec_decode,
        _kernel.codec_explain,
        _kernel.codec_check,
        lambda text, mode: _kernel.codec_compose([text, text], 2, mode),
        lambda text, mode: _kernel.codec_compare(text, text, mode),
    ]
    for mode in (LENIENT, OPEN, STRICT):
        for reader in readers:
            try:
                reader(text, mode)
            except ValueError as error:
                reason, position, _ = error.args
                assert reason in set(Reason)
                assert position is None or 0 <= position <= len(text.encode(errors="replace")) * 4
    for function in (code.decompose, code.validate):
        with suppress(InvalidCode):
            function(text)
