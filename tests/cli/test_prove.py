"""``iscc prove`` and ``iscc verify`` of a range: files, output, exit codes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from iscckit.cli.main import main

DATA = random.Random(10).randbytes(100_001)
NAME = "data.bin.50000-53000.iscc-range.json"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    (tmp_path / "data.bin").write_bytes(DATA)
    return tmp_path


def test_a_proof_is_written_beside_the_file_and_verified_without_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prove", "data.bin", "--range", "50000:53000"]) == 0
    assert capsys.readouterr().out == f"{NAME}\n"
    (here / "data.bin").unlink()
    assert main(["verify", NAME, "-o", "part.bin"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        NAME,
        "  range     valid: bytes 50,000 to before 53,000",
        "  file      100,001 bytes, authenticated",
    ]
    assert lines[3].startswith("  datahash  1e20")
    assert lines[4] == "  written   3,000 bytes to part.bin"
    assert (here / "part.bin").read_bytes() == DATA[50_000:53_000]


def test_json_says_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "data.bin", "--range", "50000:53000", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made.pop("file") == "data.bin"
    assert main(["verify", "--json", str(here / NAME)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == made | {"path": str(here / NAME)}
    assert (found["start"], found["end"], found["count"]) == (50_000, 53_000, 3000)
    assert (found["length"], found["length_authenticated"]) == (100_001, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [("99000:", "99000-100001"), (":10", "0-10"), ("100000:100001", "100000-100001")],
)
def test_open_ranges_reach_to_the_ends(here: Path, text: str, name: str) -> None:
    assert main(["prove", "data.bin", "--range", text]) == 0
    assert main(["verify", f"data.bin.{name}.iscc-range.json"]) == 0


def test_a_proof_without_the_proof_of_the_length_says_so(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["prove", "data.bin", "--range", "50000:53000"])
    document = json.loads((here / NAME).read_text())
    document["length_proof"] = None
    (here / NAME).write_text(json.dumps(document))
    assert main(["verify", NAME]) == 0
    assert "100,001 bytes, not authenticated" in capsys.readouterr().out
    main(["verify", "--json", NAME])
    assert json.loads(capsys.readouterr().out)["length_authenticated"] is False


def test_a_changed_byte_is_exit_code_3_and_writes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["prove", "data.bin", "--range", "50000:53000"])
    document = json.loads((here / NAME).read_text())
    document["start"] += 1
    document["count"] += 999
    (here / NAME).write_text(json.dumps(document))
    assert main(["verify", NAME, "-o", "part.bin"]) == 3
    assert f"{NAME}: the range does not hold" in capsys.readouterr().err
    assert not (here / "part.bin").exists()
    assert main(["verify", "--json", NAME]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["reason"]) == ("invalid", "range-wrong")


@pytest.mark.parametrize("text", ["", "{}", "no json"])
def test_a_file_that_is_no_proof_is_exit_code_1(
    here: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (here / NAME).write_text(text)
    assert main(["verify", NAME]) == 1
    assert NAME in capsys.readouterr().err
    assert main(["verify", "--json", NAME]) == 1
    assert json.loads(capsys.readouterr().out)["state"] == "unreadable"
    assert main(["verify", "missing.iscc-range.json"]) == 1


def test_several_proofs_are_all_verified(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["prove", "data.bin", "--range", "0:5"])
    (here / NAME).write_text("{}")
    assert main(["verify", NAME, "data.bin.0-5.iscc-range.json"]) == 1
    printed = capsys.readouterr()
    assert "bytes 0 to before 5" in printed.out
    assert NAME in printed.err


def test_a_proof_beside_a_folder_of_the_library(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    works = here / "works"
    works.mkdir()
    (works / "a.txt").write_text("words")
    assert main(["scan", str(works)]) == 0
    main(["prove", "data.bin", "--range", "50000:53000"])
    capsys.readouterr()
    assert main(["verify", str(works), NAME]) == 0
    printed = capsys.readouterr().out
    assert "range     valid" in printed
    assert printed.endswith("1 intact\n")
    (here / NAME).write_text("{}")
    assert main(["verify", str(works), NAME]) == 1


@pytest.mark.parametrize(
    "text", ["5", "5-9", "a:b", "-1:5", "5:5", "9:5", "0:100002", "1:2:3", "٣:9"]
)
def test_a_range_that_is_none_is_usage(
    here: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert main(["prove", "data.bin", f"--range={text}"]) == 2
    assert capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["data.bin"]


def test_files_are_replaced_only_with_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prove", "data.bin", "--range", "50000:53000"]
    assert main(arguments) == 0
    assert main(arguments) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0
    (here / "part.bin").write_text("mine")
    assert main(["verify", NAME, "-o", "part.bin"]) == 2
    assert (here / "part.bin").read_text() == "mine"
    assert main(["verify", NAME, "-o", "part.bin", "--force"]) == 0
    assert (here / "part.bin").read_bytes() == DATA[50_000:53_000]
    assert main(["prove", "data.bin", "--range", "0:5", "-o", "elsewhere.json"]) == 0
    assert (here / "elsewhere.json").exists()


def test_an_output_belongs_to_one_proof(here: Path) -> None:
    for paths in ([], ["data.bin"], [NAME, NAME], [NAME, "data.bin"]):
        assert main(["verify", *paths, "-o", "part.bin"]) == 2
    assert not (here / "part.bin").exists()


def test_the_output_is_never_the_proof_itself(here: Path) -> None:
    main(["prove", "data.bin", "--range", "50000:53000"])
    assert main(["verify", NAME, "-o", NAME]) == 2
    assert json.loads((here / NAME).read_text())["count"] == 3000


def test_errors_name_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "missing.bin", "--range", "0:5"]) == 1
    assert "missing.bin" in capsys.readouterr().err
    assert main(["prove", "data.bin", "--range", "0:5", "-o", str(here / "no" / "p.json")]) == 1
    assert "p.json" in capsys.readouterr().err
    (here / "big.bin").write_bytes(bytes(5 << 20))
    assert main(["prove", "big.bin", "--range", ":"]) == 1
    assert "exceeds the limit of 4194304 bytes" in capsys.readouterr().err
