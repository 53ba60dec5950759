"""Ignore patterns mean what gitignore says, and what the matcher of iscc-sum makes of them."""

from __future__ import annotations

import warnings

import pathspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec.patterns.gitwildmatch import GitWildMatchPattern
from tests.work import count_calls

from iscckit.files.tree.ignore import parse


@pytest.mark.parametrize(
    ("pattern", "ignored", "kept"),
    [
        ("*.log", ["a.log", "x/a.log", "a.log/b"], ["a.logs", "alog"]),
        ("/a", ["a", "a/b"], ["x/a"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a"]),
        ("a/**", ["a", "a/b", "a/b/c"], ["x/a/b"]),
        ("**/a", ["a", "x/a", "x/y/a"], ["ab"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/x"]),
        ("[a-c]?", ["ax", "b1"], ["dx", "a"]),
        ("[!a-c]", ["d", "x/z"], ["a"]),
        ("\\#a", ["#a"], ["a"]),
        ("# comment", [], ["# comment", "comment"]),
        ("a\\ ", ["a "], ["a"]),
        ("a ", ["a"], ["a "]),
        ("[z-a]", [], ["z", "a", "[z-a]"]),
        ("a\\", [], ["a", "a\\"]),
    ],
)
def test_patterns(pattern: str, ignored: list[str], kept: list[str]) -> None:
    rules = parse([f"{pattern}\n"])
    assert [path for path in ignored if not rules.ignore(path)] == []
    assert [path for path in kept if rules.ignore(path)] == []


def test_the_last_pattern_that_matches_decides() -> None:
    assert not parse(["*.txt", "!keep.txt"]).ignore("keep.txt")
    assert parse(["!keep.txt", "*.txt"]).ignore("keep.txt")
    assert parse(["*.txt"]).__add__(parse(["!a.txt"])).ignore("b.txt")


TOKENS = [
    "a",
    "b",
    "ab",
    "a.b",
    "/",
    "*",
    "**",
    "?",
    "[ab]",
    "[!a]",
    "[a-c]",
    "[]a]",
    "!",
    "#",
    " ",
]
NAMES = ["a", "b", "ab", "a.b", "abc", "a b", "!a", "#a", "*", ".a", "]"]
LINES = st.lists(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=6).map("".join), max_size=3)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@given(LINES, PATHS)
def test_the_matcher_agrees_with_the_one_of_iscc_sum(lines: list[str], path: str) -> None:
    # Empty names and "everything that is a folder, back in" have no meaning in gitignore.
    assume(not any("//" in line or line.strip() == "!/" for line in lines))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            theirs = pathspec.PathSpec.from_lines(GitWildMatchPattern, lines)
        except ValueError:  # they refuse the whole file where git says "never matches"
            assume(False)
    expected = theirs.match_file(path) or theirs.match_file(f"{path}/")
    assert parse(lines).ignore(path) == expected


@pytest.mark.parametrize("knob", ["stars", "length", "folders"])
def test_twice_as_much_of_anything_is_at_most_two_and_a_half_times_the_work(knob: str) -> None:
    def work(size: int) -> int:
        stars = size if knob == "stars" else 6
        length = 20 * size if knob == "length" else 200
        folders = size if knob == "folders" else 1
        rules = parse(["**/" * folders + "*a" * stars + "*b"])
        path = "/".join(["a" * length] * folders) + "c"
        return count_calls(lambda: rules.ignore(path))

    assert work(16) < 2.5 * work(8)


def test_a_pattern_longer_than_any_path_is_not_tried() -> None:
    assert not parse(["*a" * 200_000]).ignore("a" * 250)
