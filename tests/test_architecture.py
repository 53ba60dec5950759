"""Imports point down the layers, and files and functions stay small enough to read."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "iscckit"
KERNEL = ROOT / "kernel"
FILES = sorted(SOURCE.rglob("*.py"))

# Each set may import the sets above it, and nothing beside or below.
LAYERS = (
    {"errors", "_kernel", "version"},
    {"written", "lock", "landlock", "seccomp"},
    {"codec", "sandbox"},
    {"algorithms"},
    {"units", "index"},
    {"media", "models", "tree"},
    {"record", "comparison", "alignment", "matrix", "workers", "parallel", "options"},
    {"isolation"},
    {"render", "content", "metadata", "sides", "confined"},
    {"pipeline", "glance", "manifest", "compat"},
    {"selftest", "many", "embedding", "folders"},  # all of them make records, or run compat
    {"library"},
    {"server", "notebook"},
    {"cli"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

LINES = 300
LINES_WITH_REASON = 500
LONG_FILES: dict[str, str] = {}  # path below src/iscckit -> why it may have up to 500 lines
FUNCTION_LINES = 40


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def imported_layers(path: Path) -> set[str]:
    layers = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "iscckit":
            modules = [f"iscckit.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        layers |= {m.split(".")[1] for m in modules if m.startswith("iscckit.")}
    return layers & set(RANK)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for layer in imported_layers(path) - {own}:
        assert RANK[layer] < RANK[own], f"{own} may not import {layer}"


def test_every_layer_is_there() -> None:
    own = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in FILES}
    assert set(RANK) - {"_kernel"} <= own


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_are_absolute_and_name_what_they_take(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(alias.name != "iscckit" for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names)
            assert node.level == 0, "imports are absolute"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_can_be_read_in_one_sitting(path: Path) -> None:
    limit = LINES_WITH_REASON if name_of(path) in LONG_FILES else LINES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= FUNCTION_LINES, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py"], ids=name_of)
def test_package_files_inside_layers_are_empty(path: Path) -> None:
    if path.parent not in {SOURCE, SOURCE / "compat"}:
        assert path.read_text(encoding="utf-8") == ""


def test_nothing_below_the_command_line_reads_the_environment() -> None:
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] != "cli":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\benviron\b", text), f"{name_of(path)} reads the environment"
            assert "getenv" not in text, f"{name_of(path)} reads the environment"


def test_only_the_bindings_know_python() -> None:
    for path in KERNEL.glob("*.hpp"):
        text = path.read_text(encoding="utf-8")
        assert "nanobind" not in text, f"{path.name} knows Python"
        assert "Python.h" not in text, f"{path.name} knows Python"


def test_the_twin_is_imported_by_nobody_but_the_selftest() -> None:
    for path in FILES:
        if path.name.startswith("reference") or path.name == "selftest.py":
            continue
        imports = [x for x in path.read_text(encoding="utf-8").splitlines() if "import" in x]
        assert "algorithms.reference" not in "".join(imports), f"{name_of(path)} imports the twin"
