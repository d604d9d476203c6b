"""The child process in which one example runs with one seed: `python worker.py JOB.json`.

It imports nothing of the generator and nothing but the standard library, so that what an example finds
in its process is what `python example.py` would find. All that it learns goes into files beside the job:
`N.out` and `N.err` for the streams of each cell, `N-M.png` for its figures, `cell` (the cell that is
running now), and `result.json` once all is over. A process that dies leaves what it had by then.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import ctypes
import importlib.util
import io
import json
import keyword
import math
import numbers
import os
import pprint
import signal
import struct
import sys
import traceback
import types
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Names under which a statistic over seeds is asked for: a metric of that name could not be reached.
RESERVED = frozenset({"std", "min", "max", "n", "values"})
FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
LONGEST_VALUE = 100_000
PR_SET_PDEATHSIG = 1


def main(job_file: str) -> None:
    """Run the job that `job_file` describes; `job.message` says what is in it."""
    # What site-packages import by themselves when Python starts is not what the example imports.
    before = set(sys.modules)
    folder = Path(job_file).parent
    job = json.loads(Path(job_file).read_text("utf-8"))
    _limit(job["limits"])
    _die_with_parent(job["parent"])
    opened = _watch_files()
    told = _watch_warnings()
    module = _main_module(job["script"], job["introduction"])
    cells, failure = _run_cells(job, folder, module.__dict__)
    result = {
        "cells": cells,
        "failure": failure,
        "warnings": told,
        "files": sorted({*opened, *_imported_files()}),
        "modules": sorted(
            {name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names
        ),
        "peak_memory": _peak_memory(),
        **_measured(module.__dict__),
    }
    _leave(folder, result)


def _limit(limits: Mapping[str, int]) -> None:
    """Limits of the operating system by name, such as {"RLIMIT_CORE": 0}; unknown ones are left out."""
    with contextlib.suppress(ImportError):
        import resource

        for name, limit in limits.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (limit, limit))


def _die_with_parent(parent: int) -> None:
    """A build that is killed must not leave its runs behind."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _watch_files() -> set[str]:
    """The files that are opened for reading from now on, as absolute paths; the set grows."""
    opened: set[str] = set()

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        reads = event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if reads and isinstance(arguments[0], str | bytes):
            opened.add(os.path.abspath(os.fsdecode(arguments[0])))

    sys.addaudithook(see)
    return opened


def _watch_warnings() -> list[str]:
    """Warnings without the place that raised them, each once; the list grows."""
    told: list[str] = []

    def tell(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if (line := f"{category.__name__}: {message}") not in told:
            told.append(line)

    warnings.showwarning = tell
    return told


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


def _run_cells(
    job: Mapping[str, Any], folder: Path, names: dict[str, Any]
) -> tuple[list[Mapping[str, Any]], Mapping[str, Any] | None]:
    """Outputs of the cells in order, up to the first that raises, and how that one failed."""
    outputs: list[Mapping[str, Any]] = []
    flags = 0
    for number, cell in enumerate(job["cells"]):
        (folder / "cell").write_text(str(number))
        output: dict[str, Any] = {"value": "", "value_is_html": False, "figures": []}
        outputs.append(output)
        with _streams(folder, number):
            try:
                # As many empty lines before it: a traceback then tells the line of the file.
                tree = ast.parse("\n" * (cell["line"] - 1) + cell["code"], job["script"])
                value, flags = _run(tree, job["script"], names, flags)
                if value is not None:
                    output["value"], output["value_is_html"] = _shown(value)
                output["figures"] = _save_figures(folder, number)
            except BaseException as error:
                return outputs, _failure(error, job["script"], cell["line"])
    return outputs, None


@contextlib.contextmanager
def _streams(folder: Path, number: int) -> Iterator[None]:
    """Standard output and error of the process, C libraries included, go into files of this cell."""
    for descriptor, ending in ((1, "out"), (2, "err")):
        file = os.open(folder / f"{number}.{ending}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, descriptor)
        os.close(file)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        ctypes.CDLL(None).fflush(None)


def _run(tree: ast.Module, script: str, names: dict[str, Any], flags: int) -> tuple[Any, int]:
    """The value of the last expression (None if the cell ends otherwise), and the `__future__` flags."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    code = compile(tree, script, "exec", flags, dont_inherit=True)
    flags |= code.co_flags & FUTURE
    exec(code, names)
    if not isinstance(last, ast.Expr):
        return None, flags
    value = ast.Expression(last.value)
    return eval(compile(value, script, "eval", flags, dont_inherit=True), names), flags


def _shown(value: object) -> tuple[str, bool]:
    """A value as text, or as HTML (as it comes: who shows it must sanitize it)."""
    html = getattr(value, "_repr_html_", None)
    if html is not None and not isinstance(value, type) and isinstance(text := html(), str):
        return text, True
    nested = isinstance(value, dict | list | tuple | set)
    text = pprint.pformat(value, width=88, sort_dicts=False) if nested else repr(value)
    return text[:LONGEST_VALUE], False


def _save_figures(folder: Path, number: int) -> list[Mapping[str, Any]]:
    """Saves and closes the figures that the cell left open. A script that draws nothing pays nothing."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    saved: list[Mapping[str, Any]] = []
    for figure_number in pyplot.get_fignums():
        figure = pyplot.figure(figure_number)
        name = figure.get_label() or f"figure-{figure_number}"
        file = folder / f"{number}-{figure_number}.png"
        # Without the tag that names the version, equal pictures are equal files.
        figure.savefig(file, dpi="figure", metadata={"Software": None})
        width, height = struct.unpack(">II", file.read_bytes()[16:24])
        saved.append({"name": name, "file": file.name, "width": width, "height": height})
        pyplot.close(figure)
    return saved


def _failure(error: BaseException, script: str, first: int) -> Mapping[str, Any]:
    """What was raised and at which line of the script; the traceback goes where Python puts it."""
    shown = traceback.TracebackException.from_exception(error)
    # Our own frames say nothing to the author of an example.
    own = next((at for at, frame in enumerate(shown.stack) if frame.filename == script), len(shown.stack))
    lines = [frame.lineno for frame in shown.stack if frame.filename == script]
    del shown.stack[:own]
    sys.stderr.write("".join(shown.format()))
    said = "".join(shown.format_exception_only()).strip().splitlines()[-1]
    return {
        "message": said,
        "line": lines[-1] if lines else getattr(error, "lineno", None) or first,
        "memory": isinstance(error, MemoryError) or "can't allocate memory" in str(error),
    }


def _measured(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The globals `metrics` and `figures`, as far as they are what they ought to be."""
    metrics: dict[str, int | float] = {}
    rejected: dict[str, str] = {}
    for name, value in _flat(names.get("metrics", {}), ""):
        reason = _reason_to_reject(name, value)
        if reason:
            rejected[name or "metrics"] = reason
        else:
            metrics[name] = int(value) if isinstance(value, numbers.Integral) else float(value)
    figures = names.get("figures", {})
    captions = figures if isinstance(figures, Mapping) else {}
    texts = {str(name): dict(text) for name, text in captions.items() if isinstance(text, Mapping)}
    return {
        "metrics": metrics,
        "rejected": rejected,
        "captions": {
            name: {part: str(text.get(part, "")) for part in ("caption", "alt")}
            for name, text in texts.items()
        },
    }


def _flat(value: object, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, inner in value.items():
        yield from _flat(inner, f"{name}.{key}" if name else str(key))


def _reason_to_reject(name: str, value: object) -> str:
    for part in name.split("."):
        if not part.isidentifier() or keyword.iskeyword(part) or part.startswith("_"):
            return f'"{part}" is not a name that an expression can use'
        if part in RESERVED:
            return f'"{part}" is the name of a statistic over seeds'
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return f"{pprint.saferepr(value)[:60]} is not a number but {type(value).__name__}"
    return "" if math.isfinite(value) else f"{value} is not a finite number"


def _imported_files() -> set[str]:
    """Source files of all modules: those whose compiled form was opened, or was there before us, too."""
    files = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and module.__name__ != "__main__":
            with contextlib.suppress(ValueError, NotImplementedError):
                file = importlib.util.source_from_cache(file)
            files.add(os.path.abspath(file))
    return files


def _peak_memory() -> int:
    """Bytes since this program began; 0 where the system does not tell. (A child's rusage begins at fork.)"""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _leave(folder: Path, result: Mapping[str, Any]) -> None:
    """Beside, then renamed: a result that exists is complete."""
    beside = folder / "result.json.part"
    beside.write_text(json.dumps(result), "utf-8")
    beside.rename(folder / "result.json")


if __name__ == "__main__":
    main(sys.argv[1])
