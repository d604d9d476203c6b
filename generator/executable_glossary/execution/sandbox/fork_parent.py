"""The warm parent: has imported what examples often need, and forks a keeper for each run.

It runs nothing itself: one operation with several threads, and its children would hang. It ends when the
line to the builder ends. A request is the private folder of a run, with the run's own line as descriptor;
the answer is the keeper's process id.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from . import supervisor
from .import_trace import Imports


def main(*modules: str) -> None:
    """Import, say how many threads that started (one child of more would hang), and serve."""
    line = socket.socket(fileno=os.dup(0))
    imports = Imports()
    imports.hold(modules)
    # Collecting garbage writes to every object, and so would copy in each child what it could share.
    gc.collect()
    gc.freeze()
    line.sendall(json.dumps({"threads": _threads()}).encode() + b"\n")
    while True:
        asked, descriptors, _, _ = socket.recv_fds(line, 8192, 1)
        if not asked:
            return
        (descriptor,) = descriptors
        pid = os.fork()
        if pid == 0:
            line.close()
            _keep(Path(os.fsdecode(asked.strip())), descriptor, imports)
        os.close(descriptor)
        line.sendall(b"%d\n" % pid)
        _bury()


def _keep(private: Path, line: int, imports: Imports) -> NoReturn:
    """What is printed before the first cell goes where that of a fresh process goes."""
    try:
        file = os.open(private / "before.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        os.close(file)
        supervisor.keep(private, line, imports)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(0)


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _bury() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return
