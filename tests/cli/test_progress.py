"""The bar stays on the terminal while lines are printed, and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

SCRIPT = """
import time
from iscckit.cli.progress import Progress
from iscckit.cli.terminal import write_line
with Progress(0) as bar:
    bar.note("looking")
    for done in range(1, 5):
        time.sleep(0.15)
        bar.draw(done, f"file{done}", total=10, size=done * 100, total_size=400 if done else 0)
        bar.clear()
        write_line(f"line {done}")
        bar.draw_again()
print("END")
"""


def shown_on_a_terminal(script: str) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    ) as process:
        os.close(theirs)
        data = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            if not block:
                break
            data += block
        assert process.wait(60) == 0
    os.close(ours)
    return data.decode()


def test_the_bar_is_there_after_each_line() -> None:
    text = shown_on_a_terminal(SCRIPT)
    assert "looking" in text
    for done in range(1, 5):
        after = text.partition(f"line {done}\r\n")[2]
        assert after.startswith("\r\x1b[2K")
        assert f"{done}/10" in after.split("line ")[0]
    assert text.rstrip().endswith("END")
    assert text.partition("END")[0].endswith("\r\x1b[2K")


def test_the_time_that_is_left_follows_the_bytes() -> None:
    text = shown_on_a_terminal(SCRIPT)
    first = text.partition("1/10")[0].rpartition("\x1b[2K")[2]
    assert first.count("█") == 6  # a quarter of 24 cells, though one of ten files is done
