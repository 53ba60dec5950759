"""``iscc compare`` as a shell sees it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from iscckit.cli.exit_codes import USAGE
from iscckit.comparison.verdict import compare
from iscckit.render.comparison_json import comparison_json

ROOT = Path(__file__).parent.parent.parent
ROW_1 = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"
ROW_2 = "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18"
SHAPES = "ISCC:KEDYC5Y7YQW4KOGDGAATG7YTP4YADDAYWPHAZNTZNNMKGIRLQJREUJUXEFES7F3EEH7A"
CROPPED = "ISCC:KEDUF3QHWWZVY5KKGAATG7YTP4YADDAYWPHQ5FTZOHXYUD4XHISRLTXP6O2YZAJEFCZA"
SLIDE = "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ"
MISREAD = SLIDE[:-1] + "O"


def iscc(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "iscckit.cli.main", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    out, err = result.stdout.decode("utf-8"), result.stderr.decode("utf-8")
    return subprocess.CompletedProcess(result.args, result.returncode, out, err)


def test_codes_of_the_slide_compare_as_printed_on_it() -> None:
    result = iscc("compare", ROW_1, ROW_2)
    assert result.returncode == 0
    for figure in ("100.00 %", "84.38 %", "53.12 %", "1 in 10^8", "NEAR: Similar content"):
        assert figure in result.stdout
    assert "has 12" in result.stdout


def test_every_fact_of_a_comparison_is_in_its_json() -> None:
    result = iscc("compare", "--json", SHAPES, CROPPED)
    found = json.loads(result.stdout)
    assert found == {"a": {"input": SHAPES}, "b": {"input": CROPPED}} | comparison_json(
        compare(SHAPES, CROPPED)
    )
    assert found["verdict"] == "near"
    assert found["units"][4]["percent"] is None


def test_the_bits_are_drawn_as_shapes_without_any_colour() -> None:
    out = iscc("compare", "AAAZXZ6OU74YAZIM", "AAAZXZ6OU74YAZIN"[:-1] + "M").stdout
    assert "\x1b" not in out
    row = next(line for line in out.splitlines() if "██" in line and "both" not in line)
    assert len(row.strip()) == 64
    assert set(row.strip()) <= set("·█×")


def test_an_instance_match_has_no_percentage() -> None:
    out = iscc("compare", "IAARYV43ELTBEPYN", "IAARYV43ELTBEPYN").stdout
    assert "IDENTICAL" in out
    assert "%" not in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([SHAPES, CROPPED], 0),
        ([SHAPES, SLIDE], 3),
        (["ISCC:MEIGC5KN3I6TCUBK", "ISCC:MEIGC5KN3I6TCUBL"], 3),
        (["ISCC:MEIGC5KN3I6TCUBK", "ISCC:MEIGC5KN3I6TCUBK"], 0),
        (["AAAZXZ6OU74YAZIM", "GAAUJIWEUIBULECG"], 3),
        ([SHAPES, "ISCC:nonsense!"], 2),
        ([SHAPES, "no-such-file.jpg"], 2),
        ([SHAPES, "samples"], 2),
        (["-", "-"], 2),
        ([SHAPES], 2),
    ],
)
def test_compare_exits_as_documented(arguments: list[str], code: int) -> None:
    assert iscc("compare", *arguments).returncode == code


def test_a_lost_file_is_not_called_a_malformed_code() -> None:
    assert iscc("compare", SHAPES, "no-such-file.jpg").stderr == (
        "iscc: no-such-file.jpg: no such file, and not a code either\n"
    )


def test_a_mistyped_code_is_shown_with_a_caret_and_its_repair() -> None:
    result = iscc("compare", MISREAD, SHAPES)
    assert result.returncode == 2
    reason, code, caret, repair = result.stderr.splitlines()
    assert reason.startswith("iscc: not a valid code: the last symbol")
    assert code.strip() == MISREAD
    assert code[caret.index("^")] == "O"
    assert repair.strip() == f"did you mean {SLIDE}?"


def test_two_versions_of_one_picture_are_near() -> None:
    result = iscc("compare", "samples/cat.jpg", "samples/cat-small.webp", "--json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["verdict"]) == (0, "near")
    bits = {each["unit"]: each["bits"] for each in found["units"]}
    assert bits["Content-Code Image"] == bits["Instance-Code"] == 256


def test_two_wordings_of_one_speech_are_near() -> None:
    result = iscc("compare", "samples/gettysburg-hay.txt", "samples/gettysburg-bliss.md", "--json")
    assert json.loads(result.stdout)["verdict"] == "near"


def test_other_pictures_are_not() -> None:
    result = iscc("compare", "samples/cat.jpg", "samples/rocket.jpg")
    assert result.returncode == 3
    assert "NONE: Nothing agrees" in result.stdout


def test_a_file_compares_with_its_own_code() -> None:
    made = json.loads(iscc("create", "--json", "samples/cat.jpg").stdout)["iscc"]
    result = iscc("compare", "samples/cat.jpg", made, "--json")
    assert (result.returncode, json.loads(result.stdout)["verdict"]) == (0, "identical")


def test_standard_input_is_a_file_too() -> None:
    path = ROOT / "samples/cat.jpg"
    result = iscc("compare", "-", str(path), "--json", stdin=path.read_bytes())
    assert json.loads(result.stdout)["verdict"] == "identical"


def test_a_file_that_does_not_decode_is_still_compared_and_reported(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((ROOT / "samples/cat.jpg").read_bytes()[:300])
    result = iscc("compare", str(broken), str(broken), "--json")
    assert (result.returncode, json.loads(result.stdout)["verdict"]) == (1, "identical")
    assert result.stderr.count("broken.jpg") == 2


def test_two_files_with_one_short_line_are_not_called_near(tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.md"
    a.write_text("Chapter 1")
    b.write_text("Chapter  1.")
    result = iscc("compare", str(a), str(b))
    assert "note: the text is very short" in result.stdout
    assert "NEAR" not in result.stdout
    found = json.loads(iscc("compare", "--json", str(a), str(b)).stdout)
    assert found["a"]["quality"] == found["b"]["quality"] == ["short-text"]


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX")
@pytest.mark.parametrize(("no_color", "painted"), [("", True), ("1", False)])
def test_a_terminal_sees_colours_unless_it_asks_for_none(no_color: str, painted: bool) -> None:
    import pty  # does not exist everywhere

    master, slave = pty.openpty()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "iscckit.cli.main",
            "compare",
            "AAAZXZ6OU74YAZIM",
            "AAAZXZ6OU74YAZIM",
        ],
        stdout=slave,
        check=True,
        env=os.environ | {"NO_COLOR": no_color, "TERM": "xterm"},
    )
    os.close(slave)
    shown = os.read(master, 65536).decode("utf-8")
    os.close(master)
    assert ("\x1b[34m█" in shown) is painted
    assert ("\x1b[" in shown) is painted


def test_a_report_is_written_once_with_pictures_and_values(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    files = ("samples/cat.jpg", "samples/cat-small.webp")
    assert iscc("compare", *files, "--html", str(page)).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/webp;base64,") == 2
    twin = re.search(r'<script type="application/json" id="data">(.*)</script>', text)
    assert twin is not None
    assert json.loads(twin[1]) == json.loads(iscc("compare", "--json", *files).stdout)
    again = iscc("compare", *files, "--html", str(page))
    assert again.returncode == USAGE
    assert "--force replaces it" in again.stderr
    assert iscc("compare", SHAPES, CROPPED, "--html", str(page), "--force").returncode == 0
    assert SHAPES in page.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [page]
