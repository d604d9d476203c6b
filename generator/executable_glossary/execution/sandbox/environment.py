"""Makes this process one in which an example finds what `python example.py` would find, and no more."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import signal
import sys
import tempfile
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def enter(job: Mapping[str, Any], private: Path) -> types.ModuleType:
    """Limits, folder, environment; the module in which the cells run."""
    _limit(job["limits"])
    os.chdir(private.parent)
    os.environ.clear()
    os.environ.update(job["environment"])
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    _tell_stack_when_asked(private)
    _forget()
    return _main_module(job["script"], job["introduction"])


def _limit(limits: Mapping[str, int]) -> None:
    """Limits of the operating system by name, such as {"RLIMIT_CORE": 0}; unknown ones are left out."""
    with contextlib.suppress(ImportError):
        import resource

        for name, limit in limits.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (limit, limit))


def _tell_stack_when_asked(private: Path) -> None:
    """Where a run crashes, or hangs when the keeper asks, its stack is written by C code."""
    stack = os.open(private / "stack", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    faulthandler.enable(stack)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR2, stack)


def _forget() -> None:
    """What a warm parent knows and a fresh process would not: our modules, a folder, a state of chance."""
    for name in [name for name in sys.modules if name.startswith("_glossary_run")]:
        del sys.modules[name]
    tempfile.tempdir = None
    if numbers := sys.modules.get("numpy.random"):
        numbers.seed()


def _main_module(script: str, introduction: str) -> types.ModuleType:
    """The example's own `__main__`, in place of this one; what it prints is not lost if it is killed."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    module = types.ModuleType("__main__", introduction)
    module.__file__ = script
    sys.modules["__main__"] = module
    sys.argv = [script]
    sys.path.insert(0, str(Path(script).parent))
    return module
