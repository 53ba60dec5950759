"""Readers of values by their types: what a message may be is said by annotations, not by it.

Annotations are looked up in the module of their class when a reader is made, so a value that
crosses the border must import the types of its fields when it is imported, not for type checkers
only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from iscckit import errors
from iscckit.workers.wire import HandedFile, Input, Refused

__all__ = ["Reader", "Task", "reader", "task"]

Reader = Callable[[object, Input], Any]

_ERRORS: Final = {name: getattr(errors, name) for name in errors.__all__}
_unresolved: Final[list[Callable[[], None]]] = []  # readers of fields that are to be made
_FACT: Final = (str, int, float, bool, type(None))


class Task(NamedTuple):
    """A function that other processes call, and how its values are read.

    Attributes:
        function: Takes one argument; returns its value, or yields progress and then returns it.
        argument: Reads the argument.
        progress: Reads what it yields.
        value: Reads what it returns.
    """

    function: Callable[[Any], Any]
    argument: Reader
    progress: Reader
    value: Reader


@cache
def task(name: str) -> Task:
    """Return the task of a name, ``module:function``.

    Raises:
        TypeError: The function has not one annotated argument and an annotated value.
    """
    module, _, attribute = name.partition(":")
    function = getattr(import_module(module), attribute)
    hints = _hints(function.__annotations__, vars(sys.modules[function.__module__]))
    if len(hints) != 2 or "return" not in hints:
        raise TypeError(f"{name} needs one argument, and annotations of it and of its value")
    value = hints.pop("return")
    progress: object = NoneType
    if get_origin(value) is Generator:
        progress, _, value = get_args(value)
    [argument] = hints.values()
    return Task(function, reader(argument), reader(progress), reader(value))


def _hints(annotations: Mapping[str, object], names: dict[str, Any]) -> dict[str, Any]:
    """Return annotations as the types that they name."""
    texts = {key: getattr(hint, "__forward_arg__", hint) for key, hint in annotations.items()}
    return {
        key: eval(hint, names) if isinstance(hint, str) else hint for key, hint in texts.items()
    }


def reader(kind: Any) -> Reader:  # noqa: ANN401 (a type in any of its forms)
    """Return what makes a value of a type of what JSON holds, or refuses it.

    Args:
        kind: A class or an annotation: plain types, enumerations, literals, tuples, lists,
            mappings, unions, dataclasses, named tuples, errors, ``HandedFile``; ``object``
            for whatever JSON can hold, and bytes.

    Raises:
        TypeError: Such values do not cross the border.
    """
    found = _reader(kind)
    while _unresolved:
        _unresolved.pop()()
    return found


@cache
def _reader(kind: Any) -> Reader:  # noqa: ANN401
    if kind is object or kind is Any:
        return _read_any
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        readers = [_reader(each) for each in inner if each is not NoneType]
        return _union(readers, has_none=NoneType in inner)
    if origin is Literal:
        return _literal(inner)
    if origin is tuple and inner[-1] is not Ellipsis:
        return _row([_reader(each) for each in inner])
    if origin in {tuple, list, Sequence}:
        return _array(list if origin is list else tuple, _reader(inner[0]))
    if origin in {dict, Mapping}:
        return _mapping(_reader(inner[0]), _reader(inner[1]))
    return _reader_of_class(kind)


def _reader_of_class(kind: Any) -> Reader:  # noqa: ANN401
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, _: kind(value)
    if isinstance(kind, type) and issubclass(kind, errors.IsccError):
        return _error(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _value(kind, [each.name for each in fields(kind) if each.init])
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _value(kind, list(kind._fields))
    raise TypeError(f"{kind} does not cross the border of a process")


def _value(kind: type, names: list[str]) -> Reader:
    members = ["is", *names]
    has_order = issubclass(kind, tuple)  # some dataclasses insist on names, which takes longer
    readers: dict[str, Reader] = {}  # made after the reader itself: a class may hold its own kind

    def resolve() -> None:
        found: dict[str, Any] = {}
        for each in reversed(kind.__mro__):
            hints = getattr(each, "__annotations__", {})
            found |= _hints(hints, vars(sys.modules[each.__module__]))
        readers.update({name: _reader(found[name]) for name in names})

    def read(value: object, given: Input) -> object:
        if not readers:  # another thread was faster to ask for it than to make it
            resolve()
        if type(value) is not dict or [*value] != members or value["is"] != kind.__name__:
            raise Refused(f"a {kind.__name__} is missing")
        parts = [member(value[name], given) for name, member in readers.items()]
        return kind(*parts) if has_order else kind(**dict(zip(names, parts, strict=True)))

    _unresolved.append(resolve)
    return read


def _error(kind: type[errors.IsccError]) -> Reader:
    def read(value: object, given: Input) -> errors.IsccError:
        if type(value) is not dict or [*value] != ["is", "args", "facts"]:
            raise Refused("an error is missing")
        found = _ERRORS.get(value["is"])
        if found is None or not issubclass(found, kind):
            raise Refused("an error of this name is not known")
        args = _array(tuple, _read_fact)(value["args"], given)
        facts = _mapping(_read_name, _read_fact)(value["facts"], given)
        return errors.restore_error(found, args, facts)

    return read


def _union(members: list[Reader], *, has_none: bool) -> Reader:
    def read(value: object, given: Input) -> object:
        if value is None and has_none:
            return None
        place = given.place
        for member in members:
            try:
                return member(value, given)
            except (Refused, ValueError):
                given.place = place
        raise Refused("a value is of no type that was expected")

    return read


def _literal(allowed: tuple[object, ...]) -> Reader:
    def read(value: object, _: Input) -> object:
        for each in allowed:
            if type(each) is type(value) and each == value:
                return each
        raise Refused("a value is none of those that are allowed")

    return read


def _row(members: list[Reader]) -> Reader:
    def read(value: object, given: Input) -> tuple[object, ...]:
        row = list(_items(value))
        if len(row) != len(members):
            raise Refused("an array has another length")
        return tuple(member(each, given) for member, each in zip(members, row, strict=True))

    return read


def _array(kind: type, member: Reader) -> Reader:
    return lambda value, given: kind([member(each, given) for each in _items(value)])


def _mapping(key: Reader, member: Reader) -> Reader:
    pair = _row([key, member])

    def read(value: object, given: Input) -> dict[object, object]:
        if type(value) is not dict or [*value] != ["map"]:
            raise Refused("a mapping is missing")
        pairs = [pair(each, given) for each in _items(value["map"])]
        found = dict(pairs)
        if len(found) < len(pairs):
            raise Refused("a key occurs twice")
        return found

    return read


def _items(value: object) -> Iterator[object]:
    if type(value) is not list:
        raise Refused("an array is missing")
    return iter(value)


def _read_text(value: object, given: Input) -> str:
    if type(value) is str:
        return value
    if type(value) is dict and [*value] == ["text"]:
        return given.take_text(value["text"])
    raise Refused("a text is missing")


def _read_bytes(value: object, given: Input) -> bytes:
    if type(value) is dict and [*value] == ["bytes"]:
        return bytes(given.take(value["bytes"]))
    raise Refused("bytes are missing")


def _read_file(value: object, given: Input) -> HandedFile:
    if type(value) is dict and [*value] == ["file", "handed"] and type(value["file"]) is str:
        return HandedFile(value["file"], given.take_file() if value["handed"] else None)
    raise Refused("a file is missing")


def _read_fact(value: object, given: Input) -> object:
    return value if type(value) in _FACT else _read_text(value, given)


def _read_name(value: object, _: Input) -> str:
    if type(value) is str and value.isidentifier() and not value.startswith("_"):
        return value
    raise Refused("a name is missing")


def _read_any(value: object, given: Input) -> object:
    if type(value) is list:
        return [_read_any(each, given) for each in value]
    if type(value) is not dict:
        return value
    match [*value]:
        case ["map"]:
            return _mapping(_read_fact, _read_any)(value, given)
        case ["text"]:
            return _read_text(value, given)
    return _read_bytes(value, given)


def _exactly(*kinds: type) -> Reader:
    def read(value: object, _: Input) -> object:
        if type(value) not in kinds:
            raise Refused(f"a value of type {kinds[-1].__name__} is missing")
        return value

    return read


_SIMPLE: Final[dict[object, Reader]] = {
    None: _exactly(NoneType),
    NoneType: _exactly(NoneType),
    bool: _exactly(bool),
    int: _exactly(int),
    float: _exactly(int, float),
    str: _read_text,
    bytes: _read_bytes,
    HandedFile: _read_file,
}
