from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.hamming import chance, equal_bits, odds
from iscckit.errors import InvalidInput

LENGTHS = st.sampled_from(range(32, 257, 32))


def test_equal_bits_are_counted_by_hand() -> None:
    assert equal_bits(b"\xff\xff", b"\xff\x0f") == 12
    assert equal_bits(b"\x80", b"\x00") == 7


def test_of_unequal_lengths_the_common_prefix_counts() -> None:
    assert equal_bits(b"\xff\xff", b"\xff\x0f\x00") == 12  # vector of iscc-core: 0.75 of 16 bits


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_equal_and_differing_bits_make_up_the_prefix(a: bytes, b: bytes) -> None:
    differing = sum((x ^ y).bit_count() for x, y in zip(a, b, strict=False))
    assert equal_bits(a, b) + differing == 8 * min(len(a), len(b))
    assert equal_bits(a, b) == equal_bits(b, a)


def test_chance_counts_the_codes_that_agree_as_well() -> None:
    pairs = list(product((0, 1), repeat=6))
    for equal in range(7):
        assert chance(equal, 6) == sum(sum(bits) >= equal for bits in pairs) / 64


@pytest.mark.parametrize(
    ("equal", "expected"),
    [(40, 0.03), (45, 7.8e-4), (48, 3.9e-5), (50, 3.5e-6), (54, 1e-8), (58, 4.5e-12)],
)
def test_chance_at_64_bits_is_what_tables_say(equal: int, expected: float) -> None:
    assert chance(equal, 64) == pytest.approx(expected, rel=0.02)


def test_all_of_256_bits_is_a_power_of_two() -> None:
    assert chance(256, 256) == 2.0**-256


@given(LENGTHS.flatmap(lambda bits: st.tuples(st.integers(0, bits), st.just(bits))))
def test_chance_is_the_exact_tail(case: tuple[int, int]) -> None:
    equal, bits = case
    row = [1]
    for _ in range(bits):
        row = [x + y for x, y in zip([0, *row], [*row, 0], strict=True)]
    assert chance(equal, bits) == float(Fraction(sum(row[equal:]), 2**bits))


@pytest.mark.parametrize(("equal", "bits"), [(-1, 64), (65, 64), (0, 0)])
def test_refuses_more_equal_bits_than_there_are(equal: int, bits: int) -> None:
    with pytest.raises(InvalidInput, match=r"equal must be 0\.\.bits"):
        chance(equal, bits)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "10 in 10"),
        (0.354, "4 in 10"),
        (0.1, "1 in 10"),
        (0.03, "1 in 33"),
        (7.8e-4, "1 in 1 200"),
        (3.9e-5, "1 in 25 000"),
        (1.2e-6, "1 in 830 000"),
        (9.4e-7, "1 in 10^6"),
        (4.5e-12, "1 in 10^11"),
        (2.0**-256, "1 in 10^77"),
    ],
)
def test_odds_are_said_as_people_say_them(probability: float, words: str) -> None:
    assert odds(probability) == words


@given(LENGTHS.flatmap(lambda bits: st.tuples(st.integers(0, bits), st.just(bits))))
def test_odds_below_one_in_ten_never_overstate(case: tuple[int, int]) -> None:
    probability = chance(*case)
    if probability < 0.1:
        rarity = odds(probability).removeprefix("1 in ").replace(" ", "").replace("10^", "1e")
        assert float(rarity) <= 1 / probability
