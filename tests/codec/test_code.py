import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import codes, composites, families

from iscckit.codec import code
from iscckit.codec.bases import Base, encode_multiformat
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput

# Units of a 20 000-byte blob, the text "Hello World" and the name "Hello World".
META = "ISCC:AADWN77F727NXSUSUVDFOUS64JFPMZ4GAR5NJ3O5P563LTMXWS5XNSQ"
TEXT = "ISCC:EADSKDNZNYGUUF5AMFEJLZ5P66CP5YKCOA3X7F36RWE4CIRCBTUWXYY"
DATA = "ISCC:GADVSNZJ4D7UYZFB5VFH4TM5NOPAPK3GMGQTIH6YB3NLX6AXIXUADGQ"
INSTANCE = "ISCC:IADXMXNO4KJ3TQB5X4B7S3Q44PK4SKZ3B2A7EGPW2Y52ZBTEFN7HRZY"
SUM = "ISCC:KUAFSNZJ4D7UYZFBOZO25YUTXHAD2"


@pytest.mark.parametrize(
    ("units", "composed"),
    [
        ([DATA, INSTANCE], SUM),
        ([META, DATA, INSTANCE], "ISCC:KYCGN77F727NXSUSLE3STYH7JRSKC5S5V3RJHOOAHU"),
        ([TEXT, DATA, INSTANCE], "ISCC:KAASKDNZNYGUUF5ALE3STYH7JRSKC5S5V3RJHOOAHU"),
        (
            [META, TEXT, DATA, INSTANCE],
            "ISCC:KACWN77F727NXSUSEUG3S3QNJIL2AWJXFHQP6TDEUF3F3LXCSO44API",
        ),
    ],
)
def test_the_worked_compositions(units: list[str], composed: str) -> None:
    assert code.compose(units) == composed
    assert code.compose(units[::-1]) == composed
    assert code.compose([Unit.parse(unit) for unit in units]) == composed
    assert code.compose(tuple(units)) == composed


def test_the_worked_wide_composition() -> None:
    wide = "ISCC:K4AFSNZJ4D7UYZFB5VFH4TM5NOPAO5S5V3RJHOOAHW7QH6LODTR5LSI"
    assert code.compose([DATA, INSTANCE], wide=True) == wide
    assert [unit.type_id for unit in code.decompose(wide)] == [
        "DATA-NONE-V0-128",
        "INSTANCE-NONE-V0-128",
    ]
    assert code.type_id(wide) == "ISCC-WIDE-V0-DI"


def test_the_code_of_the_introduction_slides_comes_apart() -> None:
    slide = "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ"
    assert code.decompose_codes(slide) == [
        "AAA572P4AOF5K6QX",
        "CEAYAOJ7HER62DL7",
        "EEA5ALZNWU5MDMZY",
        "GAAUJIWEUIBULECG",
        "IAARYV43ELTBEPYN",
    ]
    assert code.type_id(slide) == "ISCC-IMAGE-V0-MSCDI"


@given(families(), st.randoms())
def test_what_was_composed_comes_apart_again(family: list[Unit], random: object) -> None:
    shuffled = sorted(family, key=lambda _: random.random())  # type: ignore[attr-defined]
    composed = code.compose(shuffled)
    assert code.decompose(composed) == [unit.shorten(64) for unit in family]
    assert code.compose(code.decompose_codes(composed)) == composed
    code.validate(composed)


@given(families(4))
def test_a_wide_code_keeps_128_bits(family: list[Unit]) -> None:
    pair = family[-2:]
    composed = code.compose(pair, wide=True)
    assert code.decompose(composed) == [unit.shorten(128) for unit in pair]


@pytest.mark.parametrize(
    "units",
    [[META, DATA, INSTANCE], ["GAAVSNZJ4D7UYZFB", "IAAXMXNO4KJ3TQB5"], [DATA, "IAAXMXNO4KJ3TQB5"]],
)
def test_wide_is_refused_and_never_silently_dropped(units: list[str]) -> None:
    code.compose(units)
    with pytest.raises(InvalidInput, match="WIDE"):
        code.compose(units, wide=True)


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ([], "needs at least"),
        ([DATA], "needs at least"),
        ([META, TEXT], "needs a Data-Code"),
        ([TEXT, INSTANCE], "needs a Data-Code"),
        ([DATA, INSTANCE, DATA], "at most one"),
        ([TEXT, "EEAYAAAAAAAAAAAA", DATA, INSTANCE], "at most one"),
        ([TEXT] * 9, "at most one"),
        (["CEAYAAAAAAAAAAAA", TEXT, DATA, INSTANCE], "same SubType"),
        (["EAACKDNZNY", DATA, INSTANCE], "64 bits"),
        ([SUM, DATA, INSTANCE], "not a unit"),
        (["ISCC:MAIAAAAAAAAAAEAA", DATA, INSTANCE], "not a unit"),
        (["EUA6GIKXN42IQV3S", DATA, INSTANCE], "SubType that its MainType does not have"),
        ([DATA + INSTANCE[5:], INSTANCE], "longer than its header says|number of symbols"),
        ([DATA, "IAAXMXNO4KJ3TQB0"], "'0' is not a symbol"),
    ],
)
def test_units_that_do_not_go_together_are_refused(units: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        code.compose(units)


def test_a_malformed_unit_is_named_with_its_place() -> None:
    with pytest.raises(InvalidCode) as caught:
        code.compose([DATA, "IAAXMXNO4KJ3TQB0"])
    assert caught.value.code == "IAAXMXNO4KJ3TQB0"
    assert caught.value.position == 15


def test_one_str_is_not_a_sequence_of_units() -> None:
    with pytest.raises(TypeError, match="not one str"):
        code.compose(SUM)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        (" ISCC:AAAA-BBBB \n", "AAAABBBB"),
        ("iscc: aaaa", "aaaa"),
        ("AAAA-BBBB", "AAAABBBB"),
        ("\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}AAAA\N{LINE SEPARATOR}", "AAAA"),
        ("uab-cd", "uab-cd"),
        ("ISCC:uab-cd", "uab-cd"),  # iscc-core drops the hyphen, which is a symbol
        ("fab-cd", "fab-cd"),
        ("a b", "a b"),
    ],
)
def test_clean_removes_scheme_space_and_hyphens(given: str, cleaned: str) -> None:
    assert code.clean(given) == cleaned


def test_a_sequence_normalizes_to_the_code_composed_of_it() -> None:
    assert (
        code.normalize("GAAW2PRCRS5LNVZV-IAAUVACQKXE3V44W") == "ISCC:KUAG2PRCRS5LNVZVJKAFAVOJXLZZM"
    )
    with pytest.raises(InvalidInput, match="needs a Data-Code"):
        code.normalize("GAAW2PRCRS5LNVZV" + "AAAWN77F727NXSUS")


@given(codes(), st.sampled_from(Base))
def test_every_spelling_normalizes_to_the_canonical_form(canonical: str, base: Base) -> None:
    bare = canonical.removeprefix("ISCC:")
    data = _bytes(bare)
    multiformat = encode_multiformat(data, base)
    grouped = "-".join(bare[at : at + 4] for at in range(0, len(bare), 4))
    for spelling in (canonical, bare, bare.lower(), grouped, f" iscc:{grouped} ", multiformat):
        assert code.normalize(spelling) == canonical
    assert code.normalize(code.uri(canonical)) == canonical
    assert code.uri(canonical) == canonical.lower()


def _bytes(bare: str) -> bytes:
    number = 0
    for symbol in bare:
        number = number << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(symbol)
    unused = len(bare) * 5 % 8
    return (number >> unused).to_bytes(len(bare) * 5 // 8)


def test_decode_returns_header_and_body() -> None:
    decoded = code.decode(SUM)
    assert decoded.maintype is MainType.ISCC
    assert decoded == (
        MainType.ISCC,
        SubType.SUM,
        0,
        0,
        bytes.fromhex("593729e0ff4c64a1765daee293b9c03d"),
    )
    assert code.decode("ISCC:EEAYAAAAAAAAAAAA").length == 1
    assert code.decode("ISCC:MEIGC5KN3I6TCUBK")[:4] == (6, 1, 1, 0)


@pytest.mark.parametrize(
    ("spelling", "words"),
    [
        (
            "ISCC:KEC43HJLPUSHVAZT66YLPUWNVACWYPIV533TRQMWF2IUQYSP5LA4CTY",
            "ISCC-IMAGE-V0-MCDI-cd9d2b7d247a8333f7b0b7d2cda8056c3d15eef738c1962e9148624feac1c14f",
        ),
        (SUM, "ISCC-SUM-V0-DI-593729e0ff4c64a1765daee293b9c03d"),
        ("ISCC:AAAZXZ6OU74YAZIM", "META-NONE-V0-64-9be7cea7f980650c"),
        ("ISCC:MEIGC5KN3I6TCUBK", "ID-REALM_1-V1-64-2024-04-30T18:52:03.456789Z-HUB_42"),
        ("ISCC:MAIAAAAAAAAAAEAA", "ID-REALM_0-V1-64-1970-01-01T00:00:00.000001Z-HUB_0"),
        ("ISCC:MEBAVFC6Q7VP4XFEVQBA", "ID-BITCOIN-V0-80-0a945e87eafe5ca4-300"),
        ("ISCC:OAAQAAAAAAAAAAAA", "FLAKE-NONE-V0-64-0000000000000000"),
    ],
)
def test_codes_in_words(spelling: str, words: str) -> None:
    assert code.readable(spelling) == words
    assert words.startswith(code.type_id(spelling))


@given(codes())
def test_validate_accepts_exactly_the_canonical_form(canonical: str) -> None:
    code.validate(canonical)
    assert code.is_valid(canonical)
    bare = canonical.removeprefix("ISCC:")
    for other in (bare, canonical.lower(), f"iscc:{bare}", f"{canonical}\n", f"ISCC:-{bare}"):
        assert not code.is_valid(other)
        with pytest.raises(InvalidCode):
            code.validate(other)


@given(composites())
def test_a_composite_decodes_to_the_bodies_of_its_units(composite: str) -> None:
    assert code.decode(composite).body == b"".join(unit.body for unit in code.decompose(composite))


def test_a_flake_and_a_32_bit_unit_are_codes_too() -> None:
    assert code.decompose("OAAQAAAAAAAAAAAA") == [Unit(MainType.FLAKE, NO_SUBTYPE, bytes(8))]
    assert code.normalize("EAACKDNZNY") == "ISCC:EAACKDNZNY"
