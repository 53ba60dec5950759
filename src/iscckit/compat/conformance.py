"""The official vectors of iscc-core 1.5.0, under the names of iscc_core."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, Final

from iscckit.compat import headers as sequences
from iscckit.compat import units

__all__ = ["conformance_selftest", "conformance_testdata"]

_VECTORS: Final = "data/iscc-core-1.5.0.json"

Vector = tuple[str, Callable[..., Any], list[Any], Any]


def _decode(value: Any) -> Any:  # noqa: ANN401
    """Turn ``stream:<hex>`` into a stream and ``bytes:<hex>`` into bytes."""
    if isinstance(value, str):
        kind, _, digits = value.partition(":")
        if kind == "stream":
            return io.BytesIO(bytes.fromhex(digits))
        if kind == "bytes":
            return bytes.fromhex(digits)
    return value


def conformance_testdata() -> Iterator[Vector]:
    """Yield the name, function, arguments and output of each of the 58 vectors."""
    text = files("iscckit").joinpath(_VECTORS).read_text(encoding="ascii")
    for name, cases in json.loads(text).items():
        if name.startswith("_"):
            continue
        function = getattr(units, name, None) or getattr(sequences, name)
        for case_name, case in cases.items():
            inputs = [_decode(value) for value in case["inputs"]]
            yield case_name, function, inputs, _decode(case["outputs"])


def conformance_selftest() -> bool:
    """Return whether all vectors pass. ``iscc selftest`` also names the failing ones."""
    return all(
        function(*inputs) == outputs for _, function, inputs, outputs in conformance_testdata()
    )
