"""``make audit``: no floor and no locked version has a known hole.

    python tools/audit.py

Compares the floors of pyproject.toml and the versions of requirements/*.txt with
tools/advisories.toml, without the network. A difference ends the run with 1.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT: Final = Path(__file__).resolve().parent.parent
ADVISORIES: Final = ROOT / "tools" / "advisories.toml"
LOCKS: Final = (ROOT / "requirements" / "image.txt", ROOT / "requirements" / "ci.txt")

Advisories = Mapping[str, Mapping[str, Any]]


def floors(requirements: Iterable[str]) -> dict[str, Version]:
    """Return the lowest version that each requirement admits, by name; 0 if it admits all."""
    found: dict[str, Version] = {}
    for requirement in map(Requirement, requirements):
        lowest = [Version(s.version) for s in requirement.specifier if s.operator in (">=", "==")]
        found[canonicalize_name(requirement.name)] = max(lowest, default=Version("0"))
    return found


def pins(text: str) -> list[tuple[str, Version]]:
    """Return name and version of each line ``name==version`` of a lock."""
    rows = re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, flags=re.MULTILINE)
    return [(canonicalize_name(name), Version(version)) for name, version in rows]


def holes(where: str, versions: Iterable[tuple[str, Version]], known: Advisories) -> list[str]:
    """Return a sentence for each version that is below the first one without known holes."""
    return [
        f"{where}: {name} {version} has {', '.join(known[name]['advisories'])}; "
        f"{known[name]['fixed']} is the first release without"
        for name, version in versions
        if name in known and version < Version(known[name]["fixed"])
    ]


def missing(have: Iterable[str], known: Advisories) -> list[str]:
    """Return a sentence for each direct package of the advisories that is not required."""
    direct = {name for name, row in known.items() if not row.get("indirect")}
    return [
        f"pyproject.toml: {name} has advisories and is not required"
        for name in sorted(direct - set(have))
    ]


def main() -> int:
    """Compare floors and locks; return the exit code."""
    known = tomllib.loads(ADVISORIES.read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [each for group in project["optional-dependencies"].values() for each in group]
    lowest = floors([*project["dependencies"], *optional])
    found = missing(lowest, known) + holes("pyproject.toml", lowest.items(), known)
    for lock in LOCKS:
        rows = pins(lock.read_text(encoding="utf-8"))
        found += holes(lock.name, rows, known)
    print("\n".join([*found, f"{len(known)} packages with advisories, {len(found)} holes"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
