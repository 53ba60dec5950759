"""Fit the table of evidence in library/search/evidence.py to what was kept of a run.

    python -m benchmarks.robustness.fitting MEDIA KEPT [--write]

KEPT is the folder of ``python -m benchmarks.robustness MEDIA --keep KEPT``.

* **Unrelated** are pairs of a variant and any item of another work in the library. Beyond the
  agreement that ten pairs reach, their share is taken to fall on as it fell before.
* **Same** are pairs of a variant and its original, over all changes alike.
* Titles: half of the copies are taken to be renamed altogether, the others as systems do it.
* Passages: how often unrelated items have one of so many codes, for each code of the query. That a
  copy has one is taken for granted.
"""

from __future__ import annotations

import argparse
import pickle
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log2
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.robustness.asking import Media, Prepared
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item
from iscckit.library.partitions.store import Partitions
from iscckit.library.search import evidence
from iscckit.library.search.candidates import find_series_hits
from iscckit.library.search.passages import align, count_places
from iscckit.units.meta import meta_code

Counts = dict[float, float]  # a share of equal bits, and how many pairs have it

FROM: Final = 0.5  # share of equal bits at the first entry
ENTRIES: Final = 17
PASSAGE_ENTRIES: Final = 11  # up to 1024 codes
_BEGIN: Final = "# table: begin\n# fmt: off\n"
_END: Final = "# fmt: on\n# table: end\n"
_ENOUGH: Final = 10  # pairs from which a share is measured
_FLOOR: Final = 1e-3  # share of the copies that may agree in any way: nothing is quite impossible
_SMOOTH: Final = 0.02  # of the bits
_LEAST_PART: Final = 0.25  # of the pairs that reach an entry and are taken to stay below the next
KINDS: Final = (
    (MainType.META, 0),
    (MainType.CONTENT, SubType.TEXT),
    (MainType.CONTENT, SubType.IMAGE),
    (MainType.CONTENT, SubType.AUDIO),
    (MainType.CONTENT, SubType.VIDEO),
    (MainType.DATA, 0),
)
_RENAMED: Final = ("{}", "Copy of {}", "{} (1)", "{}_final", "{}-small")
Kept = list[tuple[str, str, list[Prepared]]]


def kept_of(media: Media, folder: Path) -> Kept:
    """Return file, work and variants of each original."""
    found = []
    for path in sorted(folder.glob("*.pickle")):
        kind, _, rest = path.name.partition("-")
        original = media.folder / kind / rest.removesuffix(".pickle")
        if original.exists():
            variants: list[Prepared] = pickle.loads(path.read_bytes())
            found.append((str(original), media.work(original), variants))
    return found


def _equal(bodies: np.ndarray[Any, Any], body: bytes, size: int) -> np.ndarray[Any, Any]:
    mine = np.frombuffer(body[:size], np.uint8)
    apart = np.bitwise_count(bodies[:, :size] ^ mine).sum(axis=1, dtype=np.int64)
    return np.asarray(8 * size - apart)


def unit_counts(
    kept: Kept, items: Iterable[Item], media: Media, kind: tuple[int, int], bits: int
) -> tuple[Counts, Counts]:
    """Return how unrelated units of a kind agree, and how those of copies do."""
    known = [(item.path, media.work(item.path), unit.body) for item in items
             for unit in item.units if (unit.maintype, unit.subtype) == kind]  # fmt: skip
    works = np.array([work for _, work, _ in known])
    bodies = np.array([list(body) for _, _, body in known], np.uint8)
    place = {path: i for i, (path, _, _) in enumerate(known)}
    unrelated: Counter[int] = Counter()
    same: Counter[int] = Counter()
    for path, work, unit in _asked(kept, known, kind):
        equal = _equal(bodies, unit.body, bits // 8)
        unrelated.update(equal[works != work].tolist())
        if path in place:
            same[int(equal[place[path]])] += 1
    return _shares(unrelated, bits), _shares(same, bits)


def _asked(
    kept: Kept, known: list[tuple[str, str, bytes]], kind: tuple[int, int]
) -> Iterable[tuple[str, str, Unit]]:
    """Yield original, its work and the unit of a copy."""
    if kind[0] == MainType.META:
        for path, work, _ in known:
            for form in _RENAMED:
                yield path, work, meta_code(form.format(Path(path).stem), bits=256)
        return
    for path, work, variants in kept:
        for each in variants:
            if each.codes:
                for unit in each.query.units:
                    if (unit.maintype, unit.subtype) == kind:
                        yield path, work, unit


def _shares(counts: Mapping[int, int], bits: int) -> Counts:
    return {equal / bits: float(n) for equal, n in counts.items()}


def _reached(counts: Counts, share: float) -> float:
    """Return how many pairs agree in at least this share, at least as many as decay leaves."""
    reached = sum(n for at, n in counts.items() if at >= share)
    if reached >= _ENOUGH:
        return reached
    ordered = sorted(counts, reverse=True)
    total, marks = 0.0, {}
    for at in ordered:
        total += counts[at]
        for goal in (_ENOUGH, 100 * _ENOUGH):
            if total >= goal and goal not in marks:
                marks[goal] = (at, total)
    if len(marks) < 2:
        return float(_ENOUGH)
    (high, few), (low, many) = marks[_ENOUGH], marks[100 * _ENOUGH]
    slope = (log2(many) - log2(few)) / max(high - low, 1e-3)
    return min(float(_ENOUGH), 2 ** (log2(few) - slope * (share - high)))


def table(unrelated: Counts, same: Counts, different: float = 0.0) -> tuple[float, ...]:
    """Return the evidence at each entry, from half of the bits to all of them.

    Args:
        unrelated: How unrelated pairs agree.
        same: How copies agree.
        different: The share of copies that agree no more than unrelated pairs do.
    """
    width, pairs, copies = (1 - FROM) / (ENTRIES - 1), sum(unrelated.values()), sum(same.values())
    values = []
    for i in range(ENTRIES):
        low, high = FROM + (i - 0.5) * width, FROM + (i + 0.5) * width
        low = 0.0 if i == 0 else low
        upper = 0.0 if i == ENTRIES - 1 else _reached(unrelated, high)
        reached = _reached(unrelated, low)
        background = max(reached - upper, _LEAST_PART * reached) / pairs
        mine = sum(n * _overlap(at, low, high) for at, n in same.items()) / copies
        mine = (1 - different) * ((1 - _FLOOR) * mine + _FLOOR / ENTRIES) + different * background
        values.append(log2(mine / background))
    return tuple(round(value, 1) for value in _rising(values))


def _overlap(at: float, low: float, high: float) -> float:
    """Return which part of a smoothed observation falls into an interval; the ends are open."""
    left, right = at - _SMOOTH, at + _SMOOTH
    high = 2.0 if high >= 1 else high
    return max(0.0, min(right, high) - max(left, low if low > 0 else -1.0)) / (right - left)


def _rising(values: list[float]) -> list[float]:
    """Return the nearest values that never fall: neighbours that do are averaged."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (mean * size + before * count) / (size + count), size + count
        blocks.append((mean, size))
    return [mean for mean, size in blocks for _ in range(size)]


def picture_counts(kept: Kept, catalog: Catalog, media: Media) -> tuple[Counts, Counts]:
    """Return how the best regions of unrelated pictures agree with a query, and those of copies."""
    paths: list[str] = []
    starts: list[int] = []
    parts: list[bytes] = []
    for item in catalog.items():
        for prints in catalog.fingerprints_of(item.id):
            if prints.kind == "picture":
                starts.append(sum(map(len, parts)) // 32)
                parts.append(prints.codes)
                paths.append(item.path)
    bodies = np.frombuffer(b"".join(parts), np.uint8).reshape(-1, 32)
    works = np.array([media.work(path) for path in paths])
    unrelated: Counter[int] = Counter()
    same: Counter[int] = Counter()
    for path, work, variants in kept:
        for each in variants[:: 3 if path in paths else len(variants)]:
            if not each.query.variants:
                continue
            best = np.zeros(len(paths), np.int64)
            for form in each.query.variants:
                equal = _equal(bodies, form.body, 32)
                best = np.maximum(best, np.maximum.reduceat(equal, starts))
            unrelated.update(best[works != work].tolist())
            if path in paths:
                same[int(best[paths.index(path)])] += 1
    return _shares(unrelated, 256), _shares(same, 256)


def passage(kept: Kept, catalog: Catalog, media: Media, kind: str) -> tuple[float, ...]:
    """Return the evidence of 1, 2, 4, 8 ... codes in line, for a query of one code."""
    partitions = Partitions(catalog)
    works = {item.id: media.work(item.path) for item in catalog.items()}
    having = sum(
        any(prints.kind == kind for prints in catalog.fingerprints_of(item)) for item in works
    )
    lengths: Counter[int] = Counter()
    chances = 0.0
    for _, work, variants in kept:
        for each in variants:
            series = each.query.series
            if series is not None and series.kind == kind:
                chances += len(series.codes) * having
                lengths.update(
                    count_places(line)
                    for item, line in align(series, find_series_hits(series, partitions)).items()
                    if works[item] != work
                )
    return rarity(lengths, chances)


def rarity(lengths: Mapping[int, int], chances: float) -> tuple[float, ...]:
    """Return how rare passages of 1, 2, 4, 8 ... codes are; what is too rare, by the last step.

    Args:
        lengths: How many unrelated pairs have a passage of so many codes, and none longer.
        chances: Codes of queries times items.
    """
    values: list[float] = []
    for entry in range(PASSAGE_ENTRIES):
        reached = sum(n for length, n in lengths.items() if length >= 2**entry)
        if reached >= _ENOUGH or not values:  # rarer than what could be measured
            values.append(log2(chances / max(reached, _ENOUGH)))
        else:
            step = values[-1] - values[-2] if len(values) > 1 else 1.0
            values.append(values[-1] + step)
    return tuple(round(value, 1) for value in values)


def _tuple(before: str, values: tuple[float, ...], after: str = "") -> str:
    """Return a tuple as source, in lines that are short enough."""
    indent = " " * (len(before) - len(before.lstrip()))
    lines = textwrap.wrap(f"{before.lstrip()}{values}{after}", 92, subsequent_indent="    ")
    return "\n".join(indent + line for line in lines)


def fitted(media: Media, folder: Path) -> str:
    """Return the tables as Python."""
    catalog, kept = Catalog(str(folder / "library")), kept_of(media, folder)
    items = [item for item in catalog.items_with_units_after(-1)]
    lines = [
        f"_FROM: Final = {FROM}  # share of equal bits at the first entry of a table",
        "# For codes of 64 bits and of 256 bits; entries at equal steps up to all bits.",
        "UNITS: Final[dict[tuple[int, int], tuple[tuple[float, ...], tuple[float, ...]]]] = {",
    ]
    for main, sub in KINDS:
        different = 0.5 if main == MainType.META else 0.0
        counted = (unit_counts(kept, items, media, (main, sub), bits) for bits in (64, 256))
        rows = [table(*counts, different) for counts in counted]
        name = f"SubType.{SubType(sub).name}" if main == MainType.CONTENT else "0"
        lines += [
            f"    (MainType.{main.name}, {name}): (",
            *(_tuple(" " * 8, row, ",") for row in rows),
            "    ),",
        ]
    lines.append("}")
    lines.append("# For the best variant of a query and a whole picture.")
    lines.append(_tuple("PICTURE: Final = ", table(*picture_counts(kept, catalog, media))))
    lines.append("# For 1, 2, 4, 8 ... codes in one line, and a query of one code.")
    lines.append("PASSAGES: Final[dict[str, tuple[float, ...]]] = {")
    lines += [
        _tuple(f'    "{kind}": ', passage(kept, catalog, media, kind), ",")
        for kind in ("text", "sound", "frame")
    ]
    return "\n".join([*lines, "}", ""])


def main() -> None:
    """Fit, print, and put the tables into the module if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("media", type=Path)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = fitted(Media(options.media), options.kept)
    print(text)
    if options.write:
        module = Path(evidence.__file__)
        before, begin, rest = module.read_text(encoding="utf-8").partition(_BEGIN)
        after = rest.partition(_END)[2]
        module.write_text(before + begin + text + _END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
