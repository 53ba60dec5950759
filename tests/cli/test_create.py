"""``iscc create`` gives every readable file a code, and says what went wrong with the others."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from iscckit.cli.exit_codes import BROKEN_PIPE, DONE, FAILED, INTERRUPTED, USAGE
from iscckit.records.create import create
from iscckit.records.options import Options

COMMAND = [sys.executable, "-m", "iscckit.cli.main", "create"]
SAMPLES = Path(__file__).parent.parent.parent / "samples"
TEXT = "Call me Ishmael. Some years ago, never mind how long precisely. " * 20


def run(
    *arguments: str | bytes | Path, cwd: Path | None = None, stdin: bytes = b"", **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | env,
    )


def on_a_terminal(*arguments: str | Path, **env: str) -> tuple[int, str]:
    """Run the command with a terminal for both outputs and return what a person sees."""
    mother, child = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=child,
        stderr=child,
        env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"} | env,
    )
    os.close(child)
    seen = b""
    while True:
        select.select([mother], [], [], 60)
        try:
            block = os.read(mother, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not block:
            break
        seen += block
    os.close(mother)
    return process.wait(), seen.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d" / "sub").mkdir(parents=True)
    (tmp_path / "d" / "whale.txt").write_text(TEXT)
    (tmp_path / "d" / "sub" / "data.bin").write_bytes(b"\0\1\2\3")
    Image.radial_gradient("L").save(tmp_path / "d" / "disc.png")
    (tmp_path / "d" / "empty").write_bytes(b"")
    return tmp_path


def test_json_is_one_record_a_line_in_the_order_of_the_walk(folder: Path) -> None:
    result = run("--json", "d", cwd=folder)
    assert (result.returncode, result.stderr) == (DONE, b"")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    paths = [record["properties"]["path"] for record in records]
    assert paths == ["d/disc.png", "d/empty", "d/whale.txt", "d/sub/data.bin"]
    assert records[0]["iscc"] == create(folder / "d" / "disc.png").iscc
    assert records[1]["properties"]["missing"] == {"content": "the file is empty"}
    assert records[3]["iscc"].startswith("ISCC:KU")


def test_options_reach_the_record(folder: Path) -> None:
    path = folder / "d" / "whale.txt"
    arguments = ["--bits", "256", "--units", "--granular", "--name", "Moby", "--profile", "iso"]
    result = run("--json", *arguments, "--description", "W", "--meta", '{"a": 1}', path)
    options = Options(
        bits=256,
        units=True,
        granular=True,
        name="Moby",
        profile="iso",
        description="W",
        meta={"a": 1},
    )
    assert json.loads(result.stdout) == json.loads(create(path, options).to_json())


def test_metadata_comes_as_json_as_data_url_or_from_a_file(folder: Path) -> None:
    path = folder / "d" / "whale.txt"
    (folder / "meta.json").write_text('{"a": 1}\n')
    given = ['{"a":1}', "data:application/json;base64,eyJhIjoxfQ==", f"@{folder / 'meta.json'}"]
    results = {run("--json", "--meta", meta, path).stdout for meta in given}
    assert len(results) == 1
    assert json.loads(results.pop())["meta"] == given[1]


@pytest.mark.parametrize(
    "meta",
    [
        "{",
        "[1]",
        "@nowhere.json",
        "data:text/plain,hello",
        '{"a": 1e400}',
        f'{{"a": {"9" * 5000}}}',
        f'{{"a": {"[" * 60_000}',
    ],
    ids=lambda meta: meta[:24],
)
def test_bad_metadata_is_a_usage_error_before_any_file(folder: Path, meta: str) -> None:
    result = run("--meta", meta, folder / "d" / "whale.txt")
    assert (result.returncode, result.stdout) == (USAGE, b"")
    assert result.stderr
    assert b"Traceback" not in result.stderr


def test_into_a_pipe_a_card_is_plain_text(folder: Path) -> None:
    result = run("--units", "d/whale.txt", cwd=folder)
    lines = result.stdout.decode().splitlines()
    assert lines[0] == "d/whale.txt"
    assert "ISCC:KAC" in lines[1]
    assert any(line.endswith("same file?") for line in lines)
    assert b"\x1b" not in result.stdout


def test_a_container_without_decoder_names_the_option_that_divides_it(folder: Path) -> None:
    path = folder / "d" / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("whale.txt", TEXT)
    hint = "no content decoder for application/zip; --mixed makes a code of what it holds"
    assert hint in run("d/a.zip", cwd=folder).stdout.decode()
    for index in range(12):
        (folder / "d" / f"{index:02}.bin").write_bytes(b"\0")
    lines = run("d", cwd=folder).stdout.decode().splitlines()
    assert [line.endswith(f"({hint})") for line in lines].count(True) == 1
    assert "--mixed" not in run("--mixed", "d/a.zip", cwd=folder).stdout.decode()
    assert "--mixed" not in run("--json", "d/a.zip", cwd=folder).stdout.decode()


def test_on_a_terminal_a_card_has_colours_unless_told_otherwise(folder: Path) -> None:
    path = folder / "d" / "whale.txt"
    code, seen = on_a_terminal(path)
    assert code == DONE
    assert "\x1b[" in seen
    assert create(path).iscc in seen
    assert "\x1b[" not in on_a_terminal(path, NO_COLOR="1")[1]


def test_many_files_get_a_line_each_and_a_bar_on_the_terminal(folder: Path) -> None:
    for index in range(12):
        (folder / "d" / f"{index:02}.txt").write_text(f"{TEXT} {index}")
    code, seen = on_a_terminal(folder / "d")
    assert code == DONE
    assert "1/16" in seen
    lines = run(folder / "d").stdout.decode().splitlines()
    assert len(lines) == 16
    assert lines[0].endswith("00.txt")
    assert lines[-1].endswith("data.bin  (unknown type of content: no known signature)")


def test_standard_input_goes_by_the_name_it_is_given(folder: Path) -> None:
    path = folder / "d" / "disc.png"
    data = path.read_bytes()
    record = json.loads(run("--json", "-", "--filename", "disc.png", stdin=data).stdout)
    assert record["iscc"] == create(path).iscc
    unnamed = json.loads(run("--json", "-", stdin=data).stdout)
    assert "name" not in unnamed
    assert unnamed["iscc"].startswith("ISCC:KEA")
    assert run("-", "x", stdin=data).returncode == USAGE


def test_one_bad_file_costs_an_error_line_and_the_exit_code_but_not_the_others(
    folder: Path,
) -> None:
    broken = folder / "d" / "broken.png"
    broken.write_bytes((folder / "d" / "disc.png").read_bytes()[:300])
    result = run("--json", "gone.txt", "d", cwd=folder)
    assert result.returncode == FAILED
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(records) == 5
    assert records[0]["iscc"].startswith("ISCC:KU")
    errors = result.stderr.decode().splitlines()
    assert errors[0] == "iscc: gone.txt: No such file or directory"
    assert errors[1].startswith("iscc: d/broken.png: cannot be read as image/png: ")
    assert len(errors) == 2


def test_libraries_do_not_talk_past_us(folder: Path) -> None:
    path = folder / "noisy.tif"
    Image.radial_gradient("L").save(path, compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    data[8:3000] = bytes(2992)
    path.write_bytes(data)
    loud = subprocess.run(
        [sys.executable, "-c", f"from iscckit.records.create import create; create({str(path)!r})"],
        capture_output=True,
        check=True,
    )
    assert loud.stderr  # libtiff says what it thinks of the file
    result = run(path)
    assert result.returncode == FAILED
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"iscc: {path}: cannot be read as image/tiff: ".encode())
    compared: list[str | Path] = [*COMMAND[:-1], "compare", path, folder / "d" / "disc.png"]
    both = subprocess.run(compared, capture_output=True, check=False)
    assert b"tempfile" not in both.stderr
    assert len(both.stderr.splitlines()) <= 1


def test_a_warning_of_a_decoder_is_not_shown(folder: Path) -> None:
    path = folder / "odd.jpg"
    exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01"  # five tags announced, half of one there
    Image.radial_gradient("L").save(path, exif=exif)
    result = run(path)
    assert (result.returncode, result.stderr) == (DONE, b"")


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"two\nlines.txt", b"-x.txt", b"\x1b[31m.txt"])
def test_odd_names_are_read_and_shown_safely(tmp_path: Path, name: bytes) -> None:
    (tmp_path / os.fsdecode(name)).write_text(TEXT)
    plain = run("--", name, cwd=tmp_path)
    assert plain.returncode == DONE
    assert b"\x1b" not in plain.stdout
    assert len(plain.stdout.splitlines()) == 8  # title, six rows, generator
    as_json = run("--json", "--", name, cwd=tmp_path)
    assert json.loads(as_json.stdout)["characters"] == 1000
    gone = run("--", b"gone" + name, cwd=tmp_path)
    assert len(gone.stderr.splitlines()) == 1


def test_output_does_not_depend_on_the_locale(folder: Path) -> None:
    path = folder / "d" / "Zürich – 東京.txt"
    path.write_text(TEXT)
    results = [
        run("--json", path, LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        for locale in ("C.UTF-8", "C")
    ]
    assert results[0].stdout == results[1].stdout
    assert "Zürich – 東京".encode() in results[0].stdout


def test_records_do_not_depend_on_the_number_of_jobs(folder: Path) -> None:
    assert run("--json", "-j", "1", folder).stdout == run("--json", "-j", "3", folder).stdout


def test_usage_errors(folder: Path) -> None:
    assert run().returncode == USAGE
    assert run("--bits", "32", folder).returncode == USAGE
    assert run("--profile", "other", folder).returncode == USAGE


@pytest.mark.parametrize("verb", ["create", "sum"])
def test_a_reader_that_has_seen_enough_ends_the_run_in_silence(folder: Path, verb: str) -> None:
    for index in range(300):
        (folder / "d" / f"{index}.txt").write_text(f"{TEXT} {index}")
    process = subprocess.Popen(
        [*COMMAND[:-1], verb, "--tag" if verb == "sum" else "--json", "d"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == BROKEN_PIPE
    process.stderr.close()


def test_ctrl_c_says_what_was_done(folder: Path) -> None:
    with (folder / "long.bin").open("wb") as file:
        file.truncate(1 << 42)
    process = subprocess.Popen(
        [*COMMAND, "--json", "d/whale.txt", "long.bin"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    errors = process.stderr.read()
    assert process.wait(60) == INTERRUPTED
    assert errors == b"\niscc: interrupted: 1 of 2 files done\n"
    process.stdout.close()
    process.stderr.close()


def test_nothing_is_written_beside_the_files(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    run("--granular", folder)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("verb", ["create", "sum"])
def test_a_folder_that_cannot_be_walked_does_not_cost_those_behind_it(
    tmp_path: Path, verb: str
) -> None:
    for name in "ac":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(TEXT)
    (tmp_path / "b" / "/".join("d" * 257)).mkdir(parents=True)
    result = subprocess.run([*COMMAND[:-1], verb, tmp_path], capture_output=True, check=False)
    assert result.returncode == FAILED
    assert result.stdout.count(b"/x.txt") == 2
    assert result.stderr.endswith(b"folders nested deeper than 256\n")


def json_lines(text: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_mixed_makes_one_content_of_a_folder(tmp_path: Path) -> None:
    for name in ("cat.jpg", "gettysburg-hay.txt"):
        (tmp_path / name).write_bytes((SAMPLES / name).read_bytes())
    result = run("--mixed", str(tmp_path))
    assert result.returncode == 0
    assert b"gettysburg-hay.txt" in result.stdout
    (record,) = json_lines(run("--mixed", "--json", str(tmp_path)).stdout)
    assert record["mode"] == "mixed"
    parts = record["parts"]
    assert isinstance(parts, list)
    assert len(parts) == 2
    assert len(json_lines(run("--json", str(tmp_path)).stdout)) == 2


def test_a_folder_without_files_fails_and_the_rest_is_done(tmp_path: Path) -> None:
    result = run("--mixed", "--json", str(tmp_path), str(SAMPLES / "cat.jpg"))
    assert result.returncode == 1
    assert b"no files found" in result.stderr
    assert len(json_lines(result.stdout)) == 1
