import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec.bases import Base, decode, encode, encode_multiformat
from iscckit.codec.code import normalize
from iscckit.errors import InvalidCode, InvalidInput

CODE = "ISCC:KEC43HJLPUSHVAZT66YLPUWNVACWYPIV533TRQMWF2IUQYSP5LA4CTY"
DATA = bytes.fromhex("5105cd9d2b7d247a8333f7b0b7d2cda8056c3d15eef738c1962e9148624feac1c14f")
WORKED = {
    Base.BASE16: "fcc015105cd9d2b7d247a8333f7b0b7d2cda8056c3d15eef738c1962e9148624feac1c14f",
    Base.BASE32: "bzqavcbontuvx2jd2qmz7pmfx2lg2qblmhuk655zyyglc5ekimjh6vqobj4",
    Base.BASE32HEX: "vpg0l21edjklnq93qgcpvfc5nqb6qg1bc7kauttpoo6b2t4a8c97ulge19s",
    Base.BASE58BTC: "z2Yr3BMx3Rj56fyYkNvfa19PCk4SjspQhpVWoLSGg9yXr4vUGsx",
    Base.BASE64URL: "uzAFRBc2dK30keoMz97C30s2oBWw9Fe73OMGWLpFIYk_qwcFP",
}


@pytest.mark.parametrize("base", Base)
def test_the_worked_multiformats(base: Base) -> None:
    assert encode_multiformat(DATA, base) == WORKED[base]
    assert normalize(WORKED[base]) == CODE
    assert normalize(f"ISCC:{WORKED[base]}") == CODE


def test_the_worked_base32hex() -> None:
    assert encode(DATA, Base.BASE32HEX) == "A42SR79BFKI7L0PJUUOBFKMDL02MOF8LTRRJHGCM5Q8KGOIFTB0S2JO"


@given(st.binary(max_size=300), st.sampled_from(Base))
def test_decode_gives_back_what_was_encoded(data: bytes, base: Base) -> None:
    assert decode(encode(data, base), base) == data


@given(st.binary(max_size=300))
def test_the_standard_library_writes_the_same(data: bytes) -> None:
    assert encode(data, Base.BASE16) == data.hex()
    assert encode(data, Base.BASE32) == base64.b32encode(data).decode().rstrip("=")
    assert encode(data, Base.BASE32HEX) == base64.b32hexencode(data).decode().rstrip("=")
    assert encode(data, Base.BASE64URL) == base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(st.binary(max_size=100))
def test_base32hex_keeps_the_order_of_bytes(data: bytes) -> None:
    higher = data + b"\x01"
    assert encode(data, Base.BASE32HEX) < encode(higher, Base.BASE32HEX)


@pytest.mark.parametrize("base", [Base.BASE16, Base.BASE32, Base.BASE32HEX])
def test_case_does_not_matter_where_the_alphabet_has_one(base: Base) -> None:
    text = encode(DATA, base)
    assert decode(text.lower(), base) == decode(text.upper(), base) == DATA


def test_base58_writes_a_one_for_each_leading_zero() -> None:
    assert encode(b"\0\0\x01", Base.BASE58BTC) == "112"
    assert decode("112", Base.BASE58BTC) == b"\0\0\x01"


@pytest.mark.parametrize(
    ("text", "base", "position"),
    [
        ("AAAAAAA0AA", Base.BASE32, 7),
        ("AA-AAAAAAA", Base.BASE32, 2),
        ("AAAAAAAW", Base.BASE32HEX, 7),
        ("abcg", Base.BASE16, 3),
        ("1l", Base.BASE58BTC, 1),
        ("AA+A", Base.BASE64URL, 2),
        ("AB", Base.BASE32, 1),  # one bit set that belongs to no byte
        ("AB", Base.BASE64URL, 1),
    ],
)
def test_the_offending_symbol_is_named(text: str, base: Base, position: int) -> None:
    with pytest.raises(InvalidCode) as caught:
        decode(text, base)
    assert caught.value.position == position


@pytest.mark.parametrize("length", [1, 3, 6])
def test_no_bytes_have_this_number_of_base32_symbols(length: int) -> None:
    with pytest.raises(InvalidCode, match="number of symbols"):
        decode("A" * length, Base.BASE32)


def test_base58_is_limited_because_its_cost_grows_with_the_square() -> None:
    assert decode(encode(bytes(range(200)), Base.BASE58BTC), Base.BASE58BTC) == bytes(range(200))
    with pytest.raises(InvalidInput, match="longer than any code"):
        encode(b"\x01" * 2049, Base.BASE58BTC)
    with pytest.raises(InvalidCode, match="longer than any code"):
        decode("2" * 2049, Base.BASE58BTC)
