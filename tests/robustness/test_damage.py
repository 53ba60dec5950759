"""Truncated and damaged files of every format that is read: a record or a documented error."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.robustness.corpus import UNMADE, files
from tests.robustness.trial import broken, damaged, outcomes, truncated

from iscckit.media.formats.table import FORMATS

MODES = ("text", "image", "audio", "video")
PARTS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.999)
SEEDS = 30


def of_mode(mode: str) -> dict[str, tuple[str, bytes]]:
    types = {row.mediatype for row in FORMATS.rows if row.content and row.mode == mode} - UNMADE
    return {mediatype: files()[mediatype] for mediatype in sorted(types)}


@pytest.mark.parametrize("mode", MODES)
def test_whole_files_of_every_format_have_the_code_of_their_mode(mode: str, tmp_path: Path) -> None:
    found = outcomes(dict(of_mode(mode).values()), tmp_path)
    assert {name: ends.get("mode") for name, ends in found.items()} == dict.fromkeys(found, mode)


@pytest.mark.parametrize("mode", MODES)
def test_damage_of_every_format_costs_a_reason_at_most(mode: str, tmp_path: Path) -> None:
    tried = {}
    for number, (name, data) in enumerate(of_mode(mode).values()):
        tried[f"half-{name}"] = data[: len(data) // 2]
        tried[f"seed{number}-{name}"] = damaged(data, number)
    assert broken(outcomes(tried, tmp_path)) == {}


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize(
    "mediatype", sorted({row.mediatype for row in FORMATS.rows if row.content} - UNMADE)
)
def test_many_kinds_of_damage(mediatype: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    first = pytestconfig.getoption("--damage-seed")
    name, data = files()[mediatype]
    tried = {f"part{i}-{name}": part for i, part in enumerate(truncated(data, PARTS))}
    tried |= {f"seed{seed:03}-{name}": damaged(data, seed) for seed in range(first, first + SEEDS)}
    assert broken(outcomes(tried, tmp_path)) == {}


def test_what_is_tried_can_fail(tmp_path: Path) -> None:
    """A process that dies of a file is noticed, and the next file is done nevertheless."""
    script = tmp_path / "child.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
        "    print(path.name, end='\\t', flush=True)\n"
        "    if path.name == 'bad': os.abort()\n"
        '    print(\'{"mode": null, "why": "x", "mixed": "", "described": "", \'\n'
        '          \'"pictured": "OSError: x"}\', flush=True)\n'
    )
    (tmp_path / "run").mkdir()
    found = outcomes({"bad": b"", "good": b""}, tmp_path / "run", child=script)
    assert sorted(broken(found)) == ["bad", "good"]
    assert "exit -6" in str(found["bad"]["broken"])
    assert found["good"]["pictured"] == "OSError: x"
