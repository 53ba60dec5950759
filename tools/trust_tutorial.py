"""Run the commands of docs/trust-tutorial.md and put their real output back.

Each fenced block of language ``shell-session`` is a part of one session. A line ``USER$ COMMAND``
runs in the folder of that user, with folders for keys, claims and state that no other user has.
Bob has no network: each Python process of his refuses to connect or to look up a name. ``$PORT``
is a free port.

What differs from run to run has a placeholder in the page, equal on both sides of a comparison:

* ``z6Mk…1`` is a public key, ``+…1`` the key of a log, ``ISCC:MA…1`` an ISCC-ID. The number
  counts them in the order in which they occur, so that equal ones stay equal. In a command they
  stand for what was printed.
* ``TIME`` is a date with a time, ``HASH`` a hash that depends on keys or times, ``evidence-….json``
  the name of an evidence file, ``PORT`` the port, ``SIZE`` the size of a proof file.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "trust-tutorial.md"
HANGS = 90  # seconds; far more than any command takes on a busy machine
BLOCK = re.compile(r"^```shell-session\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(\w+)\$ (.*)")
NUMBERED = [
    ("ISCC:MA…", re.compile(r"ISCC:MA[A-Z2-7]{14}(?![A-Z2-7])")),
    ("+…", re.compile(r"(?<=log)\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}")),
    ("z6Mk…", re.compile(r"z6Mk[1-9A-HJ-NP-Za-km-z]{44}")),
]
PLAIN = [
    ("TIME", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)")),
    ("-HASH.checkpoint", re.compile(r"-[0-9a-f]{8}\.checkpoint")),
    ("HASH", re.compile(r"(?<![\w+/])(?:[A-Za-z0-9+/]{43}=|[0-9a-f]{64})(?!\w)")),
    ("evidence-….json", re.compile(r"evidence-[\w.-]+\.json")),
    (r"\1 SIZE", re.compile(r"(proof\.json,) [\d,]+ bytes")),
]
NO_NETWORK = """\
import socket, sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo" or (
        event == "socket.connect" and arguments[0].family != socket.AF_UNIX
    ):
        raise OSError("this machine has no network")

sys.addaudithook(refuse)
"""


@dataclass
class Session:
    """The folders of all users, and the placeholders so far.

    Attributes:
        folder: The folder with a folder for each user.
        port: A port that was free.
        known: The placeholder of each value.
    """

    folder: Path
    port: int
    known: dict[str, str] = field(default_factory=dict)

    def run(self, user: str, command: str) -> str:
        """Return what ``command`` of ``user`` prints, with placeholders."""
        home = self.folder / user
        home.mkdir(exist_ok=True)
        for value, placeholder in self.known.items():
            command = re.sub(re.escape(placeholder) + r"(?!\d)", value, command)
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=home,
            env=self._environment(user, home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=HANGS,
            check=False,
        )
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return "".join(f"{self._replace(line.rstrip())}\n" for line in lines)

    def _environment(self, user: str, home: Path) -> dict[str, str]:
        places = {"CONFIG_HOME": ".config", "DATA_HOME": ".data", "STATE_HOME": ".state"}
        return (
            os.environ
            | {f"XDG_{name}": str(home / place) for name, place in places.items()}
            | {
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(self.folder / "no-network") if user == "bob" else "",
                "PYTHONUTF8": "1",
                "PORT": str(self.port),
                "COLUMNS": "100",
                "NO_COLOR": "1",
            }
        )

    def _replace(self, line: str) -> str:
        for prefix, pattern in NUMBERED:
            for value in pattern.findall(line):
                count = sum(name.startswith(prefix) for name in self.known.values())
                line = line.replace(value, self.known.setdefault(value, f"{prefix}{count + 1}"))
        for placeholder, pattern in PLAIN:
            line = pattern.sub(placeholder, line)
        line = re.sub(rf"127\.0\.0\.1(:|%3A|_){self.port}", r"127.0.0.1\1PORT", line)
        return line.replace(str(self.folder), "")


@contextmanager
def open_session() -> Iterator[Session]:
    """Yield a session in a fresh folder; what its users left running is ended."""
    with tempfile.TemporaryDirectory() as place, socket.socket() as free:
        folder = Path(place).resolve()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        shutil.copytree(ROOT / "samples", folder / "samples")
        shutil.copy(ROOT / "tests" / "trust" / "authority.py", folder / "authority.py")
        (folder / "no-network").mkdir()
        (folder / "no-network" / "sitecustomize.py").write_text(NO_NETWORK)
        try:
            yield Session(folder, port)
        finally:
            for file in folder.glob("*/*.pid"):
                with suppress(ProcessLookupError, ValueError):
                    os.kill(int(file.read_text()), signal.SIGTERM)


def refresh(text: str) -> str:
    """Return ``text`` with every session run again."""
    with open_session() as session:

        def rerun(match: re.Match[str]) -> str:
            parts = []
            for line in match[1].splitlines():
                if found := COMMAND.fullmatch(line):
                    parts.append(f"{line}\n{session.run(found[1], found[2])}")
            return f"```shell-session\n{''.join(parts)}```"

        return BLOCK.sub(rerun, text)


if __name__ == "__main__":
    PAGE.write_text(refresh(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
