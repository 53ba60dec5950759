"""All code points in ten contexts: ``text_clean`` and ``text_collapse`` here and in both peers.

    python tools/unicode_sweep.py          compare with tests/data/unicode-sweep.json
    python tools/unicode_sweep.py --write  write that file

Ours must equal iscc_core everywhere: it is run with the tables of Unicode 16.0 from the package
unicodedata2, and code points whose lower case an older interpreter cannot know are left out. The
differences from the released iscc_lib are listed in the file; its own rule demands none. 22 million
comparisons with each peer take some minutes.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import FunctionType
from typing import Any, Final, NamedTuple

import iscc_lib
import unicodedata2

from iscckit.algorithms.text import UNICODE_VERSION, text_clean, text_collapse

ROOT: Final = Path(__file__).resolve().parent.parent
LIST: Final = ROOT / "tests" / "data" / "unicode-sweep.json"
BLOCK: Final = 0x4000

# What stands before and behind the code point: the eight of iscc-lib's own sweep, and two more for
# the rule that a sigma at the end of a word has another form.
CONTEXTS: Final = {
    "alone": ("", ""),
    "letters": ("a", "b"),
    "base and mark": ("e", "\u0301"),
    "jamo": ("\u1100", "\u1161"),
    "final sigma": ("\u0391\u03a3", "\u0392"),
    "marks": ("\u0301", "\u0301"),
    "spaces": (" ", " "),
    "capitals": ("A", "Z"),
    "before sigma": ("", "\u03a3"),
    "within a word": ("A", "\u03a3"),
}
Functions = tuple[Callable[[str], str], Callable[[str], str]]
NAMES: Final = ("text_clean", "text_collapse")
OURS: Final[Functions] = (text_clean, text_collapse)
LIB: Final[Functions] = (iscc_lib.text_clean, iscc_lib.text_collapse)


class Difference(NamedTuple):
    """A text that ours and a peer normalize differently."""

    function: str
    context: str
    code_point: str  # hexadecimal
    ours: str
    theirs: str


def core() -> Functions:
    """Return the functions of iscc_core with the tables of Unicode 16.0."""
    pairs = (("code_meta", "text_clean"), ("code_content_text", "text_collapse"))
    functions: list[Any] = [
        getattr(importlib.import_module(f"iscc_core.{module}"), name) for module, name in pairs
    ]
    # Copies, so that other users of iscc_core in this process keep the tables of the interpreter.
    clean, collapse = (
        FunctionType(each.__code__, each.__globals__ | {"unicodedata": unicodedata2})
        for each in functions
    )
    return clean, collapse


def scalars(start: int = 0, stop: int = 0x110000) -> Iterator[int]:
    """Yield all code points but surrogates."""
    yield from (code for code in range(start, stop) if not 0xD800 <= code <= 0xDFFF)


def known(codes: Iterable[int]) -> list[int]:
    """Return the code points of which the interpreter knows what Unicode 16.0 says."""
    return [c for c in codes if unicodedata.category(chr(c)) == unicodedata2.category(chr(c))]


def compare(codes: Iterable[int], theirs: Functions) -> list[Difference]:
    """Return where ours and a peer differ, for each code point in each context."""
    found = []
    for code in codes:
        char = chr(code)
        for context, (before, behind) in CONTEXTS.items():
            text = before + char + behind
            for name, our, their in zip(NAMES, OURS, theirs, strict=True):
                if our(text) != their(text):
                    row = Difference(name, context, f"{code:04X}", our(text), their(text))
                    found.append(row)
    return found


def _compare_block(start: int) -> tuple[list[Difference], list[Difference]]:
    codes = list(scalars(start, start + BLOCK))
    return compare(known(codes), core()), compare(codes, LIB)


def sweep() -> tuple[list[Difference], list[Difference]]:
    """Return all differences from iscc_core and from iscc_lib."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        blocks = list(pool.map(_compare_block, range(0, 0x110000, BLOCK)))
    return [row for a, _ in blocks for row in a], [row for _, b in blocks for row in b]


def listed() -> list[Difference]:
    """Return the stored differences from iscc_lib."""
    stored = json.loads(LIST.read_text(encoding="ascii"))
    return [Difference(*row) for row in stored["differences"]]


def render(rows: Iterable[Difference]) -> str:
    """Return the text of the file, a line for each difference."""
    head = {
        "about": "Texts that iscc_lib does not normalize as iscc_core does with Unicode 16.0, and "
        "ours: function, context, code point, ours, theirs. Made by tools/unicode_sweep.py.",
        "iscc_lib": iscc_lib.__version__,
        "unicode": UNICODE_VERSION,
        "contexts": CONTEXTS,
    }
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    text = json.dumps(head, indent=1).removesuffix("\n}")
    return f'{text},\n "differences": [\n{lines}\n ]\n}}\n'


def main(write: bool) -> int:
    """Sweep; write the list, or compare with it; return the exit code."""
    from_core, from_lib = sweep()
    for row in from_core:
        print("not as iscc_core:", row)
    if write:
        LIST.write_text(render(from_lib), encoding="ascii")
    changed = sorted(set(from_lib) ^ set(listed()))
    for row in changed:
        print("in one of sweep and list:", row)
    print(
        f"{len(from_core)} differences from iscc_core, {len(from_lib)} from iscc_lib "
        f"{iscc_lib.__version__}, of which {len(listed())} are listed"
    )
    return 1 if from_core or changed else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))
