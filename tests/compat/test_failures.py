"""Where iscc_core raises a built-in class on purpose, ours is that class and ``InvalidInput``."""

from __future__ import annotations

import pickle
from typing import Any, Literal

import iscc_core
import pytest

from iscckit import compat
from iscckit.errors import InvalidInput

TEXT = iscc_core.gen_text_code_v0("Hello World", bits=64)["iscc"]
LONG = iscc_core.gen_text_code_v0("Hello World", bits=256)["iscc"]
META = iscc_core.gen_meta_code_v0("Hello World")["iscc"]
BODY = iscc_core.decode_base32(TEXT[5:])
PIXELS = list(range(256)) * 4

REFUSED: list[tuple[str, type[Exception], list[Any]]] = [
    ("gen_image_code_v0", AssertionError, [PIXELS, 288]),
    ("soft_hash_image_v0", AssertionError, [PIXELS, 288]),
    ("gen_mixed_code_v0", AssertionError, [[]]),
    ("gen_mixed_code_v0", AssertionError, [[TEXT]]),
    ("gen_mixed_code_v0", AssertionError, [[TEXT, META]]),
    ("gen_mixed_code_v0", AssertionError, [[LONG, TEXT], 128]),
    ("soft_hash_codes_v0", AssertionError, [[BODY]]),
    ("sliding_window", AssertionError, ["abc", 1]),
    ("iscc_distance_bytes", AssertionError, [bytes(8), bytes(9)]),
    ("gen_meta_code_v0", TypeError, ["Hello", "", b"hello world"]),
    ("gen_meta_code_v0", TypeError, ["Hello", "", 50]),
    ("gen_meta_code_v0", TypeError, ["Hello", "", [1]]),
    ("gen_meta_code_v0", AttributeError, ["Hello", "", "hello world"]),
    ("gen_meta_code_v0", ValueError, [""]),
    ("gen_meta_code_v0", ValueError, [" ", "", b"hello world"]),
    ("soft_hash_meta_v0", ValueError, ["Hello", 123]),
    ("encode_seq", TypeError, [META]),
    ("encode_seq", TypeError, [bytes(6)]),
    ("encode_seq", TypeError, [[b"AAAA"]]),
    ("encode_seq", TypeError, [[None]]),
    ("encode_seq", ValueError, [[]]),
]


@pytest.mark.parametrize(("name", "kind", "arguments"), REFUSED)
def test_both_classes_are_raised(name: str, kind: type[Exception], arguments: list[Any]) -> None:
    with pytest.raises(kind):
        getattr(iscc_core, name)(*arguments)
    with pytest.raises(kind) as caught:
        getattr(compat, name)(*arguments)
    assert isinstance(caught.value, InvalidInput)
    again = pickle.loads(pickle.dumps(caught.value))  # errors cross the borders of processes
    assert (type(again), str(again)) == (type(caught.value), str(caught.value))


@pytest.mark.parametrize("items", ["b", "B", "h", "H", "i", "I", "q", "Q"])
@pytest.mark.parametrize(
    "name", ["read_unit", "decode_seq", "multi_hash_blake3", "alg_cdc_chunks", "soft_hash_data_v0"]
)
def test_bytes_count_whatever_the_items_of_a_view_are(
    name: str, items: Literal["b", "B", "h", "H", "i", "I", "q", "Q"]
) -> None:
    data = bytes.fromhex("300305b41f3472493225d27edcbdb6323684") * 4
    rest = [False] if name == "alg_cdc_chunks" else []
    function = getattr(compat, name)
    assert outcome(function, memoryview(data).cast(items), *rest) == outcome(function, data, *rest)


def outcome(function: Any, *arguments: object) -> object:  # noqa: ANN401
    try:
        return function(*arguments)
    except InvalidInput as error:
        return str(error)


def test_the_seed_of_random_codes_gives_the_codes_of_iscc_core() -> None:
    theirs: Any = iscc_core.Code
    compat.Code.rgen.seed(7)
    theirs.rgen.seed(7)
    for mt in [None, *iscc_core.MT]:
        for bits in (64, 128, 192, 256, 320):
            try:
                expected = theirs.rnd(mt, bits=bits).code
            except ValueError:
                with pytest.raises(ValueError, match=r"random ISCC-CODE|no codes of length"):
                    compat.Code.rnd(mt, bits=bits)
                continue
            assert compat.Code.rnd(mt, bits=bits).code == expected
    wide = compat.ST_ISCC.WIDE
    assert compat.Code.rnd(5, wide).code == theirs.rnd(5, iscc_core.ST_ISCC.WIDE).code
    assert compat.Code.rnd(0, data=bytes(8)).hash_bytes == bytes(8)


LARGE = [2**53, -(2**53), 2**53 + 1, 2**53 + 2, 2**60, 2**70, 10**21, 10**25 + 1, True]


@pytest.mark.parametrize("number", LARGE)
def test_large_integers_are_written_where_doubles_hold_them(number: int) -> None:
    for value in (number, {"a": number}, {"a": [number, {"b": number}]}):
        try:
            expected = iscc_core.json_canonical(value)
        except ValueError:
            with pytest.raises(InvalidInput):
                compat.json_canonical(value)
        else:
            assert compat.json_canonical(value) == expected


def test_an_integer_that_no_double_holds_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no canonical JSON"):
        compat.json_canonical({"a": 10**400})


@pytest.mark.parametrize("text", ["ISCC:", "iscc:", " ISCC: ", "ISCC : - ", "ISCC:-"])
def test_a_scheme_alone_is_cleaned_to_nothing_and_is_no_code(text: str) -> None:
    assert compat.iscc_clean(text) == iscc_core.iscc_clean(text) == ""
    assert not compat.iscc_validate(text, strict=False)
    for function in (compat.iscc_decode, compat.iscc_normalize, compat.normalize_multiformat):
        with pytest.raises(InvalidInput):
            function(text)


@pytest.mark.parametrize("bits", [32, 64, 256])
def test_an_audio_without_words_has_the_whole_hash(bits: int) -> None:
    assert compat.soft_hash_audio_v0([], bits) == iscc_core.soft_hash_audio_v0([], bits)
    assert compat.gen_audio_code_v0([], bits) == iscc_core.gen_audio_code_v0([], bits)


@pytest.mark.parametrize("n", [1, 2, 32, 64, 128, 1024])
def test_transforms_of_all_powers_of_two_are_equal(n: int) -> None:
    for values in (range(n), [1] * n, [(i * 7919) % 251 - 100.5 for i in range(n)]):
        assert compat.alg_dct(values) == iscc_core.alg_dct(values)
