"""Executes the cells of one example with one seed, in the process that was started for it.

Results are written to files in the job's folder: `N.out` and `N.err` contain the output of each cell,
`N-M.png` its figures, and `cell` the number of the running cell; `result.json` is written at the end. If the
process dies, everything it had written by then is kept.
"""

from __future__ import annotations
import __future__

import ast
import atexit
import contextlib
import ctypes
import json
import os
import pprint
import struct
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from .environment import prepare_process
from .file_audit import FileAudit
from .import_trace import ImportTrace
from .metrics import describe_failure
from .process_tree import peak_memory
from .script_folder import ScriptFolder
from .seed_metrics import collect_all_metrics
from .warning_capture import capture_warnings

FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
MAX_VALUE = 100_000  # characters of a cell's value
# Exit codes as in sysexits.h; `execution.run_result` interprets them.
DONE, BROKEN, CANNOT_WRITE = 0, 70, 74


def run(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> NoReturn:
    """Execute the job, then end this process immediately, even if a daemon thread is still running."""
    code = DONE
    try:
        _run_job(job, private, imports)
    except BaseException as error:
        code = CANNOT_WRITE if isinstance(error, OSError) else BROKEN
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(code)


def _run_job(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> None:
    files, warned = FileAudit(private.parent, job["caches"]), capture_warnings()
    beside = ScriptFolder(Path(job["script"]), private.parent, files.read)
    module = prepare_process(job, private)
    files.start()
    beside.start()
    cells, failed = _run_cells(job, private, module.__dict__)
    result = {
        "cells": cells,
        "failure": failed,
        "warnings": list(dict.fromkeys((*imports.warnings(), *warned))),
        "opened": sorted(files.read),
        "loaded": sorted(imports.files()),
        "mapped": _mapped_files(),
        "written": sorted(files.written),
        "modules": sorted({name.partition(".")[0] for name in imports.used()} - sys.stdlib_module_names),
        "peak_memory": peak_memory(),
        **collect_all_metrics(module.__dict__, job["seeds"]),
    }
    # Written under a temporary name and then renamed, so a result that exists is complete.
    partial = private / "result.json.part"
    # A lone surrogate cannot be encoded, so it is replaced.
    partial.write_text(json.dumps(result, ensure_ascii=False), "utf-8", "replace")
    partial.rename(private / "result.json")


def _run_cells(
    job: Mapping[str, Any], folder: Path, names: dict[str, Any]
) -> tuple[list[Mapping[str, Any]], Mapping[str, Any] | None]:
    """Outputs of the cells in order, up to the first that raises an exception, and a description of that failure."""
    outputs: list[Mapping[str, Any]] = []
    flags = 0
    for number, cell in enumerate(job["cells"]):
        (folder / "cell").write_text(str(number))
        output: dict[str, Any] = {"value": "", "value_is_html": False, "figures": []}
        outputs.append(output)
        value = None
        with _redirected_output(folder, number):
            try:
                # Blank lines before the code make line numbers in tracebacks match those of the file.
                tree = ast.parse("\n" * (cell["line"] - 1) + cell["code"], job["script"])
                with _successful_exit(last=number == len(job["cells"]) - 1):
                    value, flags = _execute(tree, job["script"], names, flags)
                if value is not None:
                    output["value"], output["value_is_html"] = _display(value)
                output["figures"] = _save_figures(folder, number)
            except BaseException as error:
                return outputs, describe_failure(error, job["script"], cell["line"])
    _finish(folder, len(outputs) - 1)
    return outputs, None


@contextlib.contextmanager
def _successful_exit(last: bool) -> Iterator[None]:
    """Let the last cell end with `sys.exit()` or `sys.exit(0)`, as scripts do; any other exit is an error."""
    try:
        yield
    except SystemExit as exit:
        if not last or exit.code:
            raise


def _finish(folder: Path, last: int) -> None:
    """Do what Python does when a script ends: wait for its threads and processes, and call its exit functions. Their
    output belongs to the last cell."""
    with _redirected_output(folder, last):
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()


def _mapped_files() -> list[str]:
    """Absolute paths to the files mapped into this process's memory: programs and libraries, even inherited ones."""
    with contextlib.suppress(OSError):
        columns = (line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines())
        return sorted({column[5] for column in columns if len(column) == 6 and column[5].startswith("/")})
    return []


@contextlib.contextmanager
def _redirected_output(folder: Path, number: int) -> Iterator[None]:
    """Redirect the process's standard output and error, including those of C libraries, to this cell's files."""
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


def _execute(tree: ast.Module, script: str, names: dict[str, Any], flags: int) -> tuple[Any, int]:
    """Execute one cell. Returns the value of its last expression (None if it does not end with one), and the
    `__future__` flags for the next cell."""
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


def _display(value: object) -> tuple[str, bool]:
    """A value as text or HTML, and whether it is HTML. The HTML is sanitized later, when a page is
    written."""
    html = getattr(value, "_repr_html_", None)
    if html is not None and not isinstance(value, type) and isinstance(text := html(), str):
        return text, True
    nested = isinstance(value, dict | list | tuple | set)
    text = pprint.pformat(value, width=88, sort_dicts=False) if nested else repr(value)
    return text[:MAX_VALUE], False


def _save_figures(folder: Path, number: int) -> list[Mapping[str, Any]]:
    """Save and close the matplotlib figures that the cell left open. Does not import matplotlib itself."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    saved: list[Mapping[str, Any]] = []
    for figure_number in pyplot.get_fignums():
        figure = pyplot.figure(figure_number)
        name = figure.get_label() or f"figure-{figure_number}"
        file = folder / f"{number}-{figure_number}.png"
        # Without the tag that contains matplotlib's version, identical pictures produce identical files.
        figure.savefig(file, dpi="figure", metadata={"Software": None})
        width, height = struct.unpack(">II", file.read_bytes()[16:24])
        saved.append({"name": name, "file": file.name, "width": width, "height": height})
        pyplot.close(figure)
    return saved
