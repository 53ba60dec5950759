"""Recall of claims beside that of the library's search, and how long resolving and screening take.

    python -m benchmarks.resolve [--claims N] [--codes N] [--share X]

Recall: a share of what the robustness corpus does to pictures, texts and sounds, done to samples of
this repository and of iscc-samples. The same queries go to the search and to claims of which
fingerprints, units, or a code of 64 bits are known. Times: synthetic claims about random units. Of
random codes all that is not unknown is false.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Final, get_args

import iscc_samples
import numpy as np

from benchmarks.harness import machine
from benchmarks.robustness import pictures, sounds, texts
from iscckit.codec.code import compose
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.json_types import JsonValue
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item
from iscckit.library.scan.scan import scan
from iscckit.library.search.query import Query, build_query
from iscckit.library.search.search import search
from iscckit.trust.claims.claim import Claim, Known
from iscckit.trust.claims.resolve import Claims
from iscckit.trust.claims.screen import ScreenOptions, screen
from iscckit.trust.claims.screen_input import Row
from iscckit.trust.claims.write import NewClaim, write_claims

SIGNER: Final = bytes([1]) * 32
SAMPLES: Final = Path(__file__).parents[1] / "samples"
KNOWN: Final[tuple[Known, ...]] = get_args(Known)
MAKERS: Final = (
    (pictures, (SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg", iscc_samples.images("jpg")[0])),
    (texts, (SAMPLES / "gettysburg-hay.txt", iscc_samples.texts("txt")[0])),
    (sounds, (iscc_samples.audios("mp3")[0],)),
)


def make_claim(code: str, datahash: bytes, units: list[Unit] | None, known: Known) -> Claim:
    """Return a claim that reserves training."""
    note: dict[str, JsonValue] = {"iscc_code": code, "datahash": datahash.hex()}
    if units is not None:
        note["units"] = [*map(str, units)]
    key = sha256(code.encode() + datahash).hexdigest()
    return Claim(key, note, SIGNER, {"tdm": {"train": "reserved"}}, known=known)


def claim_item(item: Item, catalog: Catalog, known: Known) -> NewClaim:
    """Return a claim about an item of a library, with as much of it as ``known`` says."""
    units = [unit for unit in item.units if unit.maintype != MainType.INSTANCE]
    listed = None if known == "code" else units
    claim = make_claim(item.iscc or "", item.datahash or b"", listed, known)
    if known != "fingerprints":
        return NewClaim(claim)
    return NewClaim(claim, item.units, tuple(catalog.fingerprints_of(item.id)))


def queries(folder: Path, share: float) -> Iterator[tuple[str, str, Query]]:
    """Yield kind, path of the original and query of a share of the variants."""
    chosen = random.Random(1)
    for maker, paths in MAKERS:
        kind = maker.__name__.rpartition(".")[2]
        for path in paths:
            for variant in maker.variants(path, folder, chosen):
                if chosen.random() < share:
                    given = variant.text if variant.path is None else str(variant.path)
                    part = "parts" if variant.part else "copies"
                    query = build_query(given, "text" if variant.path is None else "file")
                    yield f"{kind}, {part}", str(path), query


def measure_recall(folder: Path, share: float) -> None:
    """Print how many of the same queries each kind of knowledge answers."""
    place = str(folder / "library")
    originals = [str(path) for _, paths in MAKERS for path in paths]
    for _ in scan(place, originals):
        pass
    with closing(Catalog(place)) as catalog:
        items = list(catalog.items())
        paths = {(item.datahash or b"").hex(): item.path for item in items}
        opened = {}
        for known in KNOWN:
            claims = str(folder / known)
            write_claims(claims, [claim_item(item, catalog, known) for item in items])
            opened[known] = Claims(claims, (SIGNER,))
        asked, found, wrong = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
        for kind, path, query in queries(folder, share):
            asked[kind] += 1
            answers = {"search": [each.item.path for each in search(catalog, query).matches]}
            for known, claims_of in opened.items():
                matches = claims_of.resolve(query)
                answers[known] = [paths[each.claim.datahash.hex()] for each in matches]
            for name, answer in answers.items():
                found[kind, name] += path in answer
                wrong[name] += any(each != path for each in answer)
    names = ("search", *KNOWN)
    print(f"| queries | asked | {' | '.join(names)} |\n|---|---:|{'---:|' * len(names)}")
    for kind, count in asked.items():
        print(
            f"| {kind} | {count} | " + " | ".join(str(found[kind, each]) for each in names) + " |"
        )
    print("| another one beside it | | " + " | ".join(str(wrong[each]) for each in names) + " |")


def random_units(count: int, seed: int) -> Iterator[list[Unit]]:
    """Yield a Content-, a Data- and an Instance-Code of 256 bits each."""
    chosen = np.random.default_rng(seed)
    for _ in range(count):
        data = chosen.bytes(96)
        yield [
            Unit(MainType.CONTENT, SubType.IMAGE, data[:32]),
            Unit(MainType.DATA, NO_SUBTYPE, data[32:64]),
            Unit(MainType.INSTANCE, NO_SUBTYPE, data[64:]),
        ]


def measure_times(folder: Path, claims: int, codes: int) -> None:
    """Print how long writing, resolving and screening take."""
    place = str(folder / "many")
    made = (
        NewClaim(make_claim(compose(units), b"\x1e\x20" + units[2].body, units[:2], "units"))
        for units in random_units(claims, 1)
    )
    began, used = time.perf_counter(), time.process_time()
    write_claims(place, made)
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"| {claims:,} claims written, each | {took / claims * 1e6:.0f} us "
          f"({used / claims * 1e6:.0f} us of a processor) |")  # fmt: skip
    opened = Claims(place, (SIGNER,))
    near = [compose(units) for units in random_units(200, 1)]  # of the first claims
    far = [compose(units) for units in random_units(codes, 2)]
    for name, some in (("one that is there", near), ("one that is not", far[:200])):
        times = []
        for code in some:
            began = time.perf_counter()
            opened.resolve(build_query(code, "code"))
            times.append(time.perf_counter() - began)
        print(f"| resolve by code, {name}, median | {median(times) * 1e3:.2f} ms |")
    rows = (Row(number, "code", code) for number, code in enumerate(far))
    began, used = time.perf_counter(), time.process_time()
    done = Counter(
        each.decision.outcome for each in screen(rows, opened, ScreenOptions("train", jobs=2))
    )
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"| {codes:,} random codes screened, two threads | {codes / took:,.0f} a second, "
          f"{codes / used:,.0f} a processor second |")  # fmt: skip
    print(f"| of these reserved, review | {done['reserved']}, {done['review']} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--codes", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.25, help="of the variants, 0 to 1")
    given = parser.parse_args()
    for name, value in machine().items():
        print(f"- {name}: {value}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if given.share:
            measure_recall(folder, given.share)
        if given.claims:
            measure_times(folder, given.claims, given.codes)


if __name__ == "__main__":
    main()
