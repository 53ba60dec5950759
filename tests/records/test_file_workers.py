"""Files in worker processes: the same records as from this process, and nothing else is read."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import iscc_samples
import pytest
from PIL import Image
from tests.processes import gone

from iscckit.errors import ExtractionFailed, InvalidInput, LimitExceeded, UnreadableFile
from iscckit.media.open_file import StopReading
from iscckit.records.batch import create_many
from iscckit.records.create import create, create_stream
from iscckit.records.draft_task import (
    DraftTask,
    Failure,
    draft_of,
    error_of,
    make_draft,
    read_file,
    retry,
)
from iscckit.records.file_workers import FileWorkers
from iscckit.records.options import Options
from iscckit.records.partial_results import Draft
from iscckit.records.probe_task import picture_apart
from iscckit.records.record import Record
from iscckit.workers import landlock
from iscckit.workers.limits import Allowance, Quota
from iscckit.workers.supervisor import Broken
from iscckit.workers.typed import reader
from iscckit.workers.wire import HandedFile, Input, pack, unpack

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = sorted([*SAMPLES.iterdir(), *iscc_samples.all()])
FULL = Options(bits=256, granular=True, units=True)

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")


def identify(path: Path, options: Options = FULL) -> Record:
    """Return the record of a file from a worker."""
    [result] = create_many([path], options)
    assert result.record is not None
    return result.record


def test_records_of_all_kinds_are_the_same_from_a_worker() -> None:
    results = list(create_many(FILES, FULL, jobs=2))
    assert [result.path for result in results] == [str(path) for path in FILES]
    for path, result in zip(FILES, results, strict=True):
        here = create(path, FULL)
        assert result.record == here or str(here.failure) == str(result.record.failure)  # type: ignore[union-attr]
        assert result.record is not None
        assert result.record.to_json() == here.to_json()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_draft_is_the_same_on_the_other_side(path: Path) -> None:
    draft = draft_of(DraftTask(HandedFile(str(path)), path.name, FULL, {}))
    if draft.content.failure is not None:
        return  # two errors are never equal; test_wire compares them
    packed = pack(draft)
    section = memoryview(b"".join(packed.section))
    found = unpack(packed.text, Input(section), reader(Draft))
    assert found == draft
    assert repr(found) == repr(draft)


@needs_landlock
def test_a_drawing_shows_nothing_that_lies_beside_it(tmp_path: Path) -> None:
    beside = tmp_path / "beside.png"
    beside.write_bytes(b"")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">{}</svg>'
    inner = '<image href="{}" width="64" height="64"/><rect width="20" height="20"/>'
    codes = []
    for i, target in enumerate(["file:///etc/passwd", str(SAMPLES / "cat.jpg"), "beside.png"]):
        path = tmp_path / f"{i}.svg"
        path.write_text(drawing.format(inner.format(target)))
        codes.append(identify(path).units[1])
    plain = tmp_path / "plain.svg"
    plain.write_text(drawing.format('<rect width="20" height="20"/>'))
    assert set(codes) == {create(plain, Options(bits=256)).units[1]}


PLAYLIST = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile://{}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_playlist_in_a_film_reads_no_other_file(tmp_path: Path, is_inside: bool) -> None:
    song = tmp_path / "song.opus"
    song.write_bytes((SAMPLES / "song.opus").read_bytes())
    text = PLAYLIST.format(song).encode()
    chunk = b"GAB2" + len(text).to_bytes(4, "little") + text
    body = b"AVI LIST" + len(chunk).to_bytes(4, "little") + chunk
    film = tmp_path / "film.avi"
    film.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body if is_inside else text)
    record = identify(film)
    assert "content" in record.missing or record.mode == "text"
    assert record.duration is None


ALLOWANCE = Allowance(1.5, 300 << 20)


def test_what_ends_a_process_is_an_error_of_its_file() -> None:
    late = error_of(Failure("timeout", "took longer", ALLOWANCE), "a", "image/png")
    assert isinstance(late, LimitExceeded)
    assert str(late) == "a: exceeds the limit of 2 seconds"
    greedy = error_of(Failure("memory", "took more", ALLOWANCE), "a", "image/png")
    assert str(greedy) == f"a: exceeds the limit of {300 << 20} bytes of memory"
    crash = error_of(Failure("crash", "the decoder crashed (SIGABRT)", ALLOWANCE), "a", "image/png")
    assert isinstance(crash, ExtractionFailed)
    assert crash.reason.startswith("the decoder crashed (SIGABRT)")
    assert ("300 MiB" in crash.reason) == (sys.platform == "linux")


@pytest.mark.parametrize(
    ("deadly", "left_out"),
    [
        ({"content"}, {"content"}),
        ({"metadata"}, {"metadata"}),
        ({"content", "metadata"}, {"content", "metadata"}),
    ],
)
def test_only_the_step_that_kills_processes_is_left_out(
    deadly: set[str], left_out: set[str]
) -> None:
    def attempt(failures: Iterable[str]) -> set[str]:
        steps = set(failures)
        if not deadly <= steps:
            raise Broken("crash", "the decoder crashed", ALLOWANCE)
        return steps

    assert retry(attempt) == left_out


def test_what_kills_processes_whatever_is_left_out_is_told() -> None:
    def attempt(_: object) -> None:
        raise Broken("crash", "the decoder crashed", ALLOWANCE)

    with pytest.raises(Broken):
        retry(attempt)


def test_a_record_without_a_step_has_its_reason() -> None:
    failure = Failure("timeout", "took longer", ALLOWANCE)
    path = str(SAMPLES / "cat.jpg")
    task = DraftTask(HandedFile(path), "cat.jpg", Options(), {"content": failure})
    draft = make_draft(task)
    assert isinstance(draft.content.failure, LimitExceeded)
    assert draft.content.unit is None
    damaged = make_draft(task._replace(failures={"metadata": failure}))
    assert damaged.content.unit is not None
    assert damaged.metadata.damage == (f"{path}: exceeds the limit of 2 seconds",)


def test_time_that_is_over_costs_the_content_of_one_file(tmp_path: Path) -> None:
    slow = tmp_path / "slow.txt"
    slow.write_text("word " * 2_000_000)
    [result] = create_many([slow], quota=Quota(seconds=0.0))
    assert isinstance(result.error, LimitExceeded)
    [result] = create_many([slow])
    assert result.record is not None
    assert result.record.mode == "text"


def test_a_file_that_cannot_be_opened_is_an_error_of_this_process(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, Path("/dev/null")):
        [result] = create_many([path])
        with pytest.raises(UnreadableFile) as caught:
            create(path)
        assert str(result.error) == str(caught.value)


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "cat.jpg"
    os.mkfifo(pipe)
    data = (SAMPLES / "cat.jpg").read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    record = identify(pipe)
    writer.join()
    assert record.units[1:] == create(SAMPLES / "cat.jpg", FULL).units[1:]


def test_a_stream_is_read_by_a_worker() -> None:
    task = "iscckit.records.draft_task:read_stream"
    path = SAMPLES / "paper.pdf"
    with path.open("rb") as file, FileWorkers() as workers:
        draft: Draft = workers.read_stream(
            task, file.fileno(), "-", lambda handed: DraftTask(handed, "paper.pdf", FULL, {})
        )
    with path.open("rb") as file:
        here = create_stream(file, FULL, filename="paper.pdf")
    assert draft.content.unit in here.units
    assert draft.file.datahash == here.datahash


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is confined")
def test_a_sandbox_that_is_required_and_missing_is_wrong_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with pytest.raises(InvalidInput, match="no Landlock"):
        FileWorkers(sandbox="require")
    with FileWorkers(sandbox="auto"), FileWorkers(sandbox="off"):
        pass


@pytest.mark.parametrize("executable", ["", "/does/not/exist"])
def test_where_no_process_can_start_files_are_decoded_here(
    executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    over = threading.Event()
    threading.Thread(target=over.wait).start()  # with two threads nothing is forked
    path = SAMPLES / "cat.jpg"
    assert identify(path) == create(path, FULL)
    [result] = create_many([path], sandbox="require")
    assert isinstance(result.error, InvalidInput)
    over.set()


def test_nobody_waits_for_what_nobody_wants() -> None:
    with FileWorkers() as workers, pytest.raises(StopReading):
        read_file(workers, str(SAMPLES / "film.mp4"), FULL, lambda: True)


def test_a_kept_process_that_was_killed_costs_nothing() -> None:
    with FileWorkers() as workers:
        name = "tests.workers.calls:process"
        process = workers.run(name, "", 0, (str(Path(__file__).parents[1]),))
        os.kill(process, signal.SIGKILL)
        assert gone(process)
        assert workers.run(name, "", 0, (str(Path(__file__).parents[1]),)) != process


@pytest.mark.skipif(sys.platform != "linux", reason="no other system limits memory")
def test_a_picture_over_the_limit_of_memory_names_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("RGB", (9000, 9000)).save(path, compress_level=1)
    most = 200 << 20  # less than the 4 bytes that a decoded pixel takes
    [result] = create_many([path], jobs=1, quota=Quota(memory=most))
    assert result.record is not None
    assert isinstance(result.record.failure, LimitExceeded)
    assert result.record.failure.reason_code == "memory-exceeded"
    assert result.record.missing["content"] == str(result.record.failure)
    assert str(most) in str(result.record.failure) or f"{most:,}" in str(result.record.failure)
    assert result.record.iscc.startswith("ISCC:KUA")  # an ISCC-SUM
    with pytest.raises(LimitExceeded) as caught:
        picture_apart(str(path), 128, Quota(memory=most))
    assert caught.value.reason_code == "memory-exceeded"
