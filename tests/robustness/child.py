"""Do all that can be done with each file of a folder, under limits, and say how each one ended.

Run as a program by the tests beside it: what kills or hangs this process is theirs to see.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import iscckit
from iscckit.errors import IsccError
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.records.probe import find_file_metadata, make_thumbnail


def said(function: Callable[[], object]) -> str:
    """Return what a call says in the end: nothing, or the name and text of a documented error."""
    try:
        function()
    except IsccError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def outcome(path: Path) -> dict[str, object]:
    start = time.process_time()
    record = create(path, Options(granular=True))
    ends = {
        "code": record.iscc,
        "mode": record.mode,
        "why": record.missing.get("content", ""),
        "failure": type(record.failure).__name__ if record.failure else "",
        "mixed": said(lambda: create(path, Options(mixed=True))),
        "described": said(lambda: find_file_metadata(path)),
        "pictured": said(lambda: make_thumbnail(path, 128)),
    }
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) >> 10
    return {**ends, "seconds": round(time.process_time() - start, 2), "peak": peak}


def main() -> None:
    folder, megabytes, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    faulthandler.register(signal.SIGPROF, chain=True)  # says where, and lets the signal kill
    logging.disable()
    warnings.simplefilter("ignore")
    for path in sorted(folder.iterdir()):
        print(path.name, end="\t", flush=True)
        # Processor time, whatever else the machine does; it ends loops in decoders as well.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        faulthandler.dump_traceback_later(10 * seconds, exit=True)  # waits take no processor time
        try:
            ends = outcome(path)
        except Exception as error:
            ends = {"broken": f"{type(error).__name__}: {error}"}
        print(json.dumps(ends), flush=True)


if __name__ == "__main__":
    assert iscckit.__file__
    main()
