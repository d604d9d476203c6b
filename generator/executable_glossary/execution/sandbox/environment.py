"""Prepares a run's process: an example must see what `python example.py` would see, and nothing else."""

from __future__ import annotations

import builtins
import contextlib
import faulthandler
import io
import os
import signal
import sys
import tempfile
import types
from collections.abc import Iterable, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any


def prepare_process(job: Mapping[str, Any], private: Path) -> types.ModuleType:
    """Set the limits, working folder, and environment variables; return the module in which the cells run.

    job: as returned by `execution.job.message`. private: the `.run` folder in the run's working folder.
    """
    _set_limits(job["limits"])
    _enter(private.parent, Path(job["script"]).parent)
    os.environ.clear()
    os.environ.update(job["environment"])
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    _dump_stack_on_signal(private)
    _reset_state()
    return _main_module(job["script"], job["docstring"], job["importable"])


def _enter(folder: Path, shown: Path) -> None:
    """Change to the working folder; where the run also sees it in place of the script's folder, by the latter's path, so
    names that the script derives from it and from `__file__` match."""
    os.chdir(shown if shown.samefile(folder) else folder)


def _set_limits(limits: Mapping[str, int]) -> None:
    """Apply operating-system limits by name, such as {"RLIMIT_CORE": 0}; skip those the system does not have."""
    with contextlib.suppress(ImportError):
        import resource

        for name, limit in limits.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (limit, limit))


def _dump_stack_on_signal(private: Path) -> None:
    """Write the stack to a file named `stack` when the run crashes, or when the supervisor sends SIGUSR2."""
    stack = os.open(private / "stack", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    faulthandler.enable(stack)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR2, stack)


def _reset_state() -> None:
    """Remove the state that a forked process inherits but a new process would not have: our modules, the
    temporary folder, and the folder in which worker processes start."""
    for name in [name for name in sys.modules if name.startswith("_glossary_run")]:
        del sys.modules[name]
    tempfile.tempdir = None
    if multiprocessing := sys.modules.get("multiprocessing.process"):
        vars(multiprocessing)["ORIGINAL_DIR"] = os.getcwd()


def _main_module(script: str, docstring: str, importable: Iterable[str]) -> types.ModuleType:
    """The example's own `__main__`, which replaces this program's. Output is line-buffered, so no complete
    line is lost if the run is killed. Modules are imported from the script's folder first, then from the
    folders in `importable`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    module = types.ModuleType("__main__", docstring)
    started = vars(sys.modules["__main__"])
    names = {"__annotations__": {}, "__builtins__": builtins, "__cached__": None, "__file__": script}
    vars(module).update({name: value for name, value in names.items() if name in started})
    module.__loader__ = SourceFileLoader("__main__", script)
    sys.modules["__main__"] = module
    sys.argv, sys.orig_argv = [script], [sys.executable, script]
    sys.path[:0] = [str(Path(script).parent), *filter(os.path.isdir, importable)]
    return module
