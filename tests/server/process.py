"""A real service in a separate process, for the tests that look at it from outside."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpx
import uvicorn

from iscckit.server.app import create_app
from iscckit.server.http.protocol import server_options
from iscckit.server.settings import Settings

COMMAND = (sys.executable, "-m", "iscckit.cli.main", "serve", "--port", "0")


class Running:
    """``iscc serve`` on a free port, with its client and its spool folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.spool = folder / "spool"
        self.log = folder / "log"
        arguments = ("--spool", str(self.spool), "--library", str(folder / "library"), *options)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.match(r"(http://[^/]+)/(?:\?token=(.+))?", self.line)
        if not found:
            self.process.wait(30)
            self.process.stdout.close()
            raise RuntimeError(self.log.read_text())
        self.address, self.token = found[1], unquote((found[2] or "").strip())
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.client = httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def files(self) -> list[str]:
        """What lies in the spool beside its lock."""
        return sorted(path.name for path in self.spool.iterdir() if path.name != "lock")

    def memory(self, field: str = "VmRSS") -> int:
        """Bytes of memory of the service itself."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{field}:\s+(\d+) kB", status)
        assert found
        return int(found[1]) << 10

    def descendants(self) -> set[int]:
        """Processes that the service has started, and those that they have."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        self.client.close()
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


@contextmanager
def served(settings: Settings) -> Iterator[int]:
    """Serve in a thread of this process, with limits that no option sets; give the port."""
    options = server_options(settings.allowance)
    config = uvicorn.Config(create_app(settings), port=0, log_level="critical", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
