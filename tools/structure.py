"""The structure of the source: which room may import which, and the picture of it.

    python tools/structure.py        write docs/architecture.svg

``tests/test_architecture.py`` checks every import against the ranks below, and that the picture is
of today. A room is a package or a module: a name of the first level below ``src/iscckit``, a name
below one of the packages of ``ROOMS``, or a folder of the kernel.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "iscckit"
KERNEL: Final = ROOT / "kernel"
PICTURE: Final = ROOT / "docs" / "architecture.svg"

Ranks = tuple[tuple[str, ...], ...]

# Each row may import the rows above it, and nothing beside or below.
TOP: Final[Ranks] = (
    ("errors", "version", "json_types", "_kernel"),
    ("files", "codec", "workers"),
    ("algorithms", "models"),
    ("units", "index", "media"),
    ("comparison", "compat", "asset_search"),
    ("records", "selftest"),
    ("library",),
    ("trust",),
    ("render",),
    ("server", "notebook"),
    ("cli",),
)
ROOMS: Final[dict[str, Ranks]] = {
    "server": (
        ("settings",),
        ("http",),
        ("uploads", "openapi", "schemas", "hub"),
        ("jobs",),
        ("services",),
        ("routes", "pages"),
        ("app",),
    ),
    "library": (
        ("catalog",),
        ("fingerprints",),
        ("partitions",),
        ("scan", "search", "clusters"),
        ("check", "pairs"),
        ("library", "export", "overview"),
    ),
    "trust": (
        ("proof",),
        ("rights", "keys", "remote"),
        ("log",),
        ("claims",),
        ("declarations",),
    ),
    "media": (
        ("picture_grid", "encoding"),
        ("content_values",),
        ("formats",),
        ("archive", "open_file", "detect", "xml_tree"),
        ("readers",),
        ("metadata",),
        ("embed",),
    ),
}
KERNEL_RANKS: Final[Ranks] = (
    ("simd", "tables"),
    ("hash",),
    ("codec", "data", "image", "av", "search", "bao"),
    ("text",),
    ("bind",),
)

_INCLUDE: Final = re.compile(r'#include "([\w/]+)\.hpp"')


def modules() -> dict[str, Path]:
    """Return the files of all modules by their names below ``iscckit``."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, known: Mapping[str, Path]) -> set[str]:
    """Return which modules ``name`` imports, for types only and when it is called included."""
    found = set()
    for node in ast.walk(ast.parse(known[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("iscckit."):
                    found.add(alias.name.removeprefix("iscckit."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "iscckit":
            below = (node.module or "").removeprefix("iscckit").lstrip(".")
            for alias in node.names:
                full = f"{below}.{alias.name}".lstrip(".")
                found.add(full if full in known or full == "_kernel" else below)
    return found - {name, ""}


def graph() -> dict[str, set[str]]:
    """Return which modules each module imports."""
    known = modules()
    return {name: imports(name, known) for name in known if name}


def kernel_graph() -> dict[str, set[str]]:
    """Return which headers each file of the kernel includes; ``folder/name`` without suffix."""
    found: dict[str, set[str]] = {}
    for path in sorted(KERNEL.glob("*/*.[hc]pp")):
        name = f"{path.parent.name}/{path.stem}"
        names = _INCLUDE.findall(path.read_text(encoding="utf-8"))
        targets = {each if "/" in each else f"{path.parent.name}/{each}" for each in names}
        found.setdefault(name, set()).update(targets - {name})
    return found


def rooms(of: Mapping[str, set[str]], inside: str = "", sign: str = ".") -> dict[str, set[str]]:
    """Return which rooms import which, from what their files import.

    Args:
        of: As ``graph`` or ``kernel_graph`` gives it.
        inside: The package whose rooms are meant; the first level by default.
        sign: What separates a room from what is in it.
    """
    start = f"{inside}{sign}" if inside else ""
    found: dict[str, set[str]] = {}
    for name, targets in of.items():
        if name.startswith(start):
            own = name.removeprefix(start).split(sign)[0]
            others = {
                each.removeprefix(start).split(sign)[0]
                for each in targets
                if each.startswith(start)
            }
            found.setdefault(own, set()).update(others - {own})
    return found


def upward(arrows: Mapping[str, set[str]], ranks: Ranks) -> Iterator[str]:
    """Yield each arrow that does not lead to a lower row, and each room without a row."""
    rank = {name: row for row, names in enumerate(ranks) for name in names}
    for name, targets in arrows.items():
        if name not in rank:
            yield f"{name} has no rank"
        for target in sorted(targets):
            if rank.get(target, -1) >= rank.get(name, -1):
                yield f"{name} may not import {target}"


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """Return names that import each other in a circle; empty if there is no circle."""
    done: set[str] = set()
    for start in arrows:
        way: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(arrows[start])))]
        while way and start not in done:
            names = [name for name, _ in way]
            step = next(way[-1][1], None)
            if step is None:
                done.add(way.pop()[0])
            elif step in names:
                return [*names[names.index(step) :], step]
            elif step in arrows and step not in done:
                way.append((step, iter(sorted(arrows[step]))))
    return []


_WIDTH: Final = 960
_ROW: Final = 30
_GAP: Final = 8
_STYLE: Final = (
    "text{font:13px ui-monospace,monospace;fill:#1b1f24}.small{font-size:11px;fill:#57606a}"
    "rect{fill:#f6f8fa;stroke:#8c959f}.inner{fill:#fff;stroke:#d0d7de}"
    ".back{fill:#fff;stroke:none}"
)


def _box(x: float, y: float, width: float, name: str, rows: Ranks) -> Iterator[str]:
    height = _ROW + len(rows) * (_ROW + _GAP)
    yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height}" rx="5"/>'
    yield f'<text x="{x + 10:g}" y="{y + 20:g}">{escape(name)}</text>'
    for line, names in enumerate(reversed(rows)):
        top = y + _ROW + line * (_ROW + _GAP)
        cell = (width - _GAP) / len(names)
        for column, each in enumerate(names):
            left = x + _GAP + column * cell
            yield (
                f'<rect class="inner" x="{left:g}" y="{top:g}" width="{cell - _GAP:g}" '
                f'height="{_ROW}" rx="4"/>'
            )
            yield f'<text class="small" x="{left + 8:g}" y="{top + 19:g}">{escape(each)}</text>'


def draw() -> str:
    """Return the picture: the rows from the highest to the lowest, with the rooms inside."""
    inner = ROOMS | {"_kernel": KERNEL_RANKS}
    shapes: list[str] = []
    y = float(_GAP)
    for names in reversed(TOP):
        weights = [4.0 if name in inner else 1.0 for name in names]
        unit = (_WIDTH - _GAP * (len(names) + 1)) / sum(weights)
        x = float(_GAP)
        for name, weight in zip(names, weights, strict=True):
            shapes.extend(_box(x, y, unit * weight, name, inner.get(name, ())))
            x += unit * weight + _GAP
        tallest = max(len(inner.get(name, ())) for name in names)
        y += _ROW + tallest * (_ROW + _GAP) + 2 * _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y:g}" role="img" '
        'aria-label="Each row imports only the rows below it">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="back" width="{_WIDTH}" height="{y:g}"/>\n' + "\n".join(shapes) + "\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
