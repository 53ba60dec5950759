"""The self-test passes here, and says so when something is wrong."""

import pytest

from iscckit import _kernel, selftest
from iscckit.algorithms.twin import hashes


def test_all_58_vectors_pass() -> None:
    checks = list(selftest.run_vectors())
    assert len(checks) == 58
    assert [check for check in checks if not check.passed] == []


def test_the_kernel_equals_the_twin_at_every_level_of_this_processor() -> None:
    checks = list(selftest.run_kernel())
    assert [check for check in checks if not check.passed] == []
    for level, name in selftest.LEVELS.items():
        assert any(f", {name}, " in check.name for check in checks) == _kernel.can_run(level)
    for pair in selftest.PAIRS:
        count = 1 if pair.function is None else len(_kernel.levels[pair.function])
        assert sum(check.name.startswith(f"{pair.name}, ") for check in checks) == count


def test_a_difference_is_reported_with_an_input_that_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = [
        pair._replace(twin=lambda sample: hashes.xxh32(sample) + (len(sample) == 17))
        for pair in selftest.PAIRS
        if pair.name == "XXH32"
    ]
    monkeypatch.setattr(selftest, "PAIRS", wrong)
    checks = list(selftest.run_kernel())
    assert checks
    assert not any(check.passed for check in checks)
    assert all("differs from the twin on" in check.detail for check in checks)


def test_a_wrong_or_failing_vector_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def vectors() -> list[object]:
        return [("one", int, ["1"], 2), ("two", int, ["x"], 2), ("three", int, ["2"], 2)]

    monkeypatch.setattr(selftest, "conformance_testdata", vectors)
    checks = list(selftest.run_vectors())
    assert [check.passed for check in checks] == [False, False, True]
    assert checks[0].detail == "gives 1, must give 2"
    assert checks[1].detail.startswith("raises ValueError")
