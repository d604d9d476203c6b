"""Executes the cells of one example with one seed, in the process that was started for it.

Results are written to files in the job's folder: `N.out` and `N.err` contain the output of each cell,
`N-M.png` its pictures, `N.json` its value and the list of its pictures, and `cell` the number of the running cell;
`result.json` is written at the end. If the process dies, everything it had written by then is kept.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from .early_end import EARLY, END, FAILURE, watch
from .environment import prepare_process
from .file_audit import FileAudit
from .import_trace import ImportTrace
from .metrics import describe_failure
from .picture_windows import watch_windows
from .pictures import Pictures
from .private_mounts import ORIGINALS
from .process_tree import peak_memory
from .script_end import delete_objects, finish, flush_streams, installed_folders
from .script_folder import ScriptFolder
from .script_tracing import EVALUATE, EXECUTE, SCRIPT
from .seed_metrics import collect_all_metrics
from .shown_value import shown_value
from .unwritable_results import code_for, describe, make_writable
from .warning_capture import capture_warnings

FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
# Exit codes as in sysexits.h; `execution.run_result` interprets them. See also `unwritable_results`.
DONE, BROKEN = 0, 70
# The comment with which a script for sphinx-gallery asks that the figures of a cell appear in the next one.
_DEFERS = re.compile(r"^[ \t]*# ?sphinx_gallery_defer_figures\b", re.MULTILINE)


def run(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> NoReturn:
    """Execute the job, then end this process immediately, even if a daemon thread is still running."""
    code, process = DONE, os.getpid()
    try:
        _run_job(job, private, imports)
    except BaseException as error:
        if os.getpid() != process:
            code = _end_child(error)
        else:
            code = code_for(error) if isinstance(error, OSError) else BROKEN
            with contextlib.suppress(OSError):
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        END(code)


def _run_job(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> None:
    """Execute the cells and write the results. Raises OSError if they cannot be written."""
    (files, beside), warned = _watches(job, private), capture_warnings()
    module = prepare_process(job, private)
    imports.generators.seed()
    files.start()
    beside.start()
    imports.check_preloaded(private, (str(Path(job["script"]).parent), *job["importable"]))
    pictures = Pictures(private, module.__dict__)
    installed_folders()
    SCRIPT.start()
    script = _Script(job, private, module.__dict__, imports, pictures, os.getpid())
    watch(lambda: _write_early(script, _seen(files, imports, warned)))
    result = _result(script, _run_cells(script))
    pictures.release()
    del module
    script.names = {}
    line = job["cells"][len(script.outputs) - 1]["line"] if script.outputs else 1
    _write_results(private, result, lambda: _seen(files, imports, warned), line)


def _result(script: _Script, failed: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {
        "cells": script.outputs,
        "failure": failed,
        "mapped": _mapped_files(),
        "peak_memory": peak_memory(),
        **_imported(script.imports),
        **collect_all_metrics(script.names, script.job["seeds"]),
    }


def _write_early(script: _Script, seen: Mapping[str, Any]) -> None:
    """Write the results of a script that is about to end its own process in the last cell."""
    left = len(script.job["cells"]) - len(script.outputs)
    if left <= 1:
        with contextlib.suppress(Exception):
            last = {"figures": script.pictures.of_cell, "missing": script.pictures.missing}
            cells = [*script.outputs, *[last] * left]
            _write_json(script.folder / EARLY, {**_result(script, None), **seen, "cells": cells})


def _watches(job: Mapping[str, Any], private: Path) -> tuple[FileAudit, ScriptFolder]:
    """What watches the files that Python code uses."""
    script, folder, home = Path(job["script"]), private.parent, Path(job["environment"]["HOME"])
    covered = [script.parent, script.parent.resolve()] if script.parent.samefile(folder) else []
    files = FileAudit(folder, home, *covered, links=job["caches"])
    return files, ScriptFolder(script, folder, Path(ORIGINALS) if covered else None, files.read)


def _write_results(
    private: Path, result: Mapping[str, Any], seen: Callable[[], Mapping[str, Any]], line: int
) -> None:
    """Write the results, delete the script's objects, and write what happened meanwhile. line: the line to report if the
    script has made writing impossible."""
    try:
        _write(private, {**result, **seen()})
    except OSError as error:
        make_writable(private)
        _write(private, {**result, **seen(), "failure": result["failure"] or _lost(error, line)})
        return
    if result["failure"] is None:
        with _redirected_output(private, len(result["cells"]) - 1):
            delete_objects()
        _write(private, {**result, **seen()})


def _lost(error: OSError, line: int) -> Mapping[str, Any]:
    """The failure of a run that made it impossible to write its results."""
    return {"message": describe(code_for(error)), "line": line, "memory": False}


def _imported(imports: ImportTrace) -> Mapping[str, Any]:
    tops = {name.partition(".")[0] for name in imports.used()}
    return {"loaded": sorted(imports.files()), "modules": sorted(tops - sys.stdlib_module_names)}


def _seen(files: FileAudit, imports: ImportTrace, warned: list[str]) -> Mapping[str, Any]:
    """The files that were opened and written so far, and the warnings."""
    return {
        "warnings": list(dict.fromkeys((*imports.warnings(), *warned))),
        "opened": sorted(files.read),
        "written": sorted(files.written),
    }


def _write(private: Path, result: Mapping[str, Any]) -> None:
    _write_json(private / "result.json", result)


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    # Written under a temporary name and then renamed, so a file that exists is complete.
    partial = file.with_name(f"{file.name}.part")
    # A lone surrogate cannot be encoded, so it is replaced.
    partial.write_text(json.dumps(content, ensure_ascii=False), "utf-8", "replace")
    partial.rename(file)


@dataclass
class _Script:
    """The cells and global variables of the script, the folder for their output, the trace of its imports, its pictures,
    the process that executes it, and the `__future__` flags and outputs of the cells so far. ended: whether a cell has
    ended the script with `sys.exit()`."""

    job: Mapping[str, Any]
    folder: Path
    names: dict[str, Any]
    imports: ImportTrace
    pictures: Pictures
    process: int
    flags: int = 0
    ended: bool = False
    outputs: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def is_forked(self) -> bool:
        """Whether this is a process that the script has forked."""
        return os.getpid() != self.process


def _run_cells(script: _Script) -> Mapping[str, Any] | None:
    """Run the cells in order, up to the first that raises an exception. Returns a description of that failure.

    In a process that the script has forked, raises SystemExit when the script ends.
    """
    cells, outputs = script.job["cells"], script.outputs
    script.pictures.watch()
    watch_windows(script.pictures)
    _discount_own_frames()
    try:
        for number in range(len(cells)):
            if failure := _report_cell(script, number):
                return failure
            if script.ended:
                break
        if script.is_forked:
            raise SystemExit
        with _redirected_output(script.folder, len(outputs) - 1):
            finish()
    except OSError as error:  # our own; those of the script are described by `_run_cell`
        return _lost(error, cells[max(0, len(outputs) - 1)]["line"] if cells else 1)
    return None


def _report_cell(script: _Script, number: int) -> Mapping[str, Any] | None:
    """Run one cell, add its output to those of the others, and write what remains of it if the process dies later.
    Returns a description of its failure, if it fails."""
    if not script.is_forked:
        (script.folder / "cell").write_text(str(number))
    with _redirected_output(script.folder, number):
        output, failure = _run_cell(script, number)
        script.outputs.append(output)
    if not script.is_forked:
        _write_json(script.folder / f"{number}.json", output)
    return failure


def _run_cell(script: _Script, number: int) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The output of one cell, and a description of its failure, if it fails."""
    cell, path, pictures = script.job["cells"][number], script.job["script"], script.pictures
    pictures.begin_cell(number, bool(_DEFERS.search(cell["code"])) and number < len(script.job["cells"]) - 1)
    output: dict[str, Any] = {"figures": pictures.of_cell, "missing": pictures.missing}
    try:
        with _successful_exit(script):
            value, script.flags = _execute(_tree(cell, path), path, script.names, script.flags)
            output |= shown_value(value, pictures)
        if not script.is_forked:
            pictures.end_cell()
    except BaseException as error:
        if script.is_forked and isinstance(error, SystemExit):
            raise
        failure = describe_failure(error, path, cell["line"], script.folder / f"{number}.err")
        if script.is_forked:
            raise SystemExit(1) from None
        # Deleting the objects of a failed script can take forever, for example if a worker process no longer responds.
        _write_json(script.folder / FAILURE, failure)
        return output, failure
    finally:
        script.imports.repeat_warnings()
    return output, None


def _tree(cell: Mapping[str, Any], script: str) -> ast.Module:
    """The cell's syntax tree. Its line numbers, which appear in tracebacks, are those of the file."""
    tree: ast.Module = ast.parse("\n" * (cell["line"] - 1) + cell["code"], script)
    return tree


def _discount_own_frames() -> None:
    """Raise the recursion limit by the number of frames above the script: those of the caller, of its callers, and of
    `_report_cell`, `_run_cell`, `_execute`, and `ScriptTracing.run`. A script that Python itself executes has none."""
    frame, depth = sys._getframe(1).f_back, 5
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    # Until Python 3.12, the call of `exec` counted, too.
    sys.setrecursionlimit(sys.getrecursionlimit() + depth + (sys.version_info < (3, 12)))


def _end_child(error: BaseException) -> int:
    """End a process that the script has forked as Python does, and return its exit code."""
    wanted = error.code if isinstance(error, SystemExit) else 1
    if wanted is not None and not isinstance(wanted, int):
        print(wanted, file=sys.stderr)
        wanted = 1
    error.__traceback__ = None
    with contextlib.suppress(Exception):
        finish()
        delete_objects()
        flush_streams()
    return (wanted or 0) & 0xFF


@contextlib.contextmanager
def _successful_exit(script: _Script) -> Iterator[None]:
    """Let a cell end the script with `sys.exit()` or `sys.exit(0)`; any other exit is an error."""
    try:
        yield
    except SystemExit as exit:
        if exit.code is not None and exit.code != 0:
            raise
        script.ended = True


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
        flush_streams()


def _execute(tree: ast.Module, script: str, names: dict[str, Any], flags: int) -> tuple[Any, int]:
    """Execute one cell. Returns the value of its last expression (None if it does not end with one), and the
    `__future__` flags for the next cell."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    code = compile(tree, script, "exec", flags, dont_inherit=True)
    flags |= code.co_flags & FUTURE
    SCRIPT.run(EXECUTE, code, names)
    if not isinstance(last, ast.Expr):
        return None, flags
    value = ast.Expression(last.value)
    code = compile(value, script, "eval", flags, dont_inherit=True)
    return SCRIPT.run(EVALUATE, code, names), flags
