"""The discrete cosine transform; its order of operations is normative."""

from __future__ import annotations

import math
from array import array
from typing import Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["dct", "dct2"]

_SIZES: Final = (1, 2, 4, 8, 16, 32)


def _to_doubles(values: Sequence[float]) -> array[float]:
    try:
        return array("d", values)
    except TypeError as error:
        raise InvalidInput(f"a DCT needs numbers: {error}") from None


def dct(values: Sequence[float]) -> list[float]:
    """Return the unscaled DCT-II of ``values``.

    Args:
        values: 1, 2, 4, 8 ... numbers. The kernel transforms up to 32; each doubling beyond costs
            one more pass in Python.

    Returns:
        The same number of coefficients; the first is the sum of the values. Flat and symmetric
        values give exact zeros, unlike with a cosine matrix or an FFT.

    Raises:
        InvalidInput: The number of values is not allowed.

    Source:
        ISO 24138:2024, Content-Code Image; Lee 1984, doi:10.1109/TASSP.1984.1164443.
        Readable twin: ``iscckit.algorithms.twin.hashes.dct``.
    """
    numbers = _to_doubles(values)
    n = len(numbers)
    if n in _SIZES:
        return array("d", _kernel.dct(numbers, n)).tolist()
    if n.bit_count() != 1:
        raise InvalidInput(f"a DCT needs 1, 2, 4, 8 ... values, got {n}")
    return _dct_by_halves(numbers)


def _dct_by_halves(values: array[float]) -> list[float]:
    """Return the DCT of 64 or more values: one step of the recursion above the kernel's."""
    n, half = len(values), len(values) // 2
    sums = array("d", [values[i] + values[-1 - i] for i in range(half)])
    differences = array(
        "d",
        [
            (values[i] - values[-1 - i]) / (math.cos((i + 0.5) * math.pi / n) * 2)
            for i in range(half)
        ],
    )
    even, odd = dct(sums), [*dct(differences), 0.0]
    return [value for i in range(half) for value in (even[i], odd[i] + odd[i + 1])]


def dct2(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the two-dimensional DCT of a square matrix: of its rows, then of the columns.

    Args:
        matrix: n rows of n numbers; n is 1, 2, 4, 8, 16 or 32.

    Returns:
        n rows of n coefficients; row and column are frequencies from the top left.

    Raises:
        InvalidInput: The matrix has another shape.

    Source:
        ISO 24138:2024, Content-Code Image.
        Readable twin: ``iscckit.algorithms.twin.hashes.dct2``.
    """
    n = len(matrix)
    if n not in _SIZES or any(len(row) != n for row in matrix):
        raise InvalidInput("a two-dimensional DCT needs n rows of n values, n one of 1, 2, 4 .. 32")
    numbers = _to_doubles([value for row in matrix for value in row])
    out = array("d", _kernel.dct2(numbers, n)).tolist()
    return [out[i : i + n] for i in range(0, n * n, n)]
