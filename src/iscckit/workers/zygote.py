"""A process that does nothing but start others: it has what they need, and no threads.

A worker that is forked from it is there within milliseconds, with all modules; whoever asks for it
may have threads, in which forking is not safe. A request is a letter and a number: ``s`` and a
descriptor start a worker with this socket, ``e`` ends the worker of a number and tells how it
ended, ``k`` kills it before. The answer is a number. When the other side is gone, the zygote and
all that it started are gone too.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
from functools import partial
from importlib import import_module
from typing import Final

from iscckit.workers.worker import be_quiet, close_others, end_process, fork_process, serve

__all__ = ["ANSWER", "REQUEST", "main", "run_zygote"]

REQUEST: Final = struct.Struct("<ci")
ANSWER: Final = struct.Struct("<i")


def run_zygote(control: socket.socket, modules: tuple[str, ...] = ()) -> None:
    """Serve requests until the other side is gone.

    Args:
        control: The socket of this process; everything else that is open is closed.
        modules: That are imported first; none of them may start a thread.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()  # what a terminal tells its group is for the parent to handle
    be_quiet()
    close_others(control.fileno())
    for module in ("iscckit.workers.sandbox", *modules):  # every worker needs the first
        import_module(module)
    while True:
        request, files, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        if len(request) < REQUEST.size:
            return
        letter, number = REQUEST.unpack(request)
        if letter == b"s":
            with socket.socket(fileno=files[0]) as end:
                answer = fork_process(partial(serve, end))
        else:
            answer = end_process(number, kill=letter == b"k") or 0
        control.sendall(ANSWER.pack(answer))


def main() -> None:
    """Run as a program; its arguments are the descriptor, the modules and the search path."""
    number, modules, sys.path[:] = sys.argv[1], sys.argv[2], sys.argv[3:]
    run_zygote(socket.socket(fileno=int(number)), tuple(filter(None, modules.split(","))))
