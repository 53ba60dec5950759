"""Bombs of many kinds: bounded memory and time, and a record or an error that says why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import iscc_samples
import pytest
from tests.processes import gone, opens, workers
from tests.robustness import bombs
from tests.robustness.trial import broken, outcomes

from iscckit.errors import ExtractionFailed
from iscckit.records.batch import create_many
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.workers.limits import Quota

SECONDS = 60  # of processor time
MEMORY = 1500  # MiB that a process with all these files holds at most


def tried(group: dict[str, bytes], folder: Path, memory: int = MEMORY) -> dict[str, dict[str, Any]]:
    found = outcomes(group, folder, seconds=SECONDS)
    assert broken(found) == {}
    assert max(ends["peak"] for ends in found.values()) < memory
    return found


def test_headers_that_claim_a_thousand_million_pixels(tmp_path: Path) -> None:
    found = tried(bombs.headers(), tmp_path, 400)
    drawn = found.pop("made.svg")
    assert drawn["mode"] == "image"  # drawn at a smaller size, as the reference SDK does
    damaged = {"made.avif", "made.fits"}  # their decoders compare the sizes with the data first
    refused = {name for name, ends in found.items() if ends["failure"] == "LimitExceeded"}
    assert refused == set(found) - damaged
    assert {found[name]["failure"] for name in damaged} == {"ExtractionFailed"}


@pytest.mark.slow
def test_compressed_parts_of_pictures(tmp_path: Path) -> None:
    found = tried(bombs.packed(), tmp_path)
    assert found["drawing.svgz"]["failure"] == "LimitExceeded"


def test_sound_and_films_that_claim_too_much(tmp_path: Path) -> None:
    tried(bombs.movies(), tmp_path)


def test_deep_nesting_and_entities(tmp_path: Path) -> None:
    found = tried(bombs.deep(), tmp_path)
    assert found["lol.xml"]["mode"] == "text"  # the entity is left out
    assert found["lol.svg"]["failure"] == "ExtractionFailed"
    assert found["deep.svg"]["failure"] == "ExtractionFailed"


@pytest.mark.slow
def test_documents_with_deep_nesting_and_entities(tmp_path: Path) -> None:
    tried(bombs.deep_documents(), tmp_path)


@pytest.mark.slow
def test_archives_that_unpack_to_gigabytes_honestly_or_not(tmp_path: Path) -> None:
    found = tried(bombs.documents(), tmp_path)
    documents = {name: ends for name, ends in found.items() if "demo" in name or "made" in name}
    assert len(documents) == 16
    honest = {ends["failure"] for name, ends in documents.items() if name.startswith("honest")}
    assert honest == {"LimitExceeded"}
    # A member that is longer than it says is too long, or damaged where its end does not fit.
    failures = {ends["failure"] for ends in documents.values()}
    assert failures == {"LimitExceeded", "ExtractionFailed"}


# PDFium ends its process where memory runs out; of these two it wants more than there is.
DEADLY = ("flate.pdf", "form.pdf")


@pytest.mark.slow
def test_endless_and_enormous_structures_of_pdf(tmp_path: Path) -> None:
    papers = {name: data for name, data in bombs.papers().items() if name not in DEADLY}
    found = tried(papers, tmp_path)
    assert found["count.pdf"]["mode"] == "text"


@pytest.fixture(scope="module")
def deadly() -> dict[str, bytes]:
    papers = bombs.papers()
    return {name: papers[name] for name in DEADLY}


@pytest.mark.parametrize(("jobs", "mixed"), [(1, False), (2, False), (2, True)])
def test_a_pdf_that_kills_its_decoder_costs_only_itself(
    deadly: dict[str, bytes], tmp_path: Path, jobs: int, mixed: bool
) -> None:
    for name, data in deadly.items():
        (tmp_path / name).write_bytes(data)
    [paper] = [path for path in iscc_samples.texts() if path.suffix == ".pdf"]
    [office] = [path for path in iscc_samples.texts() if path.suffix == ".docx"]
    bad = [str(tmp_path / name) for name in DEADLY]
    options, quota = Options(mixed=mixed), Quota(seconds=60, memory=300 << 20)
    paths: list[str | Path] = [paper, bad[0], office, bad[1], paper]
    results = list(create_many(paths, options, jobs=jobs, quota=quota))
    assert [result.path for result in results] == [str(path) for path in paths]
    for path, result in zip(paths, results, strict=True):
        assert result.record is not None
        if path in bad:
            assert isinstance(result.record.failure, ExtractionFailed)
            assert result.record.missing["content"].startswith("the decoder crashed (SIG")
            assert result.record.iscc.startswith("ISCC:KUA")  # an ISCC-SUM
        else:
            assert result.record == create(path, options)


def test_leaving_early_ends_decoders_that_work(deadly: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(deadly["form.pdf"])
    [paper] = [path for path in iscc_samples.texts() if path.suffix == ".pdf"]
    before = workers()
    results = create_many([paper, *[tmp_path / "form.pdf"] * 3], jobs=2)
    assert next(results).record is not None
    assert len(workers() - before) == 2
    results.close()  # type: ignore[attr-defined]
    assert workers() <= before


def test_a_killed_decoder_costs_one_file(deadly: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(deadly["form.pdf"])
    [paper] = [path for path in iscc_samples.texts() if path.suffix == ".pdf"]
    before = workers()
    results = create_many([paper, tmp_path / "form.pdf", paper], jobs=1)
    first = next(results)
    [process] = workers() - before

    def kill() -> None:
        if opens(process, tmp_path / "form.pdf"):
            os.kill(process, signal.SIGKILL)

    threading.Thread(target=kill).start()
    second, third = results
    assert second.record is not None
    assert "SIGKILL" in second.record.missing["content"]
    assert first.record == third.record == create(paper)


def test_ctrl_c_ends_decoders_that_work(deadly: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(deadly["form.pdf"])
    command = [sys.executable, "-m", "iscckit.cli.main", "create", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (decoders := workers(process.pid)):
        time.sleep(0.01)
    assert opens(min(decoders), tmp_path / "a.pdf", tmp_path / "b.pdf")
    decoders = workers(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    output, errors = process.communicate()
    assert (output, errors.strip()) == ("", "iscc: interrupted: 0 of 2 files done")
    assert all(map(gone, decoders))
