"""``iscc inspect`` as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys

from iscckit.cli.exit_codes import USAGE

ROW_1 = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"
SLIDE = "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ"
MISREAD = SLIDE[:-1] + "O"


def iscc(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iscckit.cli.main", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_inspect_takes_a_code_apart() -> None:
    result = iscc("inspect", SLIDE)
    assert result.returncode == 0
    for part in (
        "5107 = 0101 0001 0000 0111",
        "MainType 5 ISCC, SubType 1 IMAGE, Version 0, Length 7",
        "320 bits of Meta, Semantic, Content, Data, Instance",
        "ISCC:IAARYV43ELTBEPYN",
        "same file?",
        "iscc:ked572p4aof5k6qx",
        "base58btc",
    ):
        assert part in result.stdout


def test_inspect_reads_time_and_hub_of_an_iscc_id() -> None:
    out = iscc("inspect", "ISCC:MEIGC5KN3I6TCUBK").stdout
    assert "2024-04-30T18:52:03.456789Z" in out
    assert "42, realm 1" in out


def test_inspect_says_that_a_picture_is_too_plain() -> None:
    assert "too plain" in iscc("inspect", "EEAYAAAAAAAAAAAA").stdout
    assert "too plain" not in iscc("inspect", "EEA6VUPA2VO5KQDR").stdout


def test_inspect_repairs_the_misread_slide_code() -> None:
    result = iscc("inspect", MISREAD)
    assert result.returncode == 2
    assert f"did you mean {SLIDE}?" in result.stderr
    assert "ISCC:IAARYV43ELTBEPYN" in result.stdout


def test_inspect_goes_on_after_a_malformed_code() -> None:
    result = iscc("inspect", "ISCC:AA!A", SLIDE, "--json")
    assert result.returncode == 2
    bad, good = map(json.loads, result.stdout.splitlines())
    assert bad["errors"][0]["position"] == 7
    assert "canonical" not in bad
    assert (good["canonical"], len(good["units"])) == (SLIDE, 5)
    assert "errors" not in good


def test_inspect_names_the_damaged_component_and_shows_the_others() -> None:
    result = iscc("inspect", ROW_1)
    assert result.returncode == 2
    assert "this has 12" in result.stderr
    assert "CDbUZg6v3qzzM   body ce14114d256cf1ee" in result.stdout


def test_inspect_reads_every_spelling_alike() -> None:
    encodings = json.loads(iscc("inspect", SLIDE, "--json").stdout)["encodings"]
    spelled = [encodings[name] for name in encodings if name in {"canonical", "uri", "base32"}]
    spelled += [code for name, code in encodings.items() if name.startswith("multiformat")]
    lines = iscc("inspect", "--json", *spelled).stdout.splitlines()
    assert [json.loads(line)["canonical"] for line in lines] == [SLIDE] * 8


def test_json_is_unicode_whatever_bytes_were_given() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "iscckit.cli.main", "inspect", "--json", b"ISCC:KEC\xff"],
        capture_output=True,
        check=False,
    )
    assert result.returncode == USAGE
    assert json.loads(result.stdout.decode())["input"] == "ISCC:KEC\\xff"
