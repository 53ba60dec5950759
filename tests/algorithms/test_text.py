"""Cleaning, collapsing, trimming and the digest of texts."""

import re
import unicodedata

import iscc_core
import iscc_lib
import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.minhash import minhash
from iscckit.algorithms.text import (
    text_clean,
    text_collapse,
    text_digest,
    text_remove_newlines,
    text_trim,
    windows,
)
from iscckit.algorithms.twin import text as twin
from iscckit.errors import InvalidInput

LEVELS = _kernel.levels["text_digest"]

# Everything that changes, or changes with, what stands before it; and ordinary neighbours.
DELICATE = (
    "aAeEiIİıßſΣσςΑαΊ'.:’-_ \t\n\r\v\f\x1c\x1f\x85\xa0\xad\u1680\u2028\u2029\u3000\ufeff\u200d"
    "\u0300\u0301\u0304\u0307\u0308\u0323\u0327\u0338\u0344\u0345\u0359\u05b0\u0e38\u0e48\u1dfa"
    "\u093c\u0915\u0958\u094d\u09be\u09c7\u0b92\u0bd7\u0dcf\u0dd9\u0f71\u0f72\u0f73\u0f81"
    "\u1100\u1112\u1161\u1175\u11a7\u11a8\u11c2\u3131\u3134\u314f\u3163가각힣\uffa1\uffc2ﾡ"
    "ｶﾞｳﾟハﾊ゙゚ガ\u3099\u309a\u309b\u302e\U00016d63\U00016d67\U00016d68\U00016d69\U0001d165"
    "\U0001d157\U0001d15e\U00011099\U000110ba\U0001109a\U00011347\U0001133e"
    "éÅÅΩΩﬁ①⑴㎒¨℀ﷺﷺ＜Ａ１²$+<=>^`|~!()[]👩\U000e0100\U000e0001\U0010ffff\ue000\u0378\ud800\udfff"
)
texts = st.text() | st.text(st.sampled_from(DELICATE)) | st.text(st.characters(codec="utf-8"))


def without_new_code_points(text: str) -> str:
    """Drop what the interpreter's older Unicode does not know."""
    return "".join(c for c in text if unicodedata.category(c) != "Cn" and c != "\U0001171e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb", "a\nb"),
        ("a\r\u200d\nb", "a\nb"),  # what stands between CR and LF is dropped first
        ("a\n\n\n\nb", "a\n\nb"),
        ("a\n \n\t\nb", "a\n\nb"),
        ("\ttab\tx", "tabx"),
        ("a  b", "a  b"),
        ("a\xa0b", "a b"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("①②", "12"),
        ("  \n\n a \n b  ", "a \n b"),
        ("e\u0323\u0301", "ẹ́"),
        ("e\u200d\u0301", "e\u0301"),  # the joiner keeps them apart until after NFKC
        ("\u1680x\u1680", "x"),
        ("\ud800x\udc00", "x"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert text_clean(text) == twin.text_clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello World", "helloworld"),
        ("Straße", "straße"),
        ("ΟΔΥΣΣΕΥΣ ΣΑΣ", "οδυσσευςσας"),
        ("İstanbul", "istanbul"),
        ("⑴ ㎒ ¨ ﬁ ① ℀", "(1)MHz ̈fi1a/c"),
        ("👩‍👩‍👧 emoji", "👩👩👧emoji"),
        ("ｶ ﾞ", "ガ"),
        ("\u1112\u1161\u11ab", "한"),
        ("ㅎㅏㄴ", "하ᄂ"),
        ("AΣ'Σ.", "aσς"),
        ("A.Σ", "aς"),
        ("$ + < = > ^ ` | ~ # & @ _", "$+<=>^`|~"),
        ("\ud800x\udc00", "x"),
    ],
)
def test_collapse(text: str, expected: str) -> None:
    assert text_collapse(text) == twin.text_collapse(text) == expected


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [("äöü", 3, "ä"), ("日本", 4, "日"), ("a\u0301", 2, "a"), (" a ", 2, "a"), ("abc", 0, "")],
)
def test_trim(text: str, size: int, expected: str) -> None:
    assert text_trim(text, size) == twin.text_trim(text, size) == expected


@given(texts)
@example("Σ")
@example("aΣ\U0001d165b")
@example("Å\u0323\u030a")
@example("\x00")
def test_kernel_agrees_with_the_readable_twin(text: str) -> None:
    assert text_clean(text) == twin.text_clean(text)
    assert text_collapse(text) == twin.text_collapse(text)
    assert text_remove_newlines(text) == twin.text_remove_newlines(text)


@given(texts, st.integers(0, 40))
def test_kernel_trims_like_the_readable_twin(text: str, size: int) -> None:
    assert text_trim(text, size) == twin.text_trim(text, size)


def test_kernel_agrees_on_all_pairs_of_delicate_code_points() -> None:
    for first in DELICATE:
        text = "".join(f"{first}{second}x\n" for second in DELICATE)
        assert text_clean(text) == twin.text_clean(text)
        assert text_collapse(text) == twin.text_collapse(text)


@given(texts.map(without_new_code_points))
def test_agrees_with_iscc_core_on_code_points_that_python_knows(text: str) -> None:
    assert text_clean(text) == iscc_core.text_clean(text)
    assert text_collapse(text) == iscc_core.text_collapse(text)
    assert text_remove_newlines(text) == iscc_core.text_remove_newlines(text)


@given(texts.map(without_new_code_points), st.integers(0, 40))
def test_agrees_with_iscc_lib(text: str, size: int) -> None:
    # iscc-lib refuses surrogates and does not take U+001C to U+001F for whitespace.
    text = "".join(char for char in text if not ("\ud800" <= char <= "\udfff" or char < "\x20"))
    assert text_collapse(text) == iscc_lib.text_collapse(text)
    assert text_remove_newlines(text) == iscc_lib.text_remove_newlines(text)
    assert text_trim(text, size) == iscc_lib.text_trim(text, size)


@given(texts.map(without_new_code_points))
@example("R\ufeff\u0327\n \n\u1680\n b")
def test_cleaning_agrees_with_iscc_lib_but_for_spaces_in_blank_lines(text: str) -> None:
    text = "".join(char for char in text if not "\ud800" <= char <= "\udfff")
    expected = re.sub("\n[ \u1680\n]*\n", "\n\n", iscc_lib.text_clean(text)).strip()
    assert text_clean(text) == expected


def test_a_clean_text_is_not_copied() -> None:
    text = "Ein sauberer Text."
    assert text_clean(text) is text


def test_windows_of_a_short_text_are_one() -> None:
    assert windows("abcd", 3) == ["abc", "bcd"]
    assert windows("ab", 3) == ["ab"]
    assert windows("", 3) == [""]
    with pytest.raises(InvalidInput, match="width"):
        windows("abc", 1)


@pytest.mark.parametrize("refused", [-1, -100])
def test_a_negative_size_is_refused(refused: int) -> None:
    with pytest.raises(InvalidInput, match="size"):
        text_trim("abc", refused)


def test_only_text_is_text() -> None:
    with pytest.raises(TypeError, match="str"):
        _kernel.text_clean(b"bytes")  # type: ignore[arg-type]


@given(st.text(max_size=80).map(without_new_code_points) | texts.map(without_new_code_points))
def test_the_digest_is_that_of_iscc_core(text: str) -> None:
    collapsed = iscc_core.text_collapse(text)
    assert text_digest(text) == (iscc_core.soft_hash_text_v0(collapsed), len(collapsed))


@pytest.mark.parametrize("level", _kernel.levels["text_collapse"])
@given(text=st.text(st.characters(max_codepoint=127)) | texts)
@example(text="".join(map(chr, range(128))) * 3)
def test_every_level_collapses_like_the_readable_twin(level: int, text: str) -> None:
    assert _kernel.text_collapse(text, level) == twin.text_collapse(text)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "alphabet", ["a", "ab", "abcdefghij", "ж", "aж", "中", "aж中😀", "b" * 30 + "ж"]
)
def test_every_level_digests_right_at_the_boundaries(alphabet: str, level: int) -> None:
    for count in (*range(80), 2047, 2048, 2049, 2060, 2061, 2062, 4097, 4109):
        text = "".join(alphabet[i * i * 7 % 31 % len(alphabet)] for i in range(count))
        features = [xxhash.xxh32_intdigest(window.encode()) for window in windows(text, 13)]
        assert _kernel.text_digest(text, level) == (minhash(features), count)
