"""Run the commands of the documents and put their real output back.

Every fenced block of language ``console`` in README.md and docs/ is a session: lines that start
with ``$ `` are run by the shell, all others are replaced by what the command printed (both
streams, as a pipe of 100 columns sees it). The sessions of one document share a fresh folder with
copies of samples/ and tools/ and an empty build/, so that neither earlier nor other runs matter.
``--check`` changes nothing and exits with 1 where a document does not say what the program does.
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
HANGS = 900  # seconds; far more than any command takes on a busy machine
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """Return the documents that may hold sessions."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def run(command: str, folder: Path) -> str:
    """Return what ``command`` prints in ``folder``, with nothing of this machine in it."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    result = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        timeout=HANGS,
        check=False,
    )
    lines = result.stdout.decode("utf-8", "replace").replace(str(folder), ".").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def refresh(text: str) -> str:
    """Return ``text`` with every console block run again."""

    def rerun(match: re.Match[str]) -> str:
        commands = [line for line in match[1].splitlines() if line.startswith("$ ")]
        session = "".join(f"{line}\n{run(line[2:], folder)}" for line in commands)
        return f"```console\n{session}```"

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for name in ("samples", "tools"):
            shutil.copytree(ROOT / name, folder / name)
        (folder / "build").mkdir()
        return BLOCK.sub(rerun, text)


def main() -> int:
    """Refresh or check all documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    parser.add_argument("documents", nargs="*", type=Path)
    arguments = parser.parse_args()
    stale = 0
    for path in [p.resolve() for p in arguments.documents] or documents():
        old = path.read_text(encoding="utf-8")
        new = refresh(old)
        if old == new:
            continue
        stale += 1
        if arguments.check:
            sys.stdout.writelines(
                difflib.unified_diff(old.splitlines(True), new.splitlines(True), str(path))
            )
        else:
            path.write_text(new, encoding="utf-8")
            print(f"refreshed {path.relative_to(ROOT)}")
    return int(bool(stale) and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
