"""Whole files against iscc-sdk: pictures, PDF, office files, one command, a folder.

Both run in a process of their own that is kept warm, because importing iscc-sdk changes settings
of other packages. Sound and video are not here: the SDK's programs for them come from no package
registry (av.py measures against fpcalc and ffmpeg themselves).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import iscc_samples
from PIL import Image

from benchmarks.harness import LOOP, Case, Warm, as_installed

_SAMPLES = Path(__file__).resolve().parent.parent / "samples"
_PROGRAMS = Path(sys.executable).parent
_OURS = "import sys, iscckit\ncode = lambda path: iscckit.create(path).iscc" + LOOP
_THEIRS = "import sys, iscc_sdk\ncode = lambda path: iscc_sdk.code_iscc(path).iscc" + LOOP


def _large_photo(folder: Path) -> Path:
    path = folder / "large.jpg"
    with Image.open(_SAMPLES / "rocket.jpg") as picture:
        picture.resize((4000, 3000), Image.Resampling.BICUBIC).save(path, quality=90)
    return path


def _files(folder: Path) -> Iterator[tuple[str, Path, float]]:
    """Yield what is measured: its name, the file, the goal."""
    texts = {path.suffix: path for path in iscc_samples.texts()}
    yield "picture of 640 x 427 (JPEG)", _SAMPLES / "rocket.jpg", 3
    yield "picture of 4000 x 3000 (JPEG)", _large_photo(folder), 3
    yield "PDF", texts[".pdf"], 1
    yield "DOCX", texts[".docx"], 1
    yield "EPUB", texts[".epub"], 1
    yield "XLS", texts[".xls"], 1


def _mixed(folder: Path, copies: int) -> Path:
    """Make a folder of pictures, texts and documents, each file with other bytes."""
    mixed = folder / "mixed"
    mixed.mkdir()
    kinds = (".jpg", ".png", ".tif", ".txt", ".docx", ".pdf", ".html", ".odt", ".bmp")
    for path in [*iscc_samples.images(), *iscc_samples.texts()]:
        if path.suffix in kinds:
            for number in range(copies):
                (mixed / f"{path.stem}-{number}{path.suffix}").write_bytes(path.read_bytes())
    return mixed


def _run(environment: dict[str, str], *command: object) -> str:
    result = subprocess.run(
        [str(word) for word in command],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return result.stdout


def _batch(environment: dict[str, str], program: Path, folder: Path) -> int:
    """Let the SDK do a fresh copy of ``folder``: it leaves its results beside the files."""
    with tempfile.TemporaryDirectory() as place:
        copy = shutil.copytree(folder, Path(place, "copy"))
        _run(environment, program, "batch", copy, "--workers", 2)
    return 0


def _folder(environment: dict[str, str], program: Path, folder: Path) -> int:
    with tempfile.TemporaryDirectory() as place:
        copy = shutil.copytree(folder, Path(place, "copy"))
        _run(environment, program, "create", "--json", "--jobs", 2, copy)
    return 0


def _code_in(text: str) -> str:
    found: str = json.loads(text)["iscc"]
    return found


def cases(quick: bool) -> Iterator[Case]:
    """Yield all cases, if iscc-sdk is here."""
    if find_spec("iscc_sdk") is None:
        return
    ours, theirs = _PROGRAMS / "iscc", _PROGRAMS / "iscc-sdk"
    if not theirs.exists():
        theirs = Path(shutil.which("iscc-sdk") or theirs)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers = [Warm(_OURS), Warm(_THEIRS)]
        for worker in workers:
            stack.callback(worker.close)
        for name, path, goal in _files(folder):
            calls: list[Callable[[], str]] = [partial(worker.code, path) for worker in workers]
            yield Case(f"Record of a {name}", calls[0], {"iscc-sdk": calls[1]}, goal, goal, key=str)
        picture = _SAMPLES / "cat.jpg"
        environment = as_installed(folder / "compiled")
        run = partial(_run, environment)
        yield Case(
            "Command for one small picture, whole process",
            partial(run, ours, "create", "--json", picture),
            {"iscc-sdk": partial(run, theirs, "create", picture)}, 8, 8, key=_code_in,
        )  # fmt: skip
        mixed = _mixed(folder, 3 if quick else 12)
        count = sum(1 for _ in mixed.iterdir())
        yield Case(
            f"Folder of {count} pictures and documents, two workers",
            partial(_folder, environment, ours, mixed),
            {"iscc-sdk": partial(_batch, environment, theirs, mixed)}, 5, 5,
            unit=("files", count),
        )  # fmt: skip
