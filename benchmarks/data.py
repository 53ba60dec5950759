"""Data-Code, Instance-Code and ISCC-SUM against the peers."""

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import iscc_core
import iscc_lib
import iscc_sum

from benchmarks.harness import Call, Case
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.units.data import data_code
from iscckit.units.instance import instance_code
from iscckit.units.sum import Hashes, hash_stream

__all__ = ["cases"]

MB = 1_000_000
_PIECE = 1 << 24  # random bytes are written in pieces of this size


def _code(result: object) -> str:
    """Reduce any program's result to the canonical code."""
    return str(result["iscc"]) if isinstance(result, dict) else str(result)


def _sum_data(data: bytes) -> str:
    processor = iscc_sum.DataCodeProcessor()
    processor.update(data)
    return str(Unit(MainType.DATA, NO_SUBTYPE, processor.result()["digest"]).shorten(64))


def _streamed(make: Callable[[io.BytesIO], object], data: bytes) -> object:
    return make(io.BytesIO(data))


def _data_cases(quick: bool) -> Iterator[Case]:
    sizes = [(1 << 16, 2, 1.3), (1 << 24, 2.2, 1.4)] + [(1 << 28, 2.2, 1.4)] * (not quick)
    for size, goal, other in sizes:
        data = os.urandom(size)
        peers: dict[str, Call] = {"iscc-lib": partial(iscc_lib.gen_data_code_v0, data)}
        if size == 1 << 16:
            peers["iscc-core"] = partial(_streamed, iscc_core.gen_data_code_v0, data)
        peers["iscc-sum"] = partial(_sum_data, data)
        yield Case(
            f"Data-Code {_named(size)}, one thread", partial(data_code, data), peers,
            goal, other, key=_code, unit=("MB", size / MB),
        )  # fmt: skip


def _instance_cases(quick: bool) -> Iterator[Case]:
    for size in [1 << 16] + [1 << 24] * (not quick):
        data = os.urandom(size)
        peers: dict[str, Call] = {
            "iscc-lib": partial(iscc_lib.gen_instance_code_v0, data),
            "iscc-core": partial(_streamed, iscc_core.gen_instance_code_v0, data),
        }
        yield Case(
            f"Instance-Code {_named(size)}", partial(instance_code, data), peers,
            key=_code, unit=("MB", size / MB),
        )  # fmt: skip


def _named(size: int) -> str:
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} KB"


def _hash_file(path: Path) -> Hashes:
    with path.open("rb") as stream:
        return hash_stream(stream)


def _data_digest(result: object) -> str:
    """Return the 256-bit Data-Code of any program's result, so that both halves are compared."""
    if isinstance(result, Hashes):
        return f"{result.data_unit(256)} {result.instance_unit(256)}"
    units = result.units if hasattr(result, "units") else result["units"]  # type: ignore[index]
    return " ".join(units)


def _sum_cases(quick: bool) -> Iterator[Case]:
    size = 1 << (26 if quick else 30)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.bin"
        with path.open("wb") as file:
            for _ in range(0, size, _PIECE):
                file.write(os.urandom(_PIECE))
        peers: dict[str, Call] = {
            "iscc-lib": partial(iscc_lib.gen_sum_code_v0, str(path), bits=256, add_units=True),
            "iscc-sum": partial(iscc_sum.code_iscc_sum, str(path), add_units=True),
        }
        yield Case(
            f"ISCC-SUM of a cached file of {_named(size)}, two threads",
            partial(_hash_file, path), peers, 3.3, 2.5, key=_data_digest, unit=("MB", size / MB),
        )  # fmt: skip


def cases(quick: bool) -> Iterator[Case]:
    """Yield the cases of units.data, units.instance and units.sum."""
    yield from _data_cases(quick)
    yield from _instance_cases(quick)
    yield from _sum_cases(quick)
