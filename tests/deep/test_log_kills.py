"""A log whose writer is killed at any time.

Afterwards no number is missing, nothing that was acknowledged is lost, and neither the checkpoint
nor the pin is ahead of the tree.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from tests.depth import share
from tests.trust.log.material import HUB_KEY, Place, declare, draft

from iscckit.trust.log.check import check_log
from iscckit.trust.log.pin import Pin
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.checkpoint import verify_checkpoint

pytestmark = [pytest.mark.slow, pytest.mark.deep]

ROOT: Final = Path(__file__).parents[2]
KILLS: Final = 200
SHARE: Final = 12  # of them in make test-all

WRITE: Final = """
import os, sys
sys.path.insert(0, os.getcwd())
from pathlib import Path
from threading import Thread
from tests.trust.log.material import Place, declare, draft
threads, count = int(sys.argv[2]), int(sys.argv[3])
drafts = [[draft(declare(t * 1000 + i)) for i in range(count)] for t in range(threads)]
writer = Place(Path(sys.argv[1])).open()
os.write(1, b"ready\\n")

def write(own):
    for each in own:
        try:
            done = writer.append(each)
        except Exception:
            return
        os.write(1, f"{done.seq} {done.iscc_id}\\n".encode())

running = [Thread(target=write, args=(own,)) for own in drafts]
for thread in running:
    thread.start()
for thread in running:
    thread.join()
writer.close()
"""


def check_after(place: Place, printed: str) -> int:
    """Check a log after its writer was killed; return how many entries were acknowledged."""
    lines = printed.split("\n")[:-1]  # the last may be cut
    acknowledged = [line.split() for line in lines if line != "ready"]
    with closing(LogStore(place.folder)) as store:
        head = store.head()
        checkpoint = verify_checkpoint(head.checkpoint, "hub.example/log", HUB_KEY)
        pinned = Pin(place.pin, store.identity).read()
        assert pinned is not None
        assert pinned.size <= checkpoint.size == head.size
        for seq, iscc_id in acknowledged:
            assert f'"iscc_id":"{iscc_id}"'.encode() in store.record(int(seq))
    report = check_log(place.folder, place.pin)
    assert (report.fault, report.bad) == ("", None)
    with place.open() as writer:
        assert writer.append(draft(declare(900_000))).seq == report.size
    return len(acknowledged)


def test_a_writer_that_is_killed_at_any_time_loses_nothing(tmp_path: Path) -> None:
    chosen = random.Random(11)
    delays = [chosen.uniform(0, 0.2) for _ in range(KILLS)]
    acknowledged = 0
    for number, delay in enumerate(share(delays, SHARE)):
        place = Place(tmp_path / str(number))
        place.create()
        place.fill(3, first=800_000)
        command = [sys.executable, "-c", WRITE, str(place.root), "8", "60"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            time.sleep(delay)
            child.kill()
            acknowledged += check_after(place, child.stdout.read())
    assert acknowledged > 0
