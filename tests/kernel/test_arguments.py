"""Functions of the kernel that trusted their arguments: a false one is a ValueError."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iscckit import _kernel


@pytest.mark.parametrize("transform", [_kernel.dct, _kernel.dct2])
@pytest.mark.parametrize("n", [-(2**31), -1, 0, 3, 33, 64, 2**31 - 1])
def test_a_dct_of_another_size_is_refused(transform: Callable[[bytes, int], bytes], n: int) -> None:
    for size in (0, 8, 8 * 1024):
        with pytest.raises(ValueError, match="n must be 1, 2, 4, 8, 16 or 32"):
            transform(bytes(size), n)


@pytest.mark.parametrize("n", [1, 2, 4, 8, 16, 32])
def test_a_dct_of_too_many_or_too_few_numbers_is_refused(n: int) -> None:
    for transform, count in ((_kernel.dct, n), (_kernel.dct2, n * n)):
        assert transform(bytes(8 * count), n) == bytes(8 * count)
        for size in (0, 8 * count - 1, 8 * count + 8):
            with pytest.raises(ValueError, match=f"are not {count} numbers"):
                transform(bytes(size), n)


@pytest.mark.parametrize(("size", "width"), [(0, 0), (8, 0), (0, 8), (8, 3), (8, 2**63)])
def test_a_simhash_of_no_digests_is_refused(size: int, width: int) -> None:
    with pytest.raises(ValueError, match=f"{size} bytes are not digests of {width} bytes"):
        _kernel.simhash(bytes(size), width)
