"""How surely a crop finds the picture it was cut from, and what it finds besides.

python -m benchmarks.crops FOLDER... [--large]

FOLDER has pictures, in any depth. The table in docs/decisions/0013-fingerprints.md is of the
Debian 12 packages gnome-backgrounds, lomiri-wallpapers-16.04, lomiri-wallpapers-20.04,
mate-backgrounds, palapeli-data, plasma-workspace-wallpapers, sway-backgrounds and ukui-wallpapers
(``apt-get download``, ``dpkg-deb -x``) and of the folder ``skimage/data`` in the wheel of
scikit-image 0.26. Of each motif one picture is taken, the one of the largest file.
"""

from __future__ import annotations

import io
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from PIL import Image, ImageOps

from iscckit.index.planes import Planes, build_tables
from iscckit.index.segment import Segment
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.partitions.partition import Partition
from iscckit.library.partitions.store import Partitions
from iscckit.library.scan.scan import scan
from iscckit.library.search.candidates import find_candidates, find_keypoint_hits
from iscckit.library.search.crops import find_crops
from iscckit.library.search.match import Region
from iscckit.library.search.passages import locate_passages
from iscckit.library.search.query import build_query
from iscckit.media.picture_grid import make_grid

if TYPE_CHECKING:
    from iscckit.library.catalog.item import Fingerprints

ENDINGS: Final = {".jpg", ".jpeg", ".png", ".webp"}
LEAST: Final = 250  # pixels of the shorter side
LARGEST: Final = 1600  # pixels of the longer side: larger ones are made so small first
AREAS: Final = ((0.5, 0.75), (0.75, 0.95), (0.25, 0.5))
NEAR: Final = 0.02  # of a side that an edge of the part may be off

Box = tuple[float, float, float, float]
Change = Callable[[Image.Image], Image.Image]


def motif(path: Path) -> str:
    """Return what a picture shows, after its name or the folder of all its sizes."""
    name = path.parts[path.parts.index("wallpapers") + 1] if "contents" in path.parts else path.stem
    return re.sub(r"([-_](l|d|left|right|portrait|no-logo|\d+x\d+|\d+))+$", "", name.lower())


def chosen(folders: list[Path]) -> list[Path]:
    """Return one picture a motif."""
    best: dict[str, Path] = {}
    paths = {p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in ENDINGS}
    for path in sorted(paths, key=lambda p: (p.stat().st_size, p)):
        with Image.open(path) as picture:
            if not path.is_symlink() and min(picture.size) >= LEAST:
                best[motif(path)] = path
    return sorted(best.values())


def crop(
    picture: Image.Image, chance: random.Random, least: float, most: float
) -> tuple[Image.Image, Box]:
    """Cut a part of random area, proportions and place."""
    area = chance.uniform(least, most)
    width = area ** chance.random()
    height = area / width
    left, top = chance.uniform(0, 1 - width), chance.uniform(0, 1 - height)
    box = (left, top, left + width, top + height)
    edges = [round(e * side) for e, side in zip(box, picture.size * 2, strict=True)]
    return picture.crop(tuple(edges)), box


def halved(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def mirrored(picture: Image.Image) -> Image.Image:
    return ImageOps.mirror(halved(picture))


CHANGES: Final[dict[str, Change]] = {
    "JPEG 75": lambda picture: picture,
    "half size, JPEG 75": halved,
    "mirrored, half size, JPEG 75": mirrored,
}


def queries(
    pictures: list[Path], least: float, most: float, change: Change
) -> Iterator[tuple[Path, bytes, Box]]:
    chance = random.Random(1)
    for path in pictures:
        with Image.open(path) as picture:
            part, box = crop(picture, chance, least, most)
        data = io.BytesIO()
        change(part).save(data, "JPEG", quality=75)
        yield path, data.getvalue(), box


def row(catalog: Catalog, folder: Path, area: tuple[float, float], name: str) -> str:
    """Ask for a crop of each picture; return a row of the table."""
    pictures = sorted((folder / "pictures").iterdir())
    paths = {item.id: Path(item.path) for item in catalog.items()}
    partitions = Partitions(catalog)
    found = placed = 0
    wrong: list[str] = []
    times = []
    for path, data, box in queries(pictures, *area, CHANGES[name]):
        query = folder / "query.jpg"
        query.write_bytes(data)
        begun = time.perf_counter()
        built = replace(build_query(str(query)), units=())  # passages only
        candidates = find_candidates(built, partitions, None)
        crops = find_crops(built.grid, candidates.keypoints, catalog)
        passages = locate_passages(built, candidates, crops)
        times.append(time.perf_counter() - begun)
        for item, (passage,) in passages.items():
            if paths[item] != path:
                wrong.append(f"{path.stem} -> {paths[item].stem}: {passage}")
                continue
            found += 1
            part = passage.place.box if isinstance(passage.place, Region) else None
            there = part or (0.0, 0.0, 1.0, 1.0)
            placed += all(abs(a - b) < NEAR for a, b in zip(there, box, strict=True))
    for line in wrong:
        print(f"  false: {line}", file=sys.stderr)
    count = len(pictures)
    share = f"{area[0]:.0%} to {area[1]:.0%}"
    return (
        f"| {share} | {name} | {found / count:.1%} | {placed / count:.1%} "
        f"| {len(wrong) / count * 100:.1f} | {median(times) * 1000:.0f} ms |"
    )


class Repeated:
    """A catalog of many items that are copies of few."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._count = len(list(catalog.items()))

    def fingerprints_of(self, number: int) -> list[Fingerprints]:
        """Return those of the item it is a copy of."""
        return self._catalog.fingerprints_of(number % self._count + 1)


def large(catalog: Catalog, pictures: list[Path], count: int = 100_000) -> str:
    """Time queries among the keypoints of so many pictures: those there are, with bits flipped."""
    prints = list(catalog.codes_after("spot", 0))
    codes = np.frombuffer(b"".join(each.codes for each in prints), ">u8").astype(np.uint64)
    places = np.frombuffer(b"".join(each.places for each in prints), "<u4").astype(np.int64)
    rows = len(codes) * count // len(prints)
    chance = np.random.default_rng(1)
    which = chance.integers(0, len(codes), rows)
    many = codes[which]
    for _ in range(8):
        many ^= np.uint64(1) << chance.integers(0, 64, rows).astype(np.uint64)
    keys = np.arange(rows) * count // rows << 32 | places[which]
    segment = Segment(Planes(64, (many,), build_tables(many)), keys, 0)
    partition = Partition((segment,), np.empty(0, np.int64))
    times = []
    for _, data, _ in queries(pictures[:40], 0.5, 0.75, halved):
        grid = make_grid(Image.open(io.BytesIO(data)))
        begun = time.perf_counter()
        find_crops(grid, find_keypoint_hits(grid, partition), cast("Catalog", Repeated(catalog)))
        times.append(time.perf_counter() - begun)
    middle, most = median(times) * 1000, max(times) * 1000
    return f"{count:,} pictures, {rows:,} keypoints: {middle:.0f} ms median, {most:.0f} ms at most"


def main() -> None:
    folders = [Path(each) for each in sys.argv[1:] if each != "--large"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pictures").mkdir()
        for path in chosen(folders):
            with Image.open(path) as picture:
                small = picture.convert("RGB")
                small.thumbnail((LARGEST, LARGEST))
                small.save(folder / "pictures" / f"{motif(path)}.png", compress_level=1)
        list(scan(str(folder / "library"), [str(folder / "pictures")]))
        catalog = Catalog(str(folder / "library"))
        prints = [each for item in catalog.items() for each in catalog.fingerprints_of(item.id)]
        pictures = sorted((folder / "pictures").iterdir())
        keypoints = sum(len(each.codes) // 8 for each in prints if each.kind == "spot")
        size = sum(len(each.codes) + len(each.places) for each in prints)
        mean = size / len(pictures)
        print(f"{len(pictures)} pictures, {keypoints} keypoints, {mean:,.0f} bytes a picture\n")
        print("| area | saved as | found | place within 2 % | false of 100 | query |")
        print("|---|---|---|---|---|---|")
        for area in AREAS:
            for change in CHANGES:
                print(row(catalog, folder, area, change), flush=True)
        if "--large" in sys.argv:
            print("\n" + large(catalog, pictures))
        catalog.close()


if __name__ == "__main__":
    main()
