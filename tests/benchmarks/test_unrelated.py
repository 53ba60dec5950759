"""Pairs of unrelated units are counted as one by one, and files of one work never count."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from benchmarks.robustness.unrelated import STEPS, count

from iscckit.algorithms.hamming import equal_bits


@pytest.mark.parametrize("bits", [64, 256])
def test_the_counts_are_those_of_each_pair(bits: int) -> None:
    random = np.random.default_rng(3)
    units = [(f"work {n % 7}", random.bytes(32)) for n in range(30)]
    pairs, counts = count(units, bits)
    apart = [
        equal_bits(a[: bits // 8], b[: bits // 8])
        for (work_a, a), (work_b, b) in combinations(units, 2)
        if work_a != work_b
    ]
    assert pairs == len(apart)
    least = [bits // 2 + step * bits // 2 // STEPS for step in range(STEPS + 1)]
    assert counts == [sum(equal >= each for equal in apart) for each in least]
