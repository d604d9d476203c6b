"""The fork server's own process: it imports modules once, then forks a supervisor for each run.

The process executes no example code, because a single call to a library that starts threads could make the forked
processes hang. It ends when its socket to the builder closes. A request is the path to a run's private
folder, sent together with that run's socket as a file descriptor; the response is the supervisor's process
id.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import socket
import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NoReturn

from . import supervisor
from .import_trace import HERE, ImportTrace


def main(readable: str, *modules: str) -> None:
    """Import the modules, report the state of this process, and serve requests.

    readable: a JSON list of folders whose modules are not imported, because they can change while this process runs.
    """
    channel = socket.socket(fileno=os.dup(0))
    imports = ImportTrace()
    folders = tuple(os.path.join(folder, "") for folder in json.loads(readable))
    wanted = [name for name in modules if not _is_found_in(folders, name)]
    imports.preload(wanted)
    # The garbage collector writes to every object, so memory that children could otherwise share would be copied.
    gc.collect()
    gc.freeze()
    outdated = any(_is_in(folders, getattr(module, "__file__", None)) for module in [*sys.modules.values()])
    outdated = outdated or any(_is_shadowed(folders, name) for name in imports.preloaded_from_python())
    failed = [name for name in wanted if name not in sys.modules]
    unusable = {"failed": failed, "sharing": imports.sharing}
    state = {"threads": _thread_count(), "data": _data_size(), "outdated": outdated, **unusable}
    channel.sendall(json.dumps(state).encode() + b"\n")
    _serve(channel, imports)


def _serve(channel: socket.socket, imports: ImportTrace) -> None:
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 8192, 1)
        if not request:
            return
        (descriptor,) = descriptors
        pid = os.fork()
        if pid == 0:
            channel.close()
            _supervise(Path(os.fsdecode(request.strip())), descriptor, imports)
        os.close(descriptor)
        channel.sendall(b"%d\n" % pid)
        _reap_children()


def _is_found_in(folders: tuple[str, ...], module: str) -> bool:
    """Whether the module, or the package that contains it, would be imported from one of the folders."""
    with contextlib.suppress(Exception):
        top = module.partition(".")[0]
        if _is_shadowed(folders, top):
            return True
        spec = importlib.util.find_spec(top)
        places = (spec.origin, *(spec.submodule_search_locations or ())) if spec else ()
        return any(_is_in(folders, place) for place in places)
    return False


def _is_shadowed(folders: tuple[str, ...], top: str) -> bool:
    """Whether one of the folders, which runs search first, contains a top-level module of this name."""
    spec = PathFinder.find_spec(top, [folder.rstrip("/") for folder in folders])
    return spec is not None and spec.loader is not None


def _is_in(folders: tuple[str, ...], place: str | None) -> bool:
    """Whether the path is in one of the folders, but not in the Python installation or the sandbox."""
    path = os.path.realpath(place) if place else ""
    installed = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    fixed = tuple(os.path.join(os.path.realpath(folder), "") for folder in (*installed, str(HERE)))
    return path.startswith(folders) and not path.startswith(fixed)


def _supervise(private: Path, channel: int, imports: ImportTrace) -> NoReturn:
    """Become the supervisor of one run. Early output goes to `before.err`, as with a new process."""
    try:
        file = os.open(private / "before.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        os.close(file)
        supervisor.supervise(private, channel, imports)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(0)


def _thread_count() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _data_size() -> int:
    """The size of the private memory that forked children inherit, in bytes; 0 if the system does not report it."""
    try:
        sizes = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(sizes["VmData"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0


def _reap_children() -> None:
    """Collect the exit status of supervisors that have ended, so none remains as a zombie."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return
