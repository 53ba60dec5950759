"""Comparisons and malformed codes as lines of text."""

from iscckit.cli.codes_text import comparison_lines, point_out
from iscckit.comparison.verdict import compare
from iscckit.errors import InvalidCode

SHAPES = "ISCC:KEDYC5Y7YQW4KOGDGAATG7YTP4YADDAYWPHAZNTZNNMKGIRLQJREUJUXEFES7F3EEH7A"
CROPPED = "ISCC:KEDUF3QHWWZVY5KKGAATG7YTP4YADDAYWPHQ5FTZOHXYUD4XHISRLTXP6O2YZAJEFCZA"


def test_the_caret_stays_under_its_place_in_a_long_or_odd_code() -> None:
    for code, place in (("A" * 500 + "!" + "A" * 500, 500), ("A\nB!", 3), ("!", 0)):
        lines = point_out(InvalidCode(code, "wrong", position=place))
        assert lines[1][lines[2].index("^")] == "!"
        assert len(lines[1]) < 260


def test_lines_of_a_comparison_never_hold_control_characters() -> None:
    lines = list(comparison_lines(compare(SHAPES, CROPPED), ["a\x1b[2Jb"], ["c\nd"]))
    assert all(line.isprintable() for line in lines)
