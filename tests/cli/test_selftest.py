"""``iscc selftest`` counts what passes, names what fails, and exits accordingly."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from iscckit import _kernel
from iscckit.cli.exit_codes import DIFFERENT, DONE
from iscckit.cli.main import main
from iscckit.selftest import LEVELS, Check


def test_all_vectors_pass_on_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == DONE
    out = capsys.readouterr().out
    assert "58 of 58 official vectors of iscc-core 1.5.0 pass" in out
    for level, name in LEVELS.items():
        line = "kernel versions compared" if _kernel.can_run(level) else "not run on this processor"
        assert any(name in each for each in out.splitlines() if each.startswith(line))


def test_each_check_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--json"]) == DONE
    checks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(check["group"] == "vector" for check in checks) == 58
    assert all(check["passed"] for check in checks)


def test_a_failure_is_named_and_decides_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Iterator[Check]:
        yield Check("vector", "a good one", True, 0.1)
        yield Check("vector", "a bad one", False, 0.1, "gives 1, must give 2")

    monkeypatch.setattr("iscckit.selftest.run", broken)
    assert main(["selftest"]) == DIFFERENT
    out = capsys.readouterr().out
    assert "FAILED  a bad one  gives 1, must give 2" in out
    assert "a good one" not in out
    assert "1 of 2 official vectors" in out
