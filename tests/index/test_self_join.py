"""The join of planes with themselves finds exactly the pairs that comparing each finds."""

from __future__ import annotations

import numpy as np
import pytest
from tests.index.bodies import codes

from iscckit.errors import InvalidInput
from iscckit.index.planes import pack_planes
from iscckit.index.self_join import pairs_within


@pytest.mark.parametrize("bits", [32, 64, 96, 128, 256])
@pytest.mark.parametrize("kind", ["random", "few", "families"])
@pytest.mark.parametrize("count", [0, 1, 2, 300, 5000])
def test_pairs_equal_brute_force(bits: int, kind: str, count: int) -> None:
    if kind == "few" and count > 1000:
        count = 400  # a quarter of all pairs are equal
    planes = pack_planes(b"".join(codes(count, bits, kind)), bits)
    for radius in (0, 3, bits // 8):
        expected = []
        for row in range(count - 1):
            total = np.zeros(count - row - 1, int)
            for words in planes.words:
                total += np.bitwise_count(words[row + 1 :] ^ words[row])
            near = np.nonzero(total <= radius)[0]
            expected += [(row, int(i) + row + 1, int(total[i])) for i in near]
        for threads in (1, 3):
            found = pairs_within(planes, radius, threads=threads)
            assert [tuple(map(int, pair)) for pair in found] == expected


def test_a_radius_that_would_take_days_is_refused() -> None:
    planes = pack_planes(bytes(8 * 200_001), 64)
    with pytest.raises(InvalidInput, match="radius"):
        pairs_within(planes, 40)
