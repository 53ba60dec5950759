"""Every name that users of iscc_core and iscc_lib can call is here or is listed as missing."""

import inspect
import re
from enum import EnumMeta
from pathlib import Path
from types import ModuleType
from typing import get_origin

import iscc_core
import iscc_lib
import pytest

from iscckit import compat

PAGE = Path(__file__).parents[2] / "docs" / "compat.md"


def public(package: ModuleType) -> set[str]:
    """Names that belong to the package itself, not to what its modules happen to import."""
    names = set(getattr(package, "__all__", ()))
    for name, value in vars(package).items():
        home = getattr(value, "__module__", "") or ""
        own = home.startswith(package.__name__) and not inspect.ismodule(value)
        if not name.startswith("_") and own and get_origin(value) is None:
            names.add(name)
    return names - {"__version__"}


def missing() -> dict[str, str]:
    """Return the rows of the page's table of missing names: name -> instead."""
    table = PAGE.read_text(encoding="utf-8").partition("## Missing")[2]
    rows = re.findall(r"^\| (`.+?`) \| (.+?) \|$", table, flags=re.M)
    return {name: use for names, use in rows for name in re.findall(r"`(\w+)`", names)}


@pytest.mark.parametrize("package", [iscc_core, iscc_lib], ids=lambda p: p.__name__)
def test_each_name_is_here_or_listed_as_missing(package: ModuleType) -> None:
    absent = public(package) - set(compat.__all__)
    assert absent <= set(missing()), sorted(absent - set(missing()))


def test_nothing_is_both_here_and_missing() -> None:
    assert not set(missing()) & set(compat.__all__)


def test_all_lists_what_can_be_imported() -> None:
    for name in compat.__all__:
        assert hasattr(compat, name), name


ENUMERATIONS = [
    (package, name)
    for package in (iscc_core, iscc_lib)
    for name in sorted(set(compat.__all__) & public(package))
    if isinstance(getattr(package, name), EnumMeta)
]


@pytest.mark.parametrize(("package", "name"), ENUMERATIONS, ids=lambda value: str(value)[:20])
def test_members_of_enumerations_have_their_values(package: ModuleType, name: str) -> None:
    theirs, ours = getattr(package, name).__members__, getattr(compat, name).__members__
    assert {each: member.value for each, member in theirs.items()} == {
        each: ours[each].value for each in theirs
    }


COMMON = set(compat.__all__) & public(iscc_core)
FUNCTIONS = [name for name in sorted(COMMON) if not inspect.isclass(getattr(iscc_core, name))]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if callable(getattr(compat, name))])
def test_positional_arguments_and_defaults_are_those_of_iscc_core(name: str) -> None:
    theirs, ours = getattr(iscc_core, name), getattr(compat, name)
    expected = list(inspect.signature(theirs).parameters.values())
    actual = list(inspect.signature(ours).parameters.values())[: len(expected)]
    assert [p.name for p in actual] == [p.name for p in expected]
    assert [p.default for p in actual] == [p.default for p in expected]
