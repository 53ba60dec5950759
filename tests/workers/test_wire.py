"""Values that cross the border between processes: the same afterwards, or refused as a whole."""

from __future__ import annotations

import inspect
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from iscckit import errors
from iscckit.errors import InvalidCode, IsccError, LimitExceeded, UnreadableFile
from iscckit.workers.typed import reader, task
from iscckit.workers.wire import HandedFile, Input, Packed, Refused, pack, unpack


class Colour(IntEnum):
    RED = 1
    BLUE = 2


class Place(NamedTuple):
    page: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    colour: Colour
    data: bytes
    kind: Literal["a", "b", 3]


@dataclass(frozen=True, slots=True)
class Other:
    text: str


@dataclass(frozen=True, slots=True)
class Tree:
    number: int
    share: float | None
    texts: tuple[str, ...]
    pair: tuple[int, str]
    numbers: tuple[int, ...] | tuple[float, ...]
    inner: Leaf | Other | None
    place: Place
    names: Mapping[str, str] = field(default_factory=dict)
    error: IsccError | None = None
    free: object = None
    trees: list[Tree] = field(default_factory=list)


def sent(value: object, kind: Any) -> Any:  # noqa: ANN401
    return read(pack(value), kind)


def read(packed: Packed, kind: Any, **more: int) -> Any:  # noqa: ANN401
    section = memoryview(b"".join(packed.section))
    return unpack(packed.text, Input(section, packed.files), reader(kind), **more)


texts = some.text(some.characters(codec=None), max_size=300)
leaves = some.builds(
    Leaf, some.sampled_from(Colour), some.binary(max_size=300), some.sampled_from(["a", "b", 3])
)
free = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | texts,
    lambda inner: some.lists(inner) | some.dictionaries(texts, inner),
    max_leaves=10,
)
found_errors = some.sampled_from(
    [
        InvalidCode("ISCC:X", "too short", position=3),
        UnreadableFile(Path("a/b"), "x" * 1000),
        LimitExceeded("a", "bytes", 1 << 40),
        IsccError("plain"),
    ]
)
trees: some.SearchStrategy[Tree] = some.deferred(
    lambda: some.builds(
        Tree,
        some.integers(),
        some.none() | some.floats(allow_nan=False),
        some.lists(texts).map(tuple),
        some.tuples(some.integers(), texts),
        some.lists(some.floats(allow_nan=False)).map(tuple),
        some.none() | leaves | some.builds(Other, texts),
        some.builds(Place, some.integers(), texts),
        some.dictionaries(texts, texts),
        some.none(),
        free,
        some.lists(trees, max_size=1),
    )
)


@given(trees)
def test_a_value_is_the_same_on_the_other_side(tree: Tree) -> None:
    found = sent(tree, Tree)
    assert found == tree
    assert repr(found) == repr(tree)  # types as well


@given(found_errors)
def test_an_error_is_the_same_on_the_other_side(error: IsccError) -> None:
    found = sent(error, IsccError)
    assert type(found) is type(error)
    assert str(found) == str(error)
    expected = {name: os.fspath(v) if isinstance(v, Path) else v for name, v in vars(error).items()}
    assert vars(found) == expected


def test_numbers_that_are_none_cross() -> None:
    assert math.isnan(sent(math.nan, float))
    assert sent((math.inf, -math.inf), tuple[float, ...]) == (math.inf, -math.inf)


@given(some.binary(max_size=200), some.binary(max_size=50))
def test_random_bytes_are_refused(text: bytes, section: bytes) -> None:
    with pytest.raises(Refused):
        unpack(text, Input(memoryview(section)), reader(Tree))


json_values = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.sampled_from(["a", "Tree", "Leaf", "UnreadableFile", "object", "__class__"])
    | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(
            some.sampled_from(
                [
                    "is",
                    "map",
                    "text",
                    "bytes",
                    "file",
                    "handed",
                    "args",
                    "facts",
                    "__class__",
                    "colour",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values, some.binary(max_size=50))
def test_any_json_is_a_value_or_refused(value: object, section: bytes) -> None:
    for kind in (IsccError, Leaf, object, tuple[int, ...], Mapping[str, bytes], str, float):
        try:
            found = unpack(json.dumps(value).encode(), Input(memoryview(section)), reader(kind))
        except Refused:
            continue
        if isinstance(kind, type):
            assert isinstance(found, (kind, int) if kind is float else kind)


@given(trees, some.data())
def test_a_changed_message_is_refused_or_a_value_of_the_same_types(
    tree: Tree, data: some.DataObject
) -> None:
    packed = pack(tree)
    text = bytearray(packed.text)
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(text) - 1))
        text[at] = data.draw(some.integers(0, 255))
    try:
        found = read(Packed(bytes(text), packed.section, ()), Tree)
    except Refused:
        return
    assert repr(sent(found, Tree)) == repr(found)


@given(trees, some.data())
def test_a_cut_message_is_refused(tree: Tree, data: some.DataObject) -> None:
    packed = pack(tree)
    text = packed.text[: data.draw(some.integers(0, len(packed.text) - 1))]
    with pytest.raises(Refused):
        read(Packed(text, packed.section, ()), Tree)
    if section := b"".join(packed.section):
        with pytest.raises(Refused):
            read(Packed(packed.text, (section[:-1],), ()), Tree)
    with pytest.raises(Refused):
        read(Packed(packed.text, (section, b"x"), ()), Tree)


LEAF = {"is": "Leaf", "colour": 1, "data": {"bytes": 2}, "kind": "a"}


@pytest.mark.parametrize(
    "forged",
    [
        LEAF | {"is": "Other"},
        LEAF | {"is": "Unit"},
        LEAF | {"colour": 3},
        LEAF | {"colour": "RED"},
        LEAF | {"colour": [1]},
        LEAF | {"kind": "c"},
        LEAF | {"kind": 3.0},
        LEAF | {"data": {"bytes": 3}},
        LEAF | {"data": {"bytes": 1}},
        LEAF | {"data": {"bytes": -1}},
        LEAF | {"data": {"bytes": True}},
        LEAF | {"data": {"bytes": 1 << 80}},
        LEAF | {"data": "xy"},
        LEAF | {"more": 1},
        {"is": "Leaf", "colour": 1, "data": {"bytes": 2}},
        [1, {"bytes": 2}, "a"],
        None,
        "Leaf",
    ],
)
def test_a_forged_value_is_refused(forged: object) -> None:
    assert read(Packed(json.dumps(LEAF).encode(), (b"xy",), ()), Leaf) == Leaf(
        Colour.RED, b"xy", "a"
    )
    with pytest.raises(Refused):
        read(Packed(json.dumps(forged).encode(), (b"xy",), ()), Leaf)


ERROR = {"is": "UnreadableFile", "args": ["m"], "facts": {"map": [["path", "p"]]}}


@pytest.mark.parametrize(
    "forged",
    [
        ERROR | {"is": "KeyError"},
        ERROR | {"is": "restored"},
        ERROR | {"is": ["IsccError"]},
        ERROR | {"args": [["m"]]},
        ERROR | {"args": "m"},
        ERROR | {"facts": {"map": [["__class__", "p"]]}},
        ERROR | {"facts": {"map": [["_x", "p"]]}},
        ERROR | {"facts": {"map": [["a b", "p"]]}},
        ERROR | {"facts": {"map": [["path", {"is": "Leaf"}]]}},
        ERROR | {"facts": {"map": [["path", 1], ["path", 2]]}},
        ERROR | {"facts": {}},
    ],
)
def test_a_forged_error_is_refused(forged: object) -> None:
    assert str(read(Packed(json.dumps(ERROR).encode(), (), ()), IsccError)) == "m"
    with pytest.raises(Refused):
        read(Packed(json.dumps(forged).encode(), (), ()), IsccError)


def test_an_error_is_only_of_the_class_that_is_expected() -> None:
    packed = pack(UnreadableFile("a", "b"))
    assert isinstance(read(packed, UnreadableFile), UnreadableFile)
    with pytest.raises(Refused):
        read(packed, InvalidCode)


@pytest.mark.parametrize("depth", [900, 5_000, 200_000])
def test_deep_nesting_is_a_value_or_refused(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"map":[["a",', "]]}")):
        text = (opening * depth + "1" + closing * depth).encode()
        try:
            read(Packed(text, (), ()), object)
        except Refused:
            continue
        assert depth < 5_000


def test_more_values_than_allowed_are_refused_before_they_are_made() -> None:
    text = ("[" + "0," * 999 + "0]").encode()
    assert len(read(Packed(text, (), ()), tuple[int, ...], most=1000)) == 1000
    for forged in (text, b"[" * 1000, b'{"a":{' * 500):
        with pytest.raises(Refused, match="too many"):
            read(Packed(forged, (), ()), tuple[int, ...], most=999)


def test_a_member_that_occurs_twice_is_refused() -> None:
    text = b'{"is":"Other","text":"a","text":"b"}'
    with pytest.raises(Refused, match="twice"):
        read(Packed(text, (), ()), Other)


def test_the_same_bytes_are_not_taken_twice() -> None:
    text = json.dumps([{"bytes": 4}, {"bytes": 4}]).encode()
    with pytest.raises(Refused):
        read(Packed(text, (b"abcd",), ()), tuple[bytes, ...])
    assert read(Packed(text, (b"abcdefgh",), ()), tuple[bytes, ...]) == (b"abcd", b"efgh")


def test_files_come_in_order_and_none_is_left() -> None:
    packed = pack([HandedFile("a", 7), HandedFile("b"), HandedFile("c", 9)])
    assert packed.files == (7, 9)
    handed = Packed(packed.text, packed.section, (1, 2))
    found = read(handed, tuple[HandedFile, ...])
    assert found == (HandedFile("a", 1), HandedFile("b"), HandedFile("c", 2))
    for files in ((), (1,), (1, 2, 3)):
        with pytest.raises(Refused):
            read(Packed(packed.text, packed.section, files), tuple[HandedFile, ...])
    with pytest.raises(Refused):  # an answer holds none
        read(packed, object)


def test_what_is_no_value_does_not_cross() -> None:
    for value in (object(), Leaf, print, {1, 2}, iter([])):
        with pytest.raises(TypeError, match="border"):
            pack(value)
    with pytest.raises(TypeError, match="border"):
        reader(object().__class__.__class__)


def one_argument(text: str) -> int:
    return len(text)


def unannotated(text):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    return text


def test_a_task_is_named_by_its_module_and_function() -> None:
    found = task(f"{__name__}:one_argument")
    assert found.function("abc") == 3
    for name in ("unannotated", "nothing"):
        with pytest.raises((TypeError, AttributeError)):
            task(f"{__name__}:{name}")


def test_all_errors_of_the_package_are_known() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if not inspect.isclass(kind):
            continue
        error = kind.__new__(kind)
        assert type(sent(error, IsccError)) is kind
