"""Prepares a run's process: an example must see what `python example.py` would see, and nothing else."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import signal
import sys
import tempfile
import types
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def prepare_process(job: Mapping[str, Any], private: Path) -> types.ModuleType:
    """Set the limits, working folder, and environment variables; return the module in which the cells run.

    job: as returned by `execution.job.message`. private: the `.run` folder in the run's working folder.
    """
    _set_limits(job["limits"])
    os.chdir(private.parent)
    os.environ.clear()
    os.environ.update(job["environment"])
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    _dump_stack_on_signal(private)
    _reset_state()
    return _main_module(job["script"], job["introduction"], job["readable"])


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
    """Remove state that a forked process inherits but a new process would not have: our modules, the
    temporary folder, the folder in which worker processes start, and the state of numpy's random number generator."""
    for name in [name for name in sys.modules if name.startswith("_glossary_run")]:
        del sys.modules[name]
    tempfile.tempdir = None
    if multiprocessing := sys.modules.get("multiprocessing.process"):
        vars(multiprocessing)["ORIGINAL_DIR"] = os.getcwd()
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()


def _main_module(script: str, introduction: str, readable: Iterable[str]) -> types.ModuleType:
    """The example's own `__main__`, which replaces this program's. Output is line-buffered, so no complete
    line is lost if the run is killed. Modules are imported from the script's folder first, then from the
    folders in `readable`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    module = types.ModuleType("__main__", introduction)
    module.__file__ = script
    sys.modules["__main__"] = module
    sys.argv = [script]
    sys.path[:0] = [str(Path(script).parent), *filter(os.path.isdir, readable)]
    return module
