"""Does what Python does when a script has ended: waits for threads and child processes, calls exit functions, and deletes
the script's objects, which writes out files that are still open and calls `__del__`.

The interpreter itself cannot be finalized, because the process is a fork of one that has imported other modules.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import os
import sys
import sysconfig
import threading
import weakref
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from . import script_tracing

HERE = str(Path(__file__).parent)
STREAMS = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)
MARK = "__glossary_mark__"  # the name of an object that shows whether a module's variables still exist


class _Mark:
    pass


def finish() -> None:
    """Wait for threads and child processes, and call the exit functions. The script's objects still exist."""
    threading._shutdown()  # type: ignore[attr-defined]
    script_tracing.SCRIPT.call_exit_functions()


def delete_objects() -> None:
    """Delete the script's module, and the modules that it imported from outside the installation, with their objects, in
    the order in which Python does; then write out all files that are still open."""
    folders = installed_folders()
    modules = tuple(sys.modules.items())
    names = [name for name, module in modules if name == "__main__" or not _is_in(folders, module)]
    del modules
    marks = [_mark(sys.modules.pop(name)) for name in names]
    gc.collect()
    # As in Python, a thread that is still running keeps its variables.
    if threading.active_count() == 1:
        for mark in reversed(marks):
            _clear(mark())
        gc.collect()
    for each in gc.get_objects():
        # `isinstance` would ask a proxy for the class of its object, which loads the object.
        if issubclass(type(each), STREAMS):
            with contextlib.suppress(Exception):
                each.flush()


def flush_streams() -> None:
    """Write out what is still in the buffers of standard output and error, including those of C libraries."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    ctypes.CDLL(None).fflush(None)


@cache
def installed_folders() -> tuple[str, ...]:
    """The folders of Python and of the installed packages, and our own, as written and resolved, each ending in a slash.

    Must be called once before the script begins: `sysconfig` imports a module, which the script's import hooks would see.
    """
    folders = (*map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")), HERE)
    return tuple(
        {os.path.join(name, "") for folder in folders for name in (folder, os.path.realpath(folder))}
    )


def _is_in(folders: tuple[str, ...], module: object) -> bool:
    """Whether a module is in one of the folders, or not in a file at all."""
    # Other ways to get an attribute would load a module that is loaded on first use. An object in `sys.modules` that only
    # poses as a module, such as `lib` of cffi, has no such attribute.
    try:
        names = object.__getattribute__(module, "__dict__") if isinstance(module, ModuleType) else {}
    except AttributeError:
        names = {}
    file = names.get("__file__")
    # Resolving the path of each of a thousand modules would make the tracer stop the run 7,000 times.
    return not isinstance(file, str) or file.startswith(folders) or os.path.realpath(file).startswith(folders)


def _mark(module: ModuleType) -> weakref.ref[_Mark]:
    mark = _Mark()
    vars(module)[MARK] = mark
    return weakref.ref(mark)


def _clear(mark: _Mark | None) -> None:
    """Replace the variables of a module that something still refers to with None, private ones first."""
    for names in gc.get_referrers(mark) if mark is not None else ():
        if isinstance(names, dict) and names.get(MARK) is mark:
            private = [name for name in names if name.startswith("_") and not name.startswith("__")]
            _set_to_none(names, private)
            _set_to_none(names, [name for name in names if name != "__builtins__"])


def _set_to_none(names: dict[str, Any], keys: list[str]) -> None:
    for key in keys:
        names[key] = None
