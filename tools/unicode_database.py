"""Read the Unicode Character Database into the contents of unicode16.json."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from iscckit.algorithms.twin.text import UNICODE_VERSION

_ALL: Final = range(0x110000)
_LICENCE: Final = (
    "Unicode-3.0, Copyright 1991-2024 Unicode, Inc., https://www.unicode.org/license.txt"
)


def _fields(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        content = line.partition("#")[0].strip()
        if content:
            yield [field.strip() for field in content.split(";")]


def _property(path: Path, *names: str) -> set[int]:
    """Collect the code points of a property file whose value is one of ``names``."""
    members: set[int] = set()
    for codes, value, *_ in _fields(path):
        if value in names:
            first, _, last = codes.partition("..")
            members.update(range(int(first, 16), int(last or first, 16) + 1))
    return members


def _characters(path: Path) -> dict[int, list[str]]:
    """Read UnicodeData.txt, with its two-line ranges expanded."""
    rows: dict[int, list[str]] = {}
    first = 0
    for code, *fields in _fields(path):
        name = fields[0]
        if name.endswith(", First>"):
            first = int(code, 16)
        elif name.endswith(", Last>"):
            rows.update(dict.fromkeys(range(first, int(code, 16) + 1), fields))
        else:
            rows[int(code, 16)] = fields
    return rows


def _runs(letter_of: Callable[[int], str]) -> str:
    groups = groupby(_ALL, letter_of)
    return "".join(f"{sum(1 for _ in members)}{letter}" for letter, members in groups)


def _flags(members: set[int]) -> str:
    return _runs(lambda code: "y" if code in members else "n")


def _mapping(mapping: dict[int, str]) -> str:
    """Write the form that ``reference_text.read_mapping`` reads."""
    entries = []
    previous, value = -1, [-1]
    for key, target in sorted(mapping.items()):
        codes = [ord(char) for char in target]
        follows = len(codes) == len(value) == 1 and codes[0] == value[0] + 1
        text = "" if follows else " ".join(f"{code:X}" for code in codes)
        entries.append(text if key == previous + 1 else f"{key:X}:{text}")
        previous, value = key, codes
    return ",".join(entries)


def _text(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


def _lower(characters: dict[int, list[str]], special: Path) -> dict[int, str]:
    lower = {code: _text(row[12]) for code, row in characters.items() if row[12]}
    # Rows with a fifth field hold under a condition: a language, or the final sigma, which
    # the code handles as a rule.
    lower |= {int(row[0], 16): _text(row[1]) for row in _fields(special) if not row[4]}
    return {code: target for code, target in lower.items() if target != chr(code)}


def extract(folder: Path) -> dict[str, Any]:
    """Return the contents of unicode16.json."""
    names = ("UnicodeData", "PropList", "SpecialCasing", "CompositionExclusions")
    paths = {name: folder / f"{name}.txt" for name in names}
    paths["WordBreakProperty"] = folder / "auxiliary/WordBreakProperty.txt"
    characters = _characters(paths["UnicodeData"])
    category = {code: row[1] for code, row in characters.items()}
    canonical = {c: _text(row[4]) for c, row in characters.items() if row[4] and row[4][0] != "<"}
    combining = {c: int(row[2]) for c, row in characters.items() if row[2] != "0"}

    def of(*names: str) -> set[int]:
        return {code for code, name in category.items() if name in names}

    excluded = {int(row[0], 16) for row in _fields(paths["CompositionExclusions"])}
    excluded |= {
        code
        for code, parts in canonical.items()
        if len(parts) == 2 and (code in combining or ord(parts[0]) in combining)
    }
    cased = _property(paths["PropList"], "Other_Lowercase", "Other_Uppercase") | of(
        "Lu", "Ll", "Lt"
    )
    ignorable = _property(paths["WordBreakProperty"], "MidLetter", "MidNumLet", "Single_Quote")
    return {
        "unicode": UNICODE_VERSION,
        "licence": _LICENCE,
        "source": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths.values()
        },
        "category": _runs(lambda code: category.get(code, "Cn")[0]),
        "whitespace": sorted(_whitespace(characters)),
        "cased": _flags(cased),
        "case_ignorable": _flags(ignorable | of("Mn", "Me", "Cf", "Lm", "Sk")),
        "combining": {
            str(group): _flags({code for code, value in combining.items() if value == group})
            for group in sorted(set(combining.values()))
        },
        "lower": _mapping(_lower(characters, paths["SpecialCasing"])),
        "canonical": _mapping(canonical),
        "compatibility": _mapping(
            {
                code: _text(row[4].partition("> ")[2])
                for code, row in characters.items()
                if row[4].startswith("<")
            }
        ),
        "composition_exclusions": sorted(excluded),
    }


def _whitespace(characters: dict[int, list[str]]) -> set[int]:
    """Collect what ``str.isspace`` accepts: separators by category or by direction."""
    return {
        code for code, row in characters.items() if row[1] == "Zs" or row[3] in ("WS", "B", "S")
    }
