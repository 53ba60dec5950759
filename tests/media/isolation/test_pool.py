"""Decoders elsewhere: the same values as here, and what goes wrong there costs one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import iscc_samples
import pytest
from tests.media.isolation.decoders import (
    crashing,
    failing,
    greedy,
    printing,
    sleeping,
    where,
    wrong,
)
from tests.processes import children, gone

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.base import Limits, Source, TextContent
from iscckit.media.isolation.pool import Isolation
from iscckit.media.readers import documents, pdf
from iscckit.media.source import StopReading
from iscckit.workers.pool import Quota

Value = TypeVar("Value")

ROOT = Path(__file__).parents[3]
ARGUMENTS = {"profile": "iscckit-1", "limits": Limits()}
SAMPLES = {path.suffix: path for path in iscc_samples.texts()}
TYPES = {".pdf": "application/pdf", ".rtf": "application/rtf"}


def never() -> bool:
    return False


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(SAMPLES[".pdf"].read_bytes())
    return path


def run(
    isolation: Isolation,
    function: Callable[[Source], Value],
    path: Path,
    stopped: Callable[[], bool] = never,
) -> Value:
    with path.open("rb") as stream:
        return isolation.run(stopped, function, Source(stream, str(path), "application/pdf"))


@pytest.mark.parametrize("suffix", TYPES)
def test_a_text_is_the_same_as_from_this_process(suffix: str) -> None:
    path, extract = SAMPLES[suffix], pdf.extract if suffix == ".pdf" else documents.extract
    with path.open("rb") as stream, Isolation() as isolation:
        source = Source(stream, str(path), TYPES[suffix])
        there = isolation.run(never, extract, source, **ARGUMENTS)
        assert isinstance(there, TextContent)
        stream.seek(0)
        assert there == extract(source, profile="iscckit-1", limits=Limits())


def test_one_process_is_kept_for_one_thread(paper: Path) -> None:
    before = children()
    with Isolation() as isolation:
        assert children() == before  # it starts when there is something to do
        processes = {run(isolation, where, paper) for _ in range(5)}
        assert len(processes) == 1
        assert children() - before == processes
    assert children() == before


def test_threads_have_a_process_each(paper: Path) -> None:
    found: list[int] = []
    with Isolation() as isolation:

        def several() -> None:
            found.extend(run(isolation, where, paper) for _ in range(20))

        threads = [threading.Thread(target=several) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 60
    assert len(set(found)) <= 3


def test_what_goes_wrong_costs_only_itself(paper: Path) -> None:
    with Isolation(Quota(seconds=1, memory=500 << 20)) as isolation:
        with pytest.raises(ExtractionFailed, match=r"crashed \(SIGABRT\)"):
            run(isolation, crashing, paper)
        with pytest.raises(LimitExceeded, match="1 seconds"):
            run(isolation, sleeping, paper)
        with pytest.raises(LimitExceeded, match="bytes of memory"):
            run(isolation, greedy, paper)
        with pytest.raises(ExtractionFailed, match="torn"):
            run(isolation, failing, paper)
        with pytest.raises(RuntimeError, match="ZeroDivisionError: a mistake of ours"):
            run(isolation, wrong, paper)
        assert run(isolation, printing, paper) == paper.read_bytes()


def test_a_process_that_died_while_it_had_nothing_to_do_costs_nothing(paper: Path) -> None:
    with Isolation() as isolation:
        first = run(isolation, where, paper)
        os.kill(first, signal.SIGKILL)
        while first in children():
            time.sleep(0.01)
        assert run(isolation, where, paper) != first


def test_nobody_waits_for_what_nobody_wants(paper: Path) -> None:
    before = children()
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with Isolation() as isolation, pytest.raises(StopReading):
        run(isolation, sleeping, paper, stop.is_set)
    assert children() == before


def test_a_file_that_was_replaced_or_removed_is_still_the_one_that_was_opened(
    paper: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"other")
    data = paper.read_bytes()
    with paper.open("rb") as stream, Isolation() as isolation:
        source = Source(stream, str(paper), "application/pdf")
        assert isolation.run(never, where, source) != os.getpid()
        other.replace(paper)
        assert isolation.run(never, where, source) == os.getpid()
        assert isolation.run(never, printing, source) == data
        paper.unlink()
        assert isolation.run(never, where, source) == os.getpid()


@pytest.mark.parametrize("executable", ["", "/does/not/exist", "/bin/false"])
def test_where_no_process_can_start_files_are_decoded_here(
    paper: Path, executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    with Isolation() as isolation:
        for _ in range(2):
            assert run(isolation, where, paper) == os.getpid()


PROGRAM = """
    import os, signal, sys
    from iscckit.media.isolation.pool import Isolation
    from iscckit.media.base import Source
    from iscckit.media.readers.pdf import extract
    from tests.media.isolation.decoders import sleeping, where
    with open(sys.argv[1], "rb") as stream, Isolation() as isolation:
        source = Source(stream, sys.argv[1], "application/pdf")
        print(isolation.run(lambda: False, where, source), flush=True)
        {then}
"""


def started(paper: Path, folder: Path, then: str) -> subprocess.Popen[str]:
    """Start a program that has no guard against being imported, in ``folder``."""
    program = folder / "program.py"
    program.write_text(textwrap.dedent(PROGRAM).format(then=then))
    return subprocess.Popen(
        [sys.executable, program, paper],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    "then", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(3)", "raise SystemExit"]
)
def test_the_process_ends_with_its_parent(paper: Path, tmp_path: Path, then: str) -> None:
    with started(paper, tmp_path, then) as program:
        output, errors = program.communicate()
    assert not errors
    assert gone(int(output))


def test_ctrl_c_leaves_no_process(paper: Path, tmp_path: Path) -> None:
    then = "isolation.run(lambda: False, sleeping, source)"
    with started(paper, tmp_path, then) as program:
        assert program.stdout is not None
        process = int(program.stdout.readline())
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to the process as well
        _, errors = program.communicate()
    assert "KeyboardInterrupt" in errors
    assert gone(process)


def test_modules_in_the_current_folder_are_not_imported(
    paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pickle", "resource", "iscckit", "lxml"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT), *filter(None, sys.path)])
    with paper.open("rb") as stream, Isolation() as isolation:
        source = Source(stream, str(paper), "application/pdf")
        assert isolation.run(never, pdf.extract, source, **ARGUMENTS)
        assert isolation.run(never, where, source) != os.getpid()
    assert not (tmp_path / "imported").exists()
