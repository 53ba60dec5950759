"""Any readable file has a record; what is missing has a reason, and errors have names."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import iscc_core
import iscc_samples
import pytest
from iscc_schema.schema import IsccMeta
from PIL import Image

from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType
from iscckit.errors import ExtractionFailed, InvalidInput, LimitExceeded, UnreadableFile
from iscckit.media.content_values import Limits
from iscckit.records.batch import create_many
from iscckit.records.create import Progress, create, create_in_steps, create_stream
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.units.sum import Hashes, hash_stream

SAMPLES = Path(__file__).parents[2] / "samples"
TEXT = "It was the best of times, it was the worst of times. " * 40


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "two-cities_1.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "gradient.png"
    Image.radial_gradient("L").resize((90, 60)).save(path)
    return path


def units_by_iscc_core(data: bytes, name: str, bits: int) -> list[str]:
    text = iscc_core.text_clean(data.decode())
    return [
        iscc_core.gen_meta_code(name, bits=bits)["iscc"],
        iscc_core.gen_text_code(text, bits=bits)["iscc"],
        iscc_core.gen_data_code(io.BytesIO(data), bits=bits)["iscc"],
        iscc_core.gen_instance_code(io.BytesIO(data), bits=bits)["iscc"],
    ]


@pytest.mark.parametrize("bits", [64, 96, 256])
def test_a_text_gets_the_code_that_the_reference_functions_give(text: Path, bits: int) -> None:
    record = create(text, Options(bits=bits))
    expected = units_by_iscc_core(text.read_bytes(), "two cities 1", bits)
    assert [str(unit) for unit in record.units] == expected
    assert record.iscc == iscc_core.gen_iscc_code(expected)["iscc"]
    assert (record.mode, record.mediatype, record.name) == ("text", "text/plain", "two cities 1")
    assert record.characters == iscc_core.gen_text_code(TEXT)["characters"]
    assert record.datahash == iscc_core.gen_instance_code(io.BytesIO(TEXT.encode()))["datahash"]
    assert not record.missing


def test_a_picture_gets_a_full_code_and_its_size(picture: Path) -> None:
    record = create(picture)
    kinds = [unit.maintype for unit in record.units]
    assert kinds == [MainType.META, MainType.CONTENT, MainType.DATA, MainType.INSTANCE]
    assert decompose(record.iscc) == list(record.units)
    assert (record.width, record.height, record.mode) == (90, 60, "image")


def test_records_of_all_kinds_load_into_the_schemas_model(text: Path, picture: Path) -> None:
    options = Options(units=True, granular=True, description="More", meta={"a": 1})
    for path in (text, picture):
        written = create(path, options).to_dict()
        assert IsccMeta(**written).dict() == written
    assert len(create(text, options).to_dict()["units"]) == 4  # type: ignore[arg-type]


def test_passages_have_fingerprints_that_cover_the_text(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n".join(f"Sentence {i} is about {i * i % 97} things." for i in range(500)))
    features, _ = create(path, Options(granular=True)).features
    ends = [a + b for a, b in zip(features.offsets, features.sizes, strict=True)]
    assert list(features.offsets) == [0, *ends[:-1]]
    assert all(len(simprint) == 43 for simprint in features.simprints)
    assert create(path).features == ()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.txt", b" \n\t \n", "the text has no letters, digits or symbols"),
        ("marks.txt", b"... --- !?", "the text has no letters, digits or symbols"),
        ("data.bin", bytes(range(256)), "unknown type of content: no known signature"),
        ("song.mid", b"MThd\0\0\0\6", "no content decoder for audio/midi"),
        (
            "notes.txt",
            b"\0\1\2",
            "unknown type of content: binary content, although the name says text/plain",
        ),
    ],
)
def test_without_content_there_is_a_sum_and_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    record = create(path)
    assert record.missing == {"content": reason}
    assert record.failure is None
    assert record.mode is None
    assert [unit.maintype for unit in record.units] == [MainType.DATA, MainType.INSTANCE]
    units = [
        iscc_core.gen_data_code(io.BytesIO(content))["iscc"],
        iscc_core.gen_instance_code(io.BytesIO(content))["iscc"],
    ]
    assert record.iscc == iscc_core.gen_iscc_code(units)["iscc"]
    assert "missing" in record.to_dict()["properties"]  # type: ignore[operator]


def test_damaged_content_is_a_failure_and_still_has_a_sum(picture: Path) -> None:
    whole = create(picture)
    picture.write_bytes(picture.read_bytes()[:200])
    record = create(picture)
    assert isinstance(record.failure, ExtractionFailed)
    assert str(record.failure).startswith(str(picture))
    assert record.missing["content"] == record.failure.reason
    assert len(record.units) == 2
    assert record.iscc != whole.iscc


def test_excess_is_a_failure_too(picture: Path) -> None:
    record = create(picture, Options(limits=Limits(pixels=1000)))
    assert isinstance(record.failure, LimitExceeded)


def test_quality_is_flagged(tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    Image.new("RGB", (50, 50), "white").save(plain)
    assert create(plain).flags == ("featureless-image",)
    short = tmp_path / "short.txt"
    short.write_text("Hello world")
    assert create(short).flags == ("short-text",)
    short.write_text("x" * 50)
    assert create(short, Options(limits=Limits(characters=20))).flags == ("cut-text",)


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("two-cities_1.txt", "two cities 1"),
        ("a.tar.txt", "a.tar"),
        (".profile", ".profile"),
        (os.fsdecode(b"caf\xe9.txt"), "caf"),
        ("line\nbreak.txt", "line break"),
    ],
)
def test_the_file_name_is_the_title_where_none_is_given(
    tmp_path: Path, filename: str, name: str
) -> None:
    path = tmp_path / filename
    path.write_text(TEXT)
    assert create(path).name == name
    assert create(path, Options(name="Given")).name == "Given"
    assert create(path, Options(name=" \n ")).name == name


def test_a_file_without_a_name_has_no_meta_code() -> None:
    record = create_stream(io.BytesIO(TEXT.encode()))
    assert record.units[0].maintype == MainType.CONTENT
    assert record.missing == {"meta": "no name, and none from a file"}
    named = create_stream(io.BytesIO(TEXT.encode()), filename="two-cities.txt")
    assert named.name == "two cities"
    assert named.path is None


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._data.readinto(memoryview(buffer)[:1000])


@pytest.mark.parametrize("name", ["gradient.png", "data.bin", "empty.txt"])
def test_a_stream_that_cannot_seek_has_the_codes_of_its_file(
    tmp_path: Path, picture: Path, name: str
) -> None:
    path = tmp_path / name
    if path != picture:
        path.write_bytes(b"" if name == "empty.txt" else os.urandom(20_000))
    data = path.read_bytes()
    record = create_stream(Trickle(data), filename=name)  # type: ignore[arg-type]
    assert record == replace(create(path), path=None)


def test_description_and_meta_go_into_code_and_record(text: Path) -> None:
    record = create(text, Options(description="A  tale", meta={"b": 1, "a": 2}))
    expected = iscc_core.gen_meta_code("two cities 1", "A  tale", {"b": 1, "a": 2})
    assert str(record.units[0]) == expected["iscc"]
    assert (record.meta, record.metahash) == (expected["meta"], expected["metahash"])
    assert record.tophash is not None


def test_given_metadata_is_kept_where_no_meta_code_goes(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"\0")
    record = create(path, Options(name="Archive"))
    assert (record.name, len(record.units)) == ("Archive", 2)
    assert set(record.missing) == {"content", "meta"}


@pytest.mark.parametrize("bits", [0, 32, 65, 288])
def test_lengths_that_are_not_offered_are_refused(bits: int) -> None:
    with pytest.raises(InvalidInput, match="64 to 256"):
        Options(bits=bits)


def test_bad_metadata_is_refused(text: Path) -> None:
    with pytest.raises(InvalidInput):
        create(text, Options(meta="not a Data-URL"))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "gone.txt", "No such file or directory"),
        (tmp_path, "is a folder"),
        (Path("/dev/null"), "is neither a file nor a folder"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(UnreadableFile) as caught:
            create(path)
        assert str(caught.value) == f"{path}: {reason}"


def test_a_locked_file_is_named() -> None:
    script = (
        "import os, sys\n"
        "from iscckit.records.create import create\n"
        "from iscckit.errors import IsccError\n"
        "os.getuid() or os.setuid(65534)\n"  # root may read everything: let nobody try
        "try: create(sys.argv[1])\n"
        "except IsccError as error: print(type(error).__name__, error)\n"
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "locked.txt"
        path.write_text(TEXT)
        path.chmod(0)
        Path(folder).chmod(0o755)
        command = [sys.executable, "-c", script, str(path)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == f"UnreadableFile {path}: Permission denied\n", result.stderr


def test_a_file_that_changes_while_it_is_read_is_an_error(
    text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(stream: io.BufferedReader) -> Hashes:
        hashes = hash_stream(stream)
        with text.open("a") as file:
            file.write("more")
        return hashes

    monkeypatch.setattr("iscckit.records.hash_and_detect.hash_stream", slow)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        create(text)


def test_a_named_pipe_is_read_like_a_file(tmp_path: Path, picture: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(picture.read_bytes()))
    writer.start()
    record = create(pipe)
    writer.join()
    assert record.iscc.startswith("ISCC:KEC")
    assert record.datahash == create(picture).datahash


def test_a_file_removed_after_it_was_opened_is_still_read(picture: Path) -> None:
    with picture.open("rb") as stream:
        picture.unlink()
        assert create_stream(stream, filename="gradient.png").mode == "image"


@pytest.mark.parametrize("jobs", [1, 3])
def test_many_files_come_in_order_with_their_own_errors(
    tmp_path: Path, text: Path, picture: Path, jobs: int
) -> None:
    paths = [text, tmp_path / "gone", picture, tmp_path, *[text] * 30, picture]
    results = list(create_many(paths, jobs=jobs))
    assert [result.path for result in results] == [str(path) for path in paths]
    failed = [index for index, result in enumerate(results) if result.error is not None]
    assert failed == [1, 3]
    assert results[0].record == create(text)
    assert results[-1].record == create(picture)


def test_endless_paths_are_taken_a_few_at_a_time(text: Path) -> None:
    taken = 0

    def forever() -> Iterator[Path]:
        nonlocal taken
        while True:
            taken += 1
            yield text

    results = create_many(forever(), jobs=2)
    assert next(results).record is not None
    results.close()  # type: ignore[attr-defined]
    assert taken < 50


def test_leaving_early_stops_the_reading_of_long_files(tmp_path: Path, text: Path) -> None:
    long = tmp_path / "long.bin"
    with long.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    results = create_many([text, long, long], jobs=2)
    assert next(results).record is not None
    start = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 60  # reading it all would take hours


def test_nothing_is_written_beside_the_files(tmp_path: Path, text: Path, picture: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    list(create_many([text, picture], Options(granular=True)))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_the_sdks_profile_treats_marks_as_the_sdk_does(tmp_path: Path) -> None:
    path = tmp_path / "marks.txt"
    path.write_text("!?")
    assert create(path, Options(profile="sdk-0.9.7")).mode == "text"
    path.write_text(" \n ")
    assert create(path, Options(profile="sdk-0.9.7")).mode is None


def test_the_folders_of_a_streams_name_are_no_part_of_it() -> None:
    record = create_stream(io.BytesIO(b"\0"), filename="a/b-c.bin")
    assert record.filename == "b-c.bin"


def test_a_profile_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"sdk-0\.9\.7"):
        Options(profile="sdk")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options", [Options(), Options(mixed=True, granular=True), Options(profile="sdk-0.9.7")]
)
def test_documents_of_many_files_have_the_records_of_single_ones(options: Options) -> None:
    paths = iscc_samples.texts()
    expected = [create(path, options) for path in paths]
    assert [result.record for result in create_many(paths, options, jobs=2)] == expected


def test_a_document_that_changes_while_it_is_read_is_an_error_among_many(
    tmp_path: Path, text: Path
) -> None:
    path = tmp_path / "demo.docx"
    [sample] = [each for each in iscc_samples.texts() if each.suffix == ".docx"]
    path.write_bytes(sample.read_bytes())
    over = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            while not over.wait(0.001):
                file.write(b"more")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        first, second = create_many([path, text], jobs=2)
    finally:
        over.set()
        writer.join()
    assert isinstance(first.error, UnreadableFile)
    assert str(first.error).endswith("changed while it was read")
    assert second.record is not None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each worker is a program")
def test_a_program_is_started_only_where_forking_is_not_safe(text: Path) -> None:
    script = (
        "import subprocess, sys, threading\n"
        "from iscckit.records.batch import create_many\n"
        "started, Popen = [], subprocess.Popen\n"
        "def noted(command, **rest):\n"
        "    started.append(command)\n"
        "    return Popen(command, **rest)\n"
        "subprocess.Popen = noted\n"
        "if sys.argv[1] == 'threads':\n"
        "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "assert all(result.record.mode for result in create_many(sys.argv[2:]))\n"
        "print(len(started))\n"
    )
    for given, programs in (
        (["alone"], "0"),
        (["alone", text, text], "0"),
        (["threads"], "0"),
        (["threads", text, text], "1"),
    ):
        command = [sys.executable, "-c", script, *map(str, given)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stdout.strip() == programs


def take_steps(steps: Generator[Progress, None, Record]) -> tuple[list[Progress], Record]:
    """Return all that is yielded, and the record that is returned."""
    taken = []
    while True:
        try:
            taken.append(next(steps))
        except StopIteration as end:
            return taken, end.value


@pytest.mark.parametrize("name", ["cat.jpg", "paper.pdf", "song.opus", "README.md"])
def test_each_step_knows_more_and_the_last_one_has_the_units_of_the_record(name: str) -> None:
    path, options = SAMPLES / name, Options(bits=128, granular=True, units=True)
    with path.open("rb") as file:
        hashes = hash_stream(file)
        steps, record = take_steps(create_in_steps(file, options, filename=name, hashes=hashes))
    assert [each.step for each in steps] == ["hashed", "content", "meta"]
    assert {each.mediatype for each in steps} == {record.mediatype}
    assert [each.units for each in steps] == [record.units[2:], record.units[1:], record.units]
    assert len(record.units) == 4
    assert record.to_json() == replace(create(path, options), path=None).to_json()


def test_a_file_without_content_code_has_the_units_of_its_bytes_at_each_step() -> None:
    with (SAMPLES / "cat.jpg").open("rb") as file:
        steps, record = take_steps(create_in_steps(file, mediatype="application/octet-stream"))
    assert [each.units for each in steps] == [record.units] * 3
    assert len(record.units) == 2
    assert record.mediatype == "application/octet-stream"
    assert "content" in record.missing
