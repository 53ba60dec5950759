import iscc_core
import pytest

from iscckit.codec.distance import Distance, distances
from iscckit.errors import InvalidCode

ONE = "ISCC:KEDYC5Y7YQW4KOGDGAATG7YTP4YADDAYWPHAZNTZNNMKGIRLQJREUJUXEFES7F3EEH7A"
TWO = "ISCC:KEDUF3QHWWZVY5KKGAATG7YTP4YADDAYWPHQ5FTZOHXYUD4XHISRLTXP6O2YZAJEFCZA"


def test_every_common_unit_has_a_distance() -> None:
    assert distances(ONE, TWO)[2] == Distance(2, 1, 0, 64, 64, 6)
    assert [each.differing for each in distances(ONE, TWO)[:4]] == [30, 0, 6, 36]


def test_agrees_with_iscc_core_on_codes_that_it_compares_rightly() -> None:
    expected = iscc_core.iscc_compare(ONE, TWO)
    names = ("meta_dist", "semantic_dist", "content_dist", "data_dist")
    assert [each.differing for each in distances(ONE, TWO)[:4]] == [expected[n] for n in names]


def test_of_unequal_lengths_the_prefix_counts() -> None:
    long, short = "ISCC:GADVSNZJ4D7UYZFB5VFH4TM5NOPAPK3GMGQTIH6YB3NLX6AXIXUADGQ", "GAAVSNZJ4D7UYZFB"
    assert distances(long, short) == [Distance(3, 0, 0, 256, 64, 0)]


@pytest.mark.parametrize(("a", "b"), [("ISCC:AAAA!", ONE), (ONE, "ISCC:AAAA!")])
def test_the_malformed_code_is_named(a: str, b: str) -> None:
    with pytest.raises(InvalidCode) as caught:
        distances(a, b)
    assert caught.value.code == "ISCC:AAAA!"
