"""The sources of the kernel keep one layout and one style of names."""

import re
from pathlib import Path

KERNEL = Path(__file__).parent.parent.parent / "kernel"
WIDTH = 100  # of .clang-format
SOURCES = {
    path.relative_to(KERNEL).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(KERNEL.glob("*/*.[hc]pp"))
    if path.parent.name != "tables"
}


def test_lines_are_as_wide_as_the_formatter_makes_them() -> None:
    assert SOURCES
    for name, text in SOURCES.items():
        lines = text.splitlines()
        assert max(map(len, lines)) <= WIDTH, name
        assert not any("\t" in line or line != line.rstrip() for line in lines), name


def test_constants_are_in_snake_case() -> None:
    for name, text in SOURCES.items():
        code = re.sub(r"//.*", "", text)
        for found in re.findall(r"\bconstexpr\s+[\w:<>, ]+?\s(\w+)\s*(?:\[\w*\])*\s*[={]", code):
            assert found == found.lower(), f"{name}: {found}"
