"""How fast are codes read, written and compared? One call each, as a program makes them."""

from collections.abc import Iterator
from functools import partial
from random import Random

import iscc_core
import iscc_lib

from benchmarks.harness import Case
from iscckit import compat

__all__ = ["cases"]


def cases(quick: bool) -> Iterator[Case]:
    """Yield the operations on codes; they are short, so ``quick`` changes nothing."""
    del quick
    rng = Random(7)

    def unit(main: int, sub: int) -> str:
        return "ISCC:" + str(iscc_core.encode_component(main, sub, 0, 64, rng.randbytes(8)))

    units = [unit(0, 0), unit(2, 0), unit(3, 0), unit(4, 0)]
    other = [units[0], unit(2, 0), unit(3, 0), unit(4, 0)]
    code = iscc_core.gen_iscc_code_v0(units)["iscc"]
    second = iscc_core.gen_iscc_code_v0(other)["iscc"]
    digest = rng.randbytes(32)

    def both(name: str, *arguments: object) -> dict[str, partial[object]]:
        return {
            "iscc-core": partial(getattr(iscc_core, name), *arguments),
            "iscc-lib": partial(getattr(iscc_lib, name), *arguments),
        }

    rows = (
        ("ISCC-CODE from 4 units", "gen_iscc_code_v0", (units,), 3),
        ("decompose an ISCC-CODE", "iscc_decompose", (code,), 3),
        ("decode a unit", "iscc_decode", (units[1],), 3),
        ("encode a component", "encode_component", (2, 0, 0, 256, digest), 1.2),
    )
    for operation, name, arguments, goal in rows:
        ours = partial(getattr(compat, name), *arguments)
        yield Case(operation, ours, both(name, *arguments), goal, goal, key=_plain)

    core_only = (
        ("normalize an ISCC-CODE", "iscc_normalize", (code.lower(),)),
        ("explain an ISCC-CODE", "iscc_explain", (code,)),
        ("compare two ISCC-CODEs", "iscc_compare", (code, second)),
        ("similarity of two units", "iscc_similarity", (units[1], other[1])),
        ("validate an ISCC-CODE", "iscc_validate", (code,)),
    )
    for operation, name, pair in core_only:
        peers = {"iscc-core": partial(getattr(iscc_core, name), *pair)}
        goal_of = None if name == "iscc_validate" else 100
        ours = partial(getattr(compat, name), *pair)
        yield Case(operation, ours, peers, goal_of, goal_of, key=_plain)


def _plain(result: object) -> object:
    """Return ``result`` without the classes in which the packages dress it."""
    if isinstance(result, dict):
        return sorted(result.items())
    if isinstance(result, tuple):
        return [part if isinstance(part, bytes) else int(part) for part in result]
    return result
