"""``iscc screen`` decides, writes what may be used, and continues where it stopped."""

import json
from pathlib import Path

import pytest
from tests.trust.claims.makers import ANNA, BERT, claim_of
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.trust.claims.write import write_claims
from iscckit.trust.proof.did import did_key

CAT, ROCKET = SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg"
WORDS = [f"a text that nobody claims, number {n}" for n in range(5)]


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """Two contents are claimed: a cat by a trusted signer, a rocket by somebody."""
    library, rows = str(tmp_path / "library"), tmp_path / "rows.jsonl"
    cat = claim_of(CAT, signer=ANNA, tdm={"train": "reserved"})
    rocket = claim_of(ROCKET, signer=BERT, tdm={"train": "reserved"})
    write_claims(library, [cat, rocket])
    codes = [cat.claim.iscc_code, rocket.claim.iscc_code]
    rows.write_text("".join(json.dumps({"text": each}) + "\n" for each in (*WORDS[:3], *codes)))
    signer = ["--signer", did_key(ANNA), "--use", "train-generative"]
    return ["screen", str(rows), "--library", library, *signer]


def test_rows_are_decided_and_the_usable_ones_written(
    tmp_path: Path, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    usable, decisions, report = (tmp_path / name for name in ("usable", "decisions", "report"))
    files = ["-o", str(usable), "--decisions", str(decisions), "--report", str(report)]
    assert main([*arguments, *files]) == 3
    assert "1 reserved, 1 review, 3 unknown" in capfd.readouterr().out
    assert [json.loads(line)["text"] for line in usable.read_text().splitlines()] == WORDS[:3]
    head, *lines = map(json.loads, decisions.read_text().splitlines())
    assert head["use"] == "train-generative"
    assert [(line["row"], line["decision"], line["reason"]) for line in lines] == [
        (0, "unknown", "none"),
        (1, "unknown", "none"),
        (2, "unknown", "none"),
        (3, "reserved", "claim"),
        (4, "review", "untrusted"),
    ]
    told = json.loads(report.read_text())
    assert told["rows"] == 5
    assert told["decisions"] == {"reserved": 1, "review": 1, "open": 0, "unknown": 3}
    assert main([*arguments, *files]) == 2
    assert "exists" in capfd.readouterr().err


def test_a_screening_that_was_cut_short_continues(
    tmp_path: Path, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    decisions = tmp_path / "decisions"
    more = [*arguments, "--decisions", str(decisions)]
    assert main(more) == 3
    whole = decisions.read_bytes()
    decisions.write_bytes(whole[: len(whole) // 2])
    capfd.readouterr()
    assert main([*more, "--resume", "--json"]) == 3
    assert decisions.read_bytes() == whole
    printed = capfd.readouterr().out.splitlines()
    assert 0 < len(printed) < 5
    assert main([*more, "--resume", "--use", "search"]) == 2
    assert "another input, or in another way" in capfd.readouterr().err


def test_nothing_reserved_is_0_and_an_unreadable_file_1(
    tmp_path: Path, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    rows = Path(arguments[1])
    rows.write_text('{"text": "fine"}\n')
    assert main(arguments) == 0
    rows.write_text('{"path": "gone.jpg"}\n')
    assert main(arguments) == 1
    out = capfd.readouterr().out
    assert "review    " in out
    assert "gone.jpg" in out


def test_usage(tmp_path: Path, arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--resume"]) == 2
    assert main([*arguments, "--column", "caption"]) == 2
    assert "--column names it" in capfd.readouterr().err
    assert main([*arguments[:1], str(tmp_path / "gone"), *arguments[2:]]) == 2


def test_decisions_about_other_rows_are_not_continued(
    tmp_path: Path, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    folder, decisions = tmp_path / "in", tmp_path / "decisions"
    folder.mkdir()
    (folder / "b.txt").write_text(WORDS[0])
    more = [arguments[0], str(folder), *arguments[2:], "--decisions", str(decisions)]
    assert main(more) == 0
    (folder / "a.txt").write_text(WORDS[1])
    assert main([*more, "--resume"]) == 1
    assert "has changed since it was screened" in capfd.readouterr().err


def test_decisions_never_replace_what_is_screened(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    before = Path(arguments[1]).read_bytes()
    assert main([*arguments, "--decisions", arguments[1], "--force"]) == 2
    assert "PATH itself" in capfd.readouterr().err
    assert Path(arguments[1]).read_bytes() == before


def test_an_unreadable_row_counts_after_a_break_too(tmp_path: Path, arguments: list[str]) -> None:
    Path(arguments[1]).write_text('{"path": "gone.jpg"}\n')
    more = [*arguments, "--decisions", str(tmp_path / "decisions")]
    assert [main(more), main([*more, "--resume"])] == [1, 1]
