import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import any_units, units

from iscckit import _kernel, decompose
from iscckit.codec.bases import Base, encode
from iscckit.codec.unit import NO_SUBTYPE, PRIVATE_VERSION, MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput


def test_a_unit_prints_its_canonical_form() -> None:
    unit = Unit(MainType.CONTENT, SubType.IMAGE, bytes.fromhex("8000000000000000"))
    assert str(unit) == "ISCC:EEAYAAAAAAAAAAAA"
    assert unit.code == "EEAYAAAAAAAAAAAA"
    assert unit.data.hex() == "21018000000000000000"
    assert unit.type_id == "CONTENT-IMAGE-V0-64"


@pytest.mark.parametrize(
    "spelling",
    [
        "ISCC:EEAYAAAAAAAAAAAA",
        "EEAYAAAAAAAAAAAA",
        "iscc:eeayaaaaaaaaaaaa",
        "  Iscc : EEAY-AAAA-AAAA-AAAA\n",
        "fcc0121018000000000000000",
    ],
)
def test_all_spellings_of_a_unit_are_the_same_value(spelling: str) -> None:
    unit = Unit.parse(spelling)
    assert unit == Unit(MainType.CONTENT, SubType.IMAGE, b"\x80" + bytes(7))
    assert type(unit.subtype) is SubType


@given(any_units())
def test_parse_gives_back_what_was_printed(unit: Unit) -> None:
    assert Unit.parse(str(unit)) == unit
    assert Unit.parse(unit.code) == unit


@given(any_units())
def test_a_unit_survives_pickling(unit: Unit) -> None:
    copied = pickle.loads(pickle.dumps(unit))
    assert type(copied) is Unit
    assert copied == unit


@pytest.mark.parametrize(
    ("fields", "header"),
    [
        ((0, 0, 0, 1), "0001"),
        ((2, 1, 0, 7), "2107"),
        ((5, 5, 0, 0), "5500"),
        ((5, 7, 0, 0), "5700"),
        ((6, 1, 1, 0), "6110"),
        ((2, 8, 0, 1), "280010"),
        ((2, 8, 8, 1), "280801"),
        ((0, 7, 8, 71), "0780bf"),
        ((0, 72, 583, 584), "0c00dffe0000"),
    ],
)
def test_headers_have_their_worked_bytes(fields: tuple[int, int, int, int], header: str) -> None:
    assert _kernel.codec_header(*fields).hex() == header


@given(*[st.one_of(st.integers(0, 4679), st.integers(0, 9))] * 4)
def test_every_header_is_read_as_it_was_written(m: int, s: int, v: int, length: int) -> None:
    header = _kernel.codec_header(m, s, v, length)
    assert 2 <= len(header) <= 8
    assert _kernel.codec_read_header(header) == (m, s, v, length, len(header))
    assert _kernel.codec_read_header(header + b"\xff") == (m, s, v, length, len(header))


def test_a_field_above_4679_has_no_header() -> None:
    assert _kernel.codec_header(4679, 0, 0, 0).hex() == "efff0000"
    with pytest.raises(ValueError, match="8"):
        _kernel.codec_header(4680, 0, 0, 0)


@pytest.mark.parametrize("subtype", [0, 1])
def test_versions_of_private_models_begin_at_one_number(subtype: int) -> None:
    def parsed(version: int) -> Unit:
        header = _kernel.codec_header(int(MainType.SEMANTIC), subtype, version, 1)
        return decompose(encode(header + bytes(8), Base.BASE32))[0]

    assert parsed(PRIVATE_VERSION).version == PRIVATE_VERSION
    with pytest.raises(InvalidCode, match="Version"):
        parsed(PRIVATE_VERSION - 1)


@given(units(shortest=2))
def test_a_shorter_unit_is_a_prefix(unit: Unit) -> None:
    short = unit.shorten(32)
    assert short.bits == 32
    assert unit.body.startswith(short.body)
    assert short.type_id == unit.type_id.rsplit("-", 1)[0] + "-32"


@pytest.mark.parametrize("bits", [96, 0, -32, 33])
def test_a_unit_is_not_shortened_to_what_it_has_not(bits: int) -> None:
    with pytest.raises(InvalidInput):
        Unit(MainType.META, NO_SUBTYPE, bytes(8)).shorten(bits)


@pytest.mark.parametrize("length", [0, 3, 5, 36, 40])
def test_a_body_of_no_allowed_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput, match="32 to 256 bits"):
        Unit(MainType.DATA, NO_SUBTYPE, bytes(length))


@pytest.mark.parametrize(("subtype", "version"), [(-1, 0), (4680, 0), (0, -1), (0, 4680)])
def test_a_field_out_of_range_is_refused(subtype: int, version: int) -> None:
    with pytest.raises(InvalidInput, match="4679"):
        Unit(MainType.DATA, subtype, bytes(8), version)


def test_a_composite_is_not_a_unit() -> None:
    with pytest.raises(InvalidInput, match="compose"):
        Unit(MainType.ISCC, SubType.SUM, bytes(16))
    with pytest.raises(InvalidCode, match="not a unit"):
        Unit.parse("ISCC:KUAFSNZJ4D7UYZFBOZO25YUTXHAD2")


@pytest.mark.parametrize(
    "text", ["", "ISCC:A", "ISCC:AAAZXZ6OU4E45RB", "AAAZXZ6OU4E45RB!", "GAAW2PRCRS5LNVZV" * 2]
)
def test_text_that_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(InvalidCode):
        Unit.parse(text)


def test_the_undefined_subtype_of_an_official_vector_is_kept() -> None:
    assert Unit.parse("EUA6GIKXN42IQV3S").subtype == 5
    assert Unit.parse("ISCC:E4AAAAAAAA").type_id == "CONTENT-7-V0-32"


def test_only_str_is_read() -> None:
    with pytest.raises(TypeError, match="str"):
        Unit.parse(b"EEAYAAAAAAAAAAAA")  # type: ignore[arg-type]
