"""``iscc optout`` shows, writes and converts what is reserved, and says what is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from iscckit.cli.main import main

TERM = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.linear_gradient("L").convert("RGB").save(path)
    return path


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["optout", *map(str, arguments)])
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_what_is_written_is_shown(photo: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(capfdbinary, "show", photo)[0] == 3
    told = photo.with_name("told.jpg")
    code, out, _ = run(
        capfdbinary, "write", photo, "--tdm", "train=reserved", "--tdm", "derive=open", "-o", told
    )
    assert code == 0
    assert "not expressible  derive=open" in out
    code, out, _ = run(capfdbinary, "show", told, "--as", "aipref", "--json")
    found = json.loads(out)
    assert (code, found["says"]) == (0, {"train": "reserved"})
    assert found["statements"][0]["value"] == TERM
    assert found["as"] == {
        "vocabulary": "aipref",
        "revision": "draft-ietf-aipref-vocab-08",
        "value": "train-ai=n",
        "not_expressible": ["train=reserved"],
        "also_reserved": [],
    }


def test_tdmai_names_the_code_of_the_file(
    photo: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(capfdbinary, "write", photo, "--tdm", "train=reserved", "--in-place")
    main(["create", str(photo), "--json"])
    iscc = json.loads(capfdbinary.readouterr().out)["iscc"]
    _, out, _ = run(capfdbinary, "show", photo, "--as", "tdmai", "--json")
    assert json.loads(out)["as"]["value"]["iscc"] == iscc


def test_converting_prints_the_statement_alone(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    header = tmp_path / "header.txt"
    header.write_text("Content-Usage: train-ai=n, search=y, all=n\n")
    code, out, err = run(capfdbinary, "convert", header, "--as", "cawg")
    assert code == 0
    assert json.loads(out) == {"entries": {"cawg.ai_generative_training": {"use": "notAllowed"}}}
    assert "ignored: all" in err
    assert "not expressible: search=open" in err
    header.write_text("Content-Usage: search=y")
    assert run(capfdbinary, "convert", header, "--as", "tdmrep")[0] == 3


def test_a_stricter_statement_in_the_file_is_told(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><meta name='tdm-reservation' content=1></head><p>Words</html>")
    options = [f"--tdm={each}=open" for each in ("train", "inference", "derive", "analyze")]
    code, out, err = run(capfdbinary, "write", page, *options, "--in-place", "--json")
    assert code == 3
    assert json.loads(out)["says"]["train"] == "reserved"
    assert "another statement in it reserves train" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "missing"], 1),
        (["show"], 2),
        (["show", "{photo}", "--as", "other"], 2),
        (["write", "{photo}", "-o", "b.jpg"], 2),
        (["write", "{photo}", "--tdm", "train=reserved"], 2),
        (["write", "{photo}", "--tdm", "train=reserved", "-o", "{photo}"], 2),
        (["write", "{photo}", "--tdm", "train=never", "--in-place"], 2),
        (["write", "{photo}", "--tdm", "derive=reserved", "--in-place"], 2),
        (["write", "{photo}", "--tdm", "train=reserved", "--as", "tdmrep", "--in-place"], 1),
        (["convert", "missing", "--as", "plus"], 1),
        (["convert", "{photo}", "--as", "plus"], 2),
        (["convert", "{text}", "--as", "tdmai"], 2),
        (["convert", "{text}", "--as", "plus", "--from", "cawg"], 2),
    ],
)
def test_exit_codes(
    photo: Path,
    arguments: list[str],
    code: int,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(photo.parent)
    text = photo.with_name("text.txt")
    text.write_text("train-ai=n")
    before = photo.read_bytes()
    given = [each.format(photo=photo, text=text) for each in arguments]
    found, _, err = run(capfdbinary, *given)
    assert (found, "Traceback" in err) == (code, False)
    assert photo.read_bytes() == before
