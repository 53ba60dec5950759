"""Imports point down the rows, and files and functions stay small enough to read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from tools import structure

from iscckit.cli.commands import COMMANDS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "iscckit"
KERNEL = ROOT / "kernel"
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
GRAPH = structure.graph()
HEADERS = structure.kernel_graph()

NAMES = 23  # of the first level
ARROWS = 130  # between them
LINES = 300
LINES_WITH_REASON = 500
LONG_FILES = {
    "errors.py": "one table of all reasons, each beside its class"
}  # path below src/iscckit -> why it may have up to 500 lines
FUNCTION_LINES = 40
# What a person meets: only these rooms may name options and commands of the command line.
FRONT_ENDS = ("cli/", "server/http/", "server/pages/", "server/openapi/", "server/settings.py")
# Packages whose own names people write, as in ``%load_ext iscckit.notebook``.
NAMED_BY_PEOPLE = {SOURCE, SOURCE / "compat", SOURCE / "notebook"}
OPTION = re.compile(r"(?<![\w-])--[a-z]")
COMMAND = re.compile(rf"\biscc ({'|'.join(name for name, _, _ in COMMANDS)})\b")
EXEMPT = {
    "render/duplicates.py": "the shell script that it writes has an option --apply",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_the_first_level_is_small_and_ranked() -> None:
    arrows = structure.rooms(GRAPH)
    assert not list(structure.upward(arrows, structure.TOP))
    ranked = {name for row in structure.TOP for name in row}
    assert ranked == set(arrows) | {"_kernel"}
    assert len(ranked) <= NAMES
    assert sum(map(len, arrows.values())) <= ARROWS


@pytest.mark.parametrize("package", structure.ROOMS)
def test_the_rooms_of_a_package_are_ranked(package: str) -> None:
    arrows = structure.rooms(GRAPH, package)
    arrows.pop("", None)
    assert not list(structure.upward(arrows, structure.ROOMS[package]))
    assert {name for row in structure.ROOMS[package] for name in row} == set(arrows)


def test_the_rooms_of_the_kernel_are_ranked() -> None:
    arrows = structure.rooms(HEADERS, sign="/")
    assert not list(structure.upward(arrows, structure.KERNEL_RANKS))
    assert {name for row in structure.KERNEL_RANKS for name in row} == set(arrows)


def test_no_module_and_no_header_imports_itself_on_a_detour() -> None:
    assert structure.circle(GRAPH) == []
    assert structure.circle(HEADERS) == []


def test_an_upward_import_and_a_circle_are_found() -> None:
    arrows = {"low": {"high"}, "high": {"low"}, "new": {"low"}}
    ranks = (("low",), ("high",))
    found = ["low may not import high", "new has no rank", "new may not import low"]
    assert list(structure.upward(arrows, ranks)) == found
    assert structure.circle(arrows) == ["low", "high", "low"]


def test_the_picture_shows_the_ranks_of_today() -> None:
    assert structure.PICTURE.read_text(encoding="utf-8") == structure.draw(), "run make docs"


def test_imports_are_absolute_and_name_what_they_take() -> None:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert all(alias.name != "iscckit" for alias in node.names), name_of(path)
            if isinstance(node, ast.ImportFrom):
                assert all(alias.name != "*" for alias in node.names), name_of(path)
                assert node.level == 0, f"{name_of(path)}: imports are absolute"


def test_files_can_be_read_in_one_sitting() -> None:
    for path in FILES:
        limit = LINES_WITH_REASON if name_of(path) in LONG_FILES else LINES
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, name_of(path)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_are_short() -> None:
    for path, tree in TREES.items():
        for node in functions(tree):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= FUNCTION_LINES, f"{name_of(path)}: {node.name} has {lines} lines"


def test_package_files_below_the_first_level_are_docstrings() -> None:
    for path in FILES:
        if path.name == "__init__.py" and path.parent not in NAMED_BY_PEOPLE:
            tree = TREES[path]
            assert ast.get_docstring(tree), name_of(path)
            assert len(tree.body) == 1, name_of(path)


def test_nothing_below_the_command_line_reads_the_environment() -> None:
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] != "cli":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\benviron\b", text), f"{name_of(path)} reads the environment"
            assert "getenv" not in text, f"{name_of(path)} reads the environment"


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts of a module, without docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].value  # type: ignore[attr-defined]
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in docstrings:
            yield cast("ast.Constant", node)


def front_doors(source: str) -> list[int]:
    """Return the lines of a program whose texts name an option or a command of ``iscc``."""
    return [
        node.lineno
        for node in literals(ast.parse(source))
        if OPTION.search(str(node.value)) or COMMAND.search(str(node.value))
    ]


def test_only_front_ends_name_options_and_commands() -> None:
    for path in FILES:
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(FRONT_ENDS):
            lines = front_doors(path.read_text(encoding="utf-8"))
            assert bool(lines) == (name in EXEMPT), f"{name}:{lines}: see cli/ways_out.py"


@pytest.mark.parametrize("text", ["exists; --force replaces it", "iscc scan makes one"])
def test_a_sentence_that_names_an_option_or_a_command_is_found(text: str) -> None:
    assert front_doors(f"\nraise ValueError(f'{{name}}: {text}')") == [2]
    assert front_doors(f"def run():\n    '''As {text}.'''\n    return '-- an iscc part'") == []


def test_only_the_bindings_know_python() -> None:
    headers = [path for path in KERNEL.glob("*/*.hpp") if path.parent.name != "bind"]
    assert headers
    for path in headers:
        text = path.read_text(encoding="utf-8")
        assert "nanobind" not in text, f"{path.name} knows Python"
        assert "Python.h" not in text, f"{path.name} knows Python"


def test_the_twin_is_imported_only_by_the_selftest() -> None:
    for name, targets in GRAPH.items():
        if not name.startswith("algorithms.twin") and name != "selftest":
            twins = [each for each in targets if each.startswith("algorithms.twin")]
            assert not twins, f"{name} imports the twin"
