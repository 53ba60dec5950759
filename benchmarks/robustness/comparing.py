"""Recall and false verdicts of ``iscc compare`` on two files, by codes alone and with parts.

    python -m benchmarks.robustness.comparing MEDIA [--write]

MEDIA is the folder of ``python -m benchmarks.media``. Some originals of each kind are compared with
parts of themselves, and with originals of other works. Verdicts of codes alone count as found if
they are near; those with parts if they are near or part. The table goes into docs/robustness.md.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from benchmarks.robustness.coding import Codec, filtered_film, filtered_sound, length_of
from iscckit.comparison.verdict import compare
from iscckit.library.pairs.find_part import compare_files
from iscckit.library.search.query import Query, build_query

PAGE: Final = Path(__file__).parents[2] / "docs" / "robustness.md"
ORIGINALS: Final = {"pictures": 40, "texts": 40, "sounds": 20, "films": 12}  # of as many works
APART: Final = 250  # unrelated pairs of each kind
_BEGIN, _END = "<!-- compare: begin -->\n", "<!-- compare: end -->"
_MP3: Final[Codec] = ("libmp3lame", 128_000, {})
_H264: Final[Codec] = ("libx264", 0, {"crf": "28", "preset": "veryfast"})

Change = Callable[[Path, Path], Path | None]


def _picture(edit: Callable[[Image.Image], Image.Image]) -> Change:
    def change(source: Path, folder: Path) -> Path:
        with Image.open(source) as picture:
            edit(picture.convert("RGB")).save(folder / "changed.jpg", quality=75)
        return folder / "changed.jpg"

    return change


def _crop(cut: float, *, centred: bool = True) -> Change:
    """Cut a share of each side away: half of it on both sides, or all on the right and below."""

    def edit(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        x, y = width * cut, height * cut
        box = (
            (x / 2, y / 2, width - x / 2, height - y / 2)
            if centred
            else (0, 0, width - x, height - y)
        )
        return picture.crop(tuple(map(round, box)))  # type: ignore[arg-type]  # four numbers

    return _picture(edit)


def _turn(turns: int) -> Change:
    return _picture(lambda picture: picture.rotate(90 * turns, expand=True))


def _quote(length: int, edited: float = 0.0) -> Change:
    """Take so many characters from the middle, and replace a share of the words."""

    def change(source: Path, folder: Path) -> Path:
        text = source.read_text(encoding="utf-8")
        start = len(text) // 2
        words = re.split(r"(\s+)", text[start : start + length])
        chosen = random.Random(length)
        edit = [w if chosen.random() >= edited or w.isspace() else "changed" for w in words]
        (folder / "quote.txt").write_text("".join(edit), encoding="utf-8")
        return folder / "quote.txt"

    return change


def _sound(seconds: float) -> Change:
    def change(source: Path, folder: Path) -> Path | None:
        if length_of(source) < 2 * seconds:
            return None
        filtered_sound(source, folder / "clip.mp3", _MP3, (), (10.0, 10.0 + seconds))
        return folder / "clip.mp3"

    return change


def _film(seconds: float, filters: tuple[tuple[str, str], ...] = ()) -> Change:
    def change(source: Path, folder: Path) -> Path | None:
        if length_of(source) < 1.5 * seconds:
            return None
        filtered_film(source, folder / "clip.mp4", _H264, filters, (1.0, 1.0 + seconds))
        return folder / "clip.mp4"

    return change


CHANGES: Final[dict[str, dict[str, Change]]] = {
    "pictures": {
        "crop: 5 % of each side, centred": _crop(0.05),
        "crop: 10 % of each side, centred": _crop(0.1),
        "crop: 25 % of each side, centred": _crop(0.25),
        "crop: 25 % of each side, right and below": _crop(0.25, centred=False),
        "mirrored": _picture(ImageOps.mirror),
        "turned by 90 degrees": _turn(1),
        "turned by 180 degrees": _turn(2),
        "JPEG q 75, nothing cut": _picture(lambda picture: picture),
    },
    "texts": {
        "quote of 120 characters": _quote(120),
        "quote of 300 characters": _quote(300),
        "quote of 300 characters, 5 % of the words changed": _quote(300, 0.05),
        "quote of 1000 characters": _quote(1000),
    },
    "sounds": {"clip of 5 s, MP3": _sound(5), "clip of 15 s, MP3": _sound(15)},
    "films": {"clip of 3 s, H.264": _film(3), "clip of 6 s, H.264": _film(6)},
}


def originals(media: Path, kind: str) -> list[tuple[str, Query]]:
    """Return one file of each of some works, with what search would look for with it."""
    works: dict[str, str] = json.loads((media / "works.json").read_text(encoding="utf-8"))
    first: dict[str, str] = {}
    for name, work in works.items():
        if name.startswith(f"{kind}/"):
            first.setdefault(work, name)
    chosen = random.Random(7).sample(sorted(first), min(len(first), ORIGINALS[kind]))
    return [
        (str(media / first[work]), build_query(str(media / first[work]), "file")) for work in chosen
    ]


def judge(a: Query, b: Query) -> tuple[bool, bool]:
    """Tell whether two files are found to share content: by codes alone, and with parts.

    Titles and bytes do not count.
    """
    codes = compare(a.units, b.units, quality_a=a.flags, quality_b=b.flags)
    parts = compare_files(a, b)
    content = {"identical", "near", "semantic", "part"}
    return codes.verdict in content, parts.verdict in content


def rows(media: Path) -> Iterator[str]:
    """Yield the rows of the table: recall of each change, then false verdicts of each kind."""
    for kind, changes in CHANGES.items():
        known = originals(media, kind)
        for name, change in changes.items():
            found = []
            for path, query in known:
                with tempfile.TemporaryDirectory() as folder:
                    changed = change(Path(path), Path(folder))
                    if changed is not None:
                        found.append(judge(query, build_query(str(changed), "file")))
            yield _row(f"{kind}: {name}", found)
        pairs = list(combinations((query for _, query in known), 2))
        apart = random.Random(7).sample(pairs, min(len(pairs), APART))
        yield _row(f"*{kind}: unrelated*", [judge(a, b) for a, b in apart])


def _row(name: str, found: list[tuple[bool, bool]]) -> str:
    before, after = (sum(pair[i] for pair in found) for i in (0, 1))
    row = f"| {name} | {len(found)} | {before} | {after} |"
    print(row, flush=True)
    return row


def main() -> None:
    """Measure, print, and write the table if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("media", type=Path)
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    options = parser.parse_args()
    head = ["| change | pairs | found by codes | found with parts |", "|---|---:|---:|---:|"]
    lines = "\n".join([*head, *rows(options.media)]) + "\n"
    if options.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(_BEGIN)
        PAGE.write_text(before + _BEGIN + lines + _END + rest.split(_END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
