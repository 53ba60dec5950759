"""The public names are one list, all of them exist, and importing them is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import iscckit

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "PIL", "rich", "click", "blake3", "rfc8785", "dataclasses", "inspect"}


@pytest.mark.parametrize("name", iscckit.__all__)
def test_every_public_name_exists_and_is_documented(name: str) -> None:
    assert getattr(iscckit, name).__doc__


def test_the_list_for_type_checkers_is_the_public_list() -> None:
    tree = ast.parse((ROOT / "src" / "iscckit" / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("iscckit")
        for alias in node.names
    }
    assert typed == set(iscckit.__all__)
    assert sorted(iscckit.__all__) == dir(iscckit)


def test_no_public_name_is_hidden_by_a_module_of_the_same_name() -> None:
    modules = {p.stem for p in (ROOT / "src" / "iscckit").iterdir()}
    assert modules & set(iscckit.__all__) == {"errors"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = iscckit.nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = (
        "import sys; before = set(sys.modules); import iscckit; print(*set(sys.modules) - before)"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert HEAVY.isdisjoint(output.split())


def test_the_api_page_is_current() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tools.api_reference", "--check"], cwd=ROOT, check=False
    )
    assert result.returncode == 0, "run make docs"
