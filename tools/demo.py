"""The main job on real files: identify four kinds, compare two pictures and two texts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ISCC = Path(sys.executable).parent / "iscc"
COMMANDS = (
    (
        "What are these: a paper, a photograph, a song, a film?",
        ["create", "samples/paper.pdf", "samples/cat.jpg", "samples/song.opus", "samples/film.mp4"],
    ),
    (
        "Is the small, brighter copy the same picture?",
        ["compare", "samples/cat.jpg", "samples/cat-small.webp"],
    ),
    (
        "Are these two wordings the same speech?",
        ["compare", "samples/gettysburg-hay.txt", "samples/gettysburg-bliss.md"],
    ),
    ("Does this build compute the codes of the standard?", ["selftest"]),
)


def main() -> int:
    """Run each command as a user would type it; stop at the first that fails."""
    for question, arguments in COMMANDS:
        print(f"\n# {question}\n$ iscc {' '.join(arguments)}", flush=True)
        code = subprocess.run([ISCC, *arguments], cwd=ROOT, check=False).returncode
        if code != 0:
            return code
    print("\nNext: .venv/bin/iscc create YOUR-FILES, or read docs/tutorial.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
