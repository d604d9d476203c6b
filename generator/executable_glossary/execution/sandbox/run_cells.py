"""Runs the cells of one example with one seed, in the process that was made for it.

All that it learns goes into files beside the job: `N.out` and `N.err` for the streams of each cell,
`N-M.png` for its figures, `cell` (the cell that is running now), and `result.json` once all is over. A
process that dies leaves what it had by then.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import ctypes
import json
import os
import pprint
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from .environment import enter
from .file_audit import Files
from .import_trace import Imports
from .metrics import failure, measured
from .process_tree import peak_memory
from .warning_capture import watch_warnings

FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
LONGEST_VALUE = 100_000
# Exit codes of sysexits.h, for those who read how a run ended.
DONE, BROKEN, CANNOT_WRITE = 0, 70, 74


def run(job: Mapping[str, Any], private: Path, imports: Imports) -> NoReturn:
    """Run the job and end this process. A thread that still works, or a result on a full disk, is no reason
    to stay."""
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


def _run_job(job: Mapping[str, Any], private: Path, imports: Imports) -> None:
    files, told = Files(private.parent, job["caches"]), watch_warnings()
    module = enter(job, private)
    files.watch()
    cells, failed = _run_cells(job, private, module.__dict__)
    result = {
        "cells": cells,
        "failure": failed,
        "warnings": list(dict.fromkeys((*imports.warnings(), *told))),
        "files": sorted({*files.read, *imports.files()}),
        "written": sorted(files.written),
        "modules": sorted({name.partition(".")[0] for name in imports.used()} - sys.stdlib_module_names),
        "peak_memory": peak_memory(),
        **measured(module.__dict__),
    }
    # Beside, then renamed: a result that exists is complete.
    beside = private / "result.json.part"
    # Half a pair of surrogates is no text, and would be none on a page.
    beside.write_text(json.dumps(result, ensure_ascii=False), "utf-8", "replace")
    beside.rename(private / "result.json")


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
                return outputs, failure(error, job["script"], cell["line"])
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
