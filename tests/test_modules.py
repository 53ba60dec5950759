"""Every module has tests that can be found, and every test file says what it tests."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import pytest
from tools import structure

TESTS = Path(__file__).parent
DOORS = {"iscckit", "iscckit.compat"}  # packages that give names of their modules on


class Row(TypedDict):
    """The tests of one module; modules.toml says what the fields mean."""

    tests: list[str]
    door: NotRequired[str]
    why: NotRequired[str]


class Table(TypedDict):
    """What modules.toml holds."""

    modules: dict[str, Row]
    whole: dict[str, str]


def sources() -> dict[str, str]:
    """Return the texts of all modules by their names below iscckit, without bare docstrings."""
    found = {
        name or "iscckit": path.read_text(encoding="utf-8")
        for name, path in structure.modules().items()
    }
    return {name: text for name, text in found.items() if len(ast.parse(text).body) > 1}


def read_tests() -> dict[str, str]:
    """Return the texts of the test files by their paths below tests/."""
    return {
        path.relative_to(TESTS).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TESTS.rglob("test_*.py"))
    }


def mirror(module: str) -> str:
    """Return the test file that a module has without a row."""
    *folders, name = module.split(".")
    return "/".join([*folders, f"test_{name}.py"])


@cache
def public(source: str) -> set[str]:
    """Return the names in ``__all__``."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(cast("list[str]", ast.literal_eval(node.value)))
    return set()


@cache
def used(test: str) -> tuple[set[str], set[str]]:
    """Return the modules that a test imports, and the names that it takes from ``DOORS``."""
    modules: set[str] = set()
    names: set[str] = set()
    tree = ast.parse(test)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken = {alias.name for alias in node.names}
            modules |= {node.module, *(f"{node.module}.{name}" for name in taken)}
            names |= taken if node.module in DOORS else set()
    places = {door.rpartition(".")[2] for door in DOORS & modules}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names |= {node.attr} if node.value.id in places else set()
    return {name.removeprefix("iscckit.") for name in modules}, names


def reaches(module: str, source: str, row: Row, test: str) -> bool:
    """Say whether a test imports a module or a public name of it, or goes through its door."""
    modules, names = used(test)
    found = module in modules or bool(public(source) & names)
    return found or ("door" in row and row["door"] in test)


def in_place(module: str, test: str) -> bool:
    """Say whether a test stands in the folder of the room that a module belongs to."""
    room = module.split(".", maxsplit=1)[0]
    return "." not in module or test.split("/", maxsplit=1)[0] in {room, f"test_{room}.py"}


def wrong_rows(table: Table, modules: Mapping[str, str], tests: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the rows of modules."""
    for module, row in table["modules"].items():
        if module not in modules:
            yield f"{module}: unknown module; drop its row, or give the new name"
            continue
        if not row["tests"] or mirror(module) in row["tests"]:
            yield f"{module}: its row must name test files, and not tests/{mirror(module)}"
        elif "why" not in row and not in_place(module, row["tests"][0]):
            yield f"{module}: move its tests to the folder of its room, or give a reason as ``why``"
        for test in row["tests"]:
            if test not in tests:
                yield f"{module}: tests/{test} does not exist"
            elif not reaches(module, modules[module], row, tests[test]):
                yield (
                    f"{module}: tests/{test} imports neither it nor a public name of it; name the "
                    "test that does, or give as ``door`` the text by which this one reaches it"
                )


def is_in(test: str, place: str) -> bool:
    """Say whether a test is what a line of [whole] names: a file, or one in a folder."""
    return test == place or (place.endswith("/") and test.startswith(place))


def missing(table: Table, modules: Mapping[str, str], tests: Mapping[str, str]) -> Iterator[str]:
    """Yield modules without tests, and test files without a subject."""
    rows, whole = table["modules"], table["whole"]
    mirrors = {mirror(module): module for module in modules}
    for test, module in mirrors.items():
        if test not in tests and module not in rows:
            yield (
                f"{module}: has no tests/{test}; write it, or, if other files test the module, "
                f'add to tests/modules.toml: "{module}" = {{ tests = ["..."] }}'
            )
    for place in whole:
        if not any(is_in(test, place) for test in tests):
            yield f"{place}: unknown test; drop the line from [whole] in modules.toml"
    subjects = {*mirrors, *(test for row in rows.values() for test in row["tests"])}
    for test in tests:
        if test not in subjects and not any(is_in(test, place) for place in whole):
            yield (
                f"tests/{test}: name it after the module that it tests, or add it in "
                "tests/modules.toml to the row of a module, or to [whole] if it tests no single one"
            )


def faults(table: Table, modules: Mapping[str, str], tests: Mapping[str, str]) -> list[str]:
    """Return all that is wrong, as sentences that say what to do."""
    return [*wrong_rows(table, modules, tests), *missing(table, modules, tests)]


def test_every_module_has_tests_and_every_test_file_has_a_subject() -> None:
    text = (TESTS / "modules.toml").read_text(encoding="utf-8")
    found = faults(cast("Table", tomllib.loads(text)), sources(), read_tests())
    assert not found, "\n".join(["tests/modules.toml", *found])


MODULES = {
    "codec.unit": '__all__ = ["Unit"]\n',
    "codec.flake": '__all__ = ["flake"]\n',
    "cli.scan": '__all__ = ["scan"]\n',
}
FILES = {
    "codec/test_unit.py": "import iscckit\n\niscckit.flake()\n",
    "cli/test_library.py": 'main(["scan"])\n',
    "test_api.py": "import iscckit\n",
}
FLAKE = Row(tests=["codec/test_unit.py"])
SCAN = Row(tests=["cli/test_library.py"], door='"scan"')
ROWS = {"codec.flake": FLAKE, "cli.scan": SCAN}
WHOLE = {"test_api.py": "the names"}


@pytest.mark.parametrize(
    ("rows", "whole", "subjects"),
    [
        (ROWS, WHOLE, []),
        (ROWS, {}, ["tests/test_api.py"]),
        (ROWS, {"test_": "the names"}, ["test_", "tests/test_api.py"]),
        (ROWS, WHOLE | {"docs/": "the documents"}, ["docs/"]),
        (ROWS, WHOLE | {"codec/": "the codec"}, []),
        ({"codec.flake": FLAKE}, WHOLE, ["cli.scan", "tests/cli/test_library.py"]),
        (ROWS | {"codec.gone": FLAKE}, WHOLE, ["codec.gone"]),
        (ROWS | {"codec.unit": Row(tests=FLAKE["tests"], door="flake")}, WHOLE, ["codec.unit"]),
        (ROWS | {"codec.flake": Row(tests=[])}, WHOLE, ["codec.flake"]),
        (ROWS | {"cli.scan": Row(tests=SCAN["tests"])}, WHOLE, ["cli.scan"]),  # through no door
        (ROWS | {"cli.scan": Row(tests=SCAN["tests"], door='"x"')}, WHOLE, ["cli.scan"]),
        (ROWS | {"cli.scan": Row(tests=[*SCAN["tests"], "cli/test_x.py"], door="scan")}, WHOLE,
         ["cli.scan"]),
        (ROWS | {"codec.unit": Row(tests=SCAN["tests"], door="main")}, WHOLE, ["codec.unit"]),
        (ROWS | {"codec.unit": Row(tests=SCAN["tests"], door="main", why="so")}, WHOLE, []),
    ],
)  # fmt: skip
def test_each_fault_of_a_table_is_found(
    rows: dict[str, Row], whole: dict[str, str], subjects: list[str]
) -> None:
    found = faults(Table(modules=rows, whole=whole), MODULES, FILES)
    assert [each.split(":")[0] for each in found] == subjects
