"""Errors: their way between processes, and one table of reasons with a way out each."""

import ast
import pickle
import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest

from iscckit import errors
from iscckit.cli.ways_out import WAYS_OUT
from iscckit.errors import (
    REASONS,
    ExtractionFailed,
    InvalidCode,
    InvalidInput,
    IsccError,
    LimitExceeded,
    UnreadableFile,
)
from iscckit.server.http import problems

SOURCE = Path(errors.__file__).parent
SAMPLES: tuple[IsccError, ...] = (
    InvalidCode("AAA0", "not a symbol", position=3, suggestion="AAAO"),
    InvalidInput("no data"),
    InvalidInput("a.txt exists", reason_code="file-exists", path="a.txt"),
    UnreadableFile("a.png", "is a folder"),
    ExtractionFailed("a.png", "image/png", "truncated"),
    LimitExceeded("a.png", "pixels", 10),
    LimitExceeded("a.png", "seconds", 600, reason_code="time-exceeded"),
)


def classes(cls: type[IsccError] = IsccError) -> Iterator[type[IsccError]]:
    yield cls
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from classes(child)


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Yield module, reason code and names of the facts of each error that the source makes."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = {each.arg: each.value for each in node.keywords if each.arg}
                for each in ast.walk(given.pop("reason_code", ast.Pass())):
                    if isinstance(each, ast.Constant) and each.value:
                        yield path.name, str(each.value), set(given)


@pytest.mark.parametrize("error", SAMPLES, ids=str)
def test_an_error_survives_the_way_between_processes(error: IsccError) -> None:
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert str(copied) == str(error)
    assert vars(copied) == vars(error)
    assert copied.reason_code == error.reason_code


@pytest.mark.parametrize("error", SAMPLES, ids=str)
def test_an_error_carries_the_facts_of_its_reason(error: IsccError) -> None:
    cls, _, facts = REASONS[error.reason_code]
    assert type(error) is cls
    assert tuple(error.facts) == facts
    assert all(getattr(error, name) == value for name, value in error.facts.items())


def test_a_malformed_code_is_also_a_value_error() -> None:
    error = InvalidCode("AAA0", "'0' is not a symbol", position=3, suggestion="AAAO")
    assert isinstance(error, ValueError)
    assert str(error) == (
        "'AAA0' is not a valid ISCC: '0' is not a symbol at position 4; did you mean AAAO?"
    )


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_has_a_class_a_sentence_and_a_way_out_or_none(code: str) -> None:
    cls, sentence, facts = REASONS[code]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert issubclass(cls, IsccError)
    assert re.fullmatch(r"[A-Z][^\n]+\.", sentence)
    assert not re.search(r"--[a-z]|\biscc [a-z]", sentence), "only front ends name options"
    for ways_out in (WAYS_OUT, problems.WAYS_OUT):
        way = ways_out.get(code)
        if way is not None:
            assert set(re.findall(r"\{(\w+)\}", way)) <= set(facts)
            assert way.format_map(dict.fromkeys(facts, "x"))
    assert code in WAYS_OUT


def test_no_way_out_is_of_an_unknown_reason() -> None:
    assert set(WAYS_OUT) == set(REASONS)
    assert set(problems.WAYS_OUT) <= set(REASONS)


def test_each_class_has_a_reason_by_itself() -> None:
    own = {cls.reason_code: cls for cls in classes()}
    assert len(own) == len(list(classes()))
    assert all(REASONS[code][0] is cls for code, cls in own.items())


def test_each_reason_is_given_somewhere_with_its_facts() -> None:
    given = {cls.reason_code for cls in classes()}
    for name, code, facts in raised():
        assert code in REASONS, f"{name}: {code} is not in errors.REASONS"
        cls, _, needed = REASONS[code]
        assert facts | set(signature(cls).parameters) >= set(needed), f"{name}: {code}"
        given.add(code)
    assert given == set(REASONS)
