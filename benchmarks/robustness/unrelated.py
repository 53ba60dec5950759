"""Count how often units of unrelated content agree, and write the table that compare shows.

    python -m benchmarks.robustness.unrelated MEDIA [--write]

MEDIA is the folder of ``python -m benchmarks.media``. Each file of a work is compared with each
file of every other work. Files of one work, and versions of one picture, are no unrelated pairs.
The table goes into src/iscckit/comparison/unrelated.py.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from iscckit.codec.unit import Unit
from iscckit.records.batch import create_many
from iscckit.records.options import Options
from iscckit.units.quality import flag_of

TABLE: Final = Path(__file__).parents[2] / "src" / "iscckit" / "comparison" / "unrelated.py"
STEPS: Final = 32  # entries of a table above half of the bits
SIZES: Final = (64, 256)
_BEGIN: Final = "# table: begin\n# fmt: off\n"
_END: Final = "# fmt: on\n# table: end\n"
_NAMES: Final = {
    (0, 0): "META", (2, 0): "TEXT", (2, 1): "IMAGE", (2, 2): "AUDIO", (2, 3): "VIDEO",
    (3, 0): "DATA",
}  # fmt: skip

Kind = tuple[int, int]


def read_units(media: Path) -> dict[Kind, list[tuple[str, bytes]]]:
    """Return the work and the 256 bits of each unit, by kind; plain content is left out."""
    works: dict[str, str] = json.loads((media / "works.json").read_text(encoding="utf-8"))
    names = [name for name in works if not name.startswith("whole/")]
    found: dict[Kind, list[tuple[str, bytes]]] = {}
    paths = [str(media / name) for name in names]
    for name, result in zip(names, create_many(paths, Options(bits=256)), strict=True):
        for unit in () if result.record is None else result.record.units:
            kind = (int(unit.maintype), int(unit.subtype))
            if kind in _NAMES and not flag_of(Unit(unit.maintype, unit.subtype, unit.body)):
                found.setdefault(kind, []).append((works[name], unit.body))
    return found


def count(units: list[tuple[str, bytes]], bits: int) -> tuple[int, list[int]]:
    """Return the number of pairs of different works, and how many agree in so many bits.

    Args:
        units: Work and bits of each unit.
        bits: Number of bits that are compared.

    Returns:
        Entry i counts the pairs that agree in at least ``bits / 2 * (1 + i / STEPS)`` bits.
    """
    works = np.array([work for work, _ in units])
    words = np.frombuffer(b"".join(body[: bits // 8] for _, body in units), np.uint64)
    rows = words.reshape(len(units), -1)
    equal = np.zeros(bits + 1, np.int64)
    for i in range(len(units) - 1):
        apart = works[i + 1 :] != works[i]
        differing = np.bitwise_count(rows[i + 1 :] ^ rows[i]).sum(axis=1)[apart]
        equal += np.bincount(bits - differing.astype(np.int64), minlength=bits + 1)
    at_least = equal[::-1].cumsum()[::-1]
    step = bits // 2 // STEPS
    return int(equal.sum()), [int(at_least[bits // 2 + i * step]) for i in range(STEPS + 1)]


def table(found: dict[Kind, list[tuple[str, bytes]]]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "UNRELATED: Final[dict[tuple[int, int], Counts]] = {"
    for kind, units in sorted(found.items()):
        counted = [count(units, bits) for bits in SIZES]
        yield f"    {kind}: Counts(  # {_NAMES[kind]}: {len({w for w, _ in units})} works"
        yield f"        {counted[0][0]},"
        for _, values in counted:
            text = f"({', '.join(map(str, values))}),"
            yield from textwrap.wrap(text, 92, initial_indent=" " * 8, subsequent_indent=" " * 12)
        yield "    ),"
    yield "}"


def main() -> None:
    """Count, print, and write the table if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("media", type=Path)
    parser.add_argument("--write", action="store_true", help="write the table into the source")
    options = parser.parse_args()
    lines = "\n".join(table(read_units(options.media))) + "\n"
    print(lines)
    if options.write:
        source = TABLE.read_text(encoding="utf-8")
        head, rest = source.split(_BEGIN)
        TABLE.write_text(head + _BEGIN + lines + _END + rest.split(_END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
