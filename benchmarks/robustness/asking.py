"""Make the variants of originals; of each its codes, and what a library answers to it."""

from __future__ import annotations

import json
import pickle
import random
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.robustness import films, pictures, sounds, texts
from benchmarks.robustness.kinds import Asked, Outcome, Variant
from benchmarks.robustness.methods import coded
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.search.query import Query, build_query
from iscckit.library.search.search import search

__all__ = ["KINDS", "Media", "Prepared", "answered", "outcomes", "prepared", "tasks"]

KINDS: Final = ("pictures", "texts", "sounds", "films")
WHOLE: Final = "whole"  # films at full length, of which clips are made
_VARIANTS: Final = {
    "pictures": pictures.variants,
    "texts": texts.variants,
    "sounds": sounds.variants,
    "films": films.variants,
    WHOLE: films.clips,
}
# Originals of each kind at most: the whole run is to stay below a quarter of an hour on two cores.
MOST: Final = {"pictures": 85, "texts": 100, "sounds": 40, "films": 27, WHOLE: 15}
_LIMIT: Final = 50  # answers that are looked at


class Media:
    """The folder that ``benchmarks.media`` has made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        text = (folder / "works.json").read_text(encoding="utf-8")
        self.works: dict[str, str] = json.loads(text)

    def originals(self, kind: str, share: float = 1.0) -> list[Path]:
        """Return the files of a kind of which variants are made, spread over all there are.

        Args:
            kind: Of media.
            share: Of the number of which they are made in a whole run.
        """
        most = max(1, round(share * MOST[kind]))
        paths = self.files(kind)
        step = max(1.0, len(paths) / most)
        return [paths[int(i * step)] for i in range(min(most, len(paths)))]

    def files(self, kind: str) -> list[Path]:
        """Return all files of a kind."""
        return sorted((self.folder / kind).iterdir())

    def folders(self) -> list[Path]:
        """Return the folders with the files; beside them lies the list of works."""
        return sorted(each for each in self.folder.iterdir() if each.is_dir())

    def work(self, path: Path | str) -> str:
        """Return the work of a file."""
        return self.works[str(Path(path).relative_to(self.folder))]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A variant as far as it is needed after its file is gone.

    Attributes:
        variant: What was done.
        codes: Of a whole variant, by method.
        query: For the library.
    """

    variant: Variant
    codes: dict[str, bytes]
    query: Query


def answered(catalog: Catalog, prepared: Prepared, original: Path, media: Media) -> Asked:
    """Ask a library for a variant, and judge its answer.

    Other items of the same work are neither right nor wrong; for a part they are right.
    """
    answer = search(catalog, prepared.query, limit=_LIMIT)
    work, rank = media.work(original), 0
    wrong: list[str] = []
    for match in answer.matches:
        same = media.work(match.item.path) == work
        if not same:
            wrong.append(Path(match.item.path).name)
        elif not rank and (prepared.variant.part or match.item.path == str(original)):
            rank = len(wrong) + 1
    return Asked(rank, tuple(wrong))


def prepared(kind: str, original: Path, kept: Path | None) -> list[Prepared]:
    """Make all variants of one original, one file at a time.

    Args:
        kind: Of media, or "whole" for clips of films.
        original: The file.
        kept: A folder in which the result is looked for, and kept; None: nothing is kept.
    """
    file = None if kept is None else kept / f"{kind}-{original.name}.pickle"
    if file is not None and file.exists():
        found: list[Prepared] = pickle.loads(file.read_bytes())
        return found
    found = []
    chosen = random.Random(f"{kind} {original.name}")
    with tempfile.TemporaryDirectory() as place:
        for variant in _VARIANTS[kind](original, Path(place), chosen):
            if variant.path is None:
                found.append(Prepared(variant, {}, build_query(variant.text, "text")))
                continue
            query = replace(build_query(str(variant.path), "file"), record=None)
            codes = {} if variant.part else coded(kind, variant.path, query.units)
            variant.path.unlink()
            found.append(Prepared(variant, codes, query))
    if file is not None:
        file.write_bytes(pickle.dumps(found))
    return found


def _of_original(
    folder: Path, media_folder: Path, kept: Path | None, kind: str, original: Path
) -> list[Outcome]:
    media = Media(media_folder)
    shown = "films" if kind == WHOLE else kind
    catalog = Catalog(str(folder))
    try:
        return [
            Outcome(
                shown,
                original.name,
                media.work(original),
                each.variant.group,
                each.variant.name,
                each.codes,
                answered(catalog, each, original, media),
            )
            for each in prepared(kind, original, kept)
        ]
    finally:
        catalog.close()


def tasks(media: Media, kinds: Iterable[str], share: float) -> list[tuple[str, Path]]:
    """Return what variants are made of: the kind, and the original."""
    return [
        (each, path)
        for kind in kinds
        for each in ((kind, WHOLE) if kind == "films" else (kind,))
        for path in media.originals(each, share)
    ]


def outcomes(
    media: Media, library: Path, wanted: list[tuple[str, Path]], jobs: int, kept: Path | None
) -> Iterator[Outcome]:
    """Yield the outcome of each variant of each original in ``wanted``."""
    work = partial(_of_original, library, media.folder, kept)
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(work, *zip(*wanted, strict=True)):
            yield from found
