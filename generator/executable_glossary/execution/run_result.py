"""Builds a `Run` from the files that a run wrote and the way its process ended."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from executable_glossary.execution.crash_stack import (
    describe_stack,
    script_stack,
    with_stack,
    without_sandbox_frames,
)
from executable_glossary.execution.job import Job
from executable_glossary.execution.observed_reads import observed_reads
from executable_glossary.execution.path_names import PathNames
from executable_glossary.execution.preload_reads import PreloadReads
from executable_glossary.execution.untrusted_result import is_picture, read_result, read_stack
from executable_glossary.model.run import Figure, Outcome, Output, Run

MAX_STREAM = 200_000  # bytes of a cell's standard output or error; the rest is omitted
LAST_LINES, LONGEST_LINE = 3, 200  # number of lines of standard error in a message, and characters per line
CANNOT_WRITE = 74  # exit code of a run whose results could not be written; see sandbox/run_cells.py
NOTHING_PRELOADED = PreloadReads()
Shorten = Callable[[str], str]
Distributions = Mapping[str, Sequence[str]]  # names, keyed by top-level module


@dataclass(frozen=True)
class Exit:
    """How a run ended, as its supervisor reports it.

    `code` is the exit code (negative for a signal). `reason` contains the outcome and message if the
    supervisor killed the run. `preloaded` contains what packages read when the fork server imported them. `began` is in seconds since 1970, `seconds` is the wall-clock time,
    `peak_memory` is in bytes, and `isolation` is a `Run.isolation` value.
    """

    code: int
    reason: tuple[Outcome, str] | None
    began: float = 0.0
    seconds: float = 0.0
    peak_memory: int = 0
    isolation: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, Any] = field(default_factory=dict)
    preloaded: PreloadReads = NOTHING_PRELOADED


def exit_from(report: Mapping[str, Any]) -> Exit:
    """The exit that the supervisor reported. `report` is empty on systems that cannot fork, which have no
    supervisor."""
    if not report:
        return Exit(-signal.SIGKILL, None)
    isolation, reads = report["isolation"], report["reads"]
    unknown = [*reads["unknown"], *report.get("preloaded", NOTHING_PRELOADED).unknown]
    if unknown and "traced" in isolation:
        isolation = {**isolation, "traced": "python"}
    reads = {**reads, "unknown": unknown, "limited": isolation.get("reads") == "limited"}
    return Exit(**{**report, "isolation": isolation, "reads": reads})


def stopped(report: Mapping[str, Any]) -> Exit:
    """The exit of a run that was ended, or never started, because the build was stopped."""
    return replace(exit_from(report), reason=("killed", "stopped with the build"))


def build_run(job: Job, folder: Path, home: Path, exit: Exit, distributions: Distributions) -> Run:
    """The `Run` of a job that has ended. folder: the job's working folder; home: the path to the run's home
    directory, as the run saw it; distributions: the installed distributions."""
    private = folder / ".run"
    result, shorten = read_result(private), _path_remover(job, folder, home)
    versions = _versions(result, distributions)
    files, reads = observed_reads(job, folder, _reads(exit, result), result, _began(exit), versions)
    run = Run(job.example.name, job.seed, *_outcome(job, private, exit, result))
    return replace(
        run,
        message=shorten(run.message),
        outputs=with_stack(_outputs(job, private, result, shorten), run.outcome, _stack(private, shorten)),
        **_metrics(job, result),
        files=files,
        reads=reads,
        warnings=tuple(shorten(warning) for warning in result.get("warnings", ())),
        seconds=round(exit.seconds, 3),
        peak_memory=max(result.get("peak_memory", 0), exit.peak_memory),
        versions=versions,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        isolation=exit.isolation,
        impure=_impure(result, exit, shorten),
    )


def _reads(exit: Exit, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the run read, and what the preloaded packages that it uses had read."""
    inherited = exit.preloaded.of(result.get("modules", ()))
    return {**exit.reads, "paths": [*exit.reads.get("paths", ()), *inherited]}


def _began(exit: Exit) -> float:
    """When the run, or the fork server that it was forked from, started."""
    return min(exit.began, exit.preloaded.began or exit.began)


def _metrics(job: Job, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of `Run` that contain metrics."""
    by_seed = dict(zip(job.example.together, result.get("by_seed", ()), strict=False))
    return {"metrics": result.get("metrics", {}), "rejected": result.get("rejected", {}), "by_seed": by_seed}


def _versions(result: Mapping[str, Any], distributions: Distributions) -> Mapping[str, str]:
    """Versions of the distributions whose modules the run used."""
    used = {name for module in result.get("modules", ()) for name in distributions.get(module, ())}
    return {name: metadata.version(name) for name in sorted(used)}


def _impure(result: Mapping[str, Any], exit: Exit, shorten: Shorten) -> tuple[str, ...]:
    """Files that the run wrote outside its folder; empty if the kernel denied such writes."""
    refused = exit.isolation.get("files") == "refused"
    return () if refused else tuple(shorten(path) for path in result.get("written", ()))


def _outcome(job: Job, private: Path, exit: Exit, result: Mapping[str, Any]) -> tuple[Outcome, str, int]:
    """Outcome, message, and line. A complete result determines the outcome, regardless of the exit code."""
    if result and exit.reason is None:
        failure = result["failure"]
        if failure is None:
            return "passed", "", 0
        return "out of memory" if failure["memory"] else "raised", failure["message"], failure["line"]
    frames = script_stack(without_sandbox_frames(read_stack(private)), job.script)
    number = _current_cell(job, private)
    line = frames[0][1] if frames else 1 if number is None else job.cells[number].line
    outcome, message = exit.reason or ("killed", _death_message(private, exit.code))
    ended_on_its_own = exit.reason is None or outcome == "timed out"
    errors = "" if number is None or not ended_on_its_own else _last_errors(private / f"{number}.err")
    return outcome, f"{message}{describe_stack(frames)}{errors}", line


def _current_cell(job: Job, private: Path) -> int | None:
    """The number of the cell that was running when the process ended."""
    with suppress(OSError, ValueError):
        number = int((private / "cell").read_text())
        return number if 0 <= number < len(job.cells) else None
    return None


def _last_errors(file: Path) -> str:
    """`; standard error ended with: ...`, which often explains why a process hangs; "" if there was no such output."""
    lines: list[str] = []
    with suppress(OSError), file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - LAST_LINES * LONGEST_LINE * 4))
        text = stream.read().decode("utf-8", "replace")
        lines = [line.strip()[:LONGEST_LINE] for line in text.splitlines() if line.strip()][-LAST_LINES:]
    return f"; standard error ended with: {' | '.join(lines)}" if lines else ""


def _death_message(private: Path, code: int) -> str:
    """Why a process ended early even though its supervisor did not kill it."""
    if code < 0:
        return f"terminated by signal {signal.Signals(-code).name}"
    if code == CANNOT_WRITE:
        return "could not write its results; is the disk full?"
    before = _stream(private / "before.err").strip() if (private / "before.err").exists() else ""
    last = f": {before.splitlines()[-1]}" if before and not (private / "cell").exists() else ""
    return f"exited with code {code} before the last cell finished{last}"


def _stack(private: Path, shorten: Shorten) -> str:
    """The stack of a run that was killed or crashed, as shown on pages."""
    return shorten(without_sandbox_frames(read_stack(private)))


def _outputs(job: Job, private: Path, result: Mapping[str, Any], shorten: Shorten) -> tuple[Output, ...]:
    """One output for each code cell that started."""
    cells = result.get("cells", ())
    captions = result.get("captions", {})
    outputs = []
    for number, cell in enumerate(job.cells):
        if not (private / f"{number}.out").exists():
            break
        reported = cells[number] if number < len(cells) else {}
        html, value = reported.get("value_is_html", False), shorten(reported.get("value", ""))
        saved = (_figure(private, figure, captions) for figure in reported.get("figures", ()))
        figures = tuple(filter(is_picture, saved))
        text, errors = (shorten(_stream(private / f"{number}.{ending}")) for ending in ("out", "err"))
        outputs.append(Output(cell.name, text, errors, value, html, figures))
    return tuple(outputs)


def _figure(private: Path, figure: Mapping[str, Any], captions: Mapping[str, Mapping[str, str]]) -> Figure:
    texts = captions.get(figure["name"], {})
    return Figure(
        name=figure["name"],
        file=private / figure["file"],
        caption=texts.get("caption", ""),
        alt=texts.get("alt", ""),
        width=figure["width"],
        height=figure["height"],
    )


def _stream(file: Path) -> str:
    """The text of a stream, truncated if it is too long; empty if the run deleted the file."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            text = stream.read(MAX_STREAM).decode("utf-8", "replace")
    except OSError:
        return ""
    return text if size <= MAX_STREAM else f"{text}\n[{size - MAX_STREAM:,} more bytes]\n"


def _path_remover(job: Job, folder: Path, home: Path) -> Shorten:
    """A function that removes machine-specific parts from text: folder paths and object addresses. The run's home
    directory is replaced with `~`, and a readable folder with its path relative to the project."""
    caches = (str(place.resolve()) for place in job.caches.values())
    folders = [*caches, str(folder), str(job.root), str(job.root.resolve()), sys.prefix, sys.base_prefix]
    homes = "|".join(re.escape(str(place)) for place in (home, folder / ".run" / "home"))
    known = "|".join(rf"{re.escape(place)}/?" for place in folders)
    portable = PathNames(job.root, job.readable)
    names = {str(path): portable.name(str(path)) for path in job.readable}
    outside = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"
    pattern = re.compile(rf"(?P<home>{homes})|{known}|(?P<outside>{outside})| at 0x[0-9a-f]+")
    return lambda text: pattern.sub(
        lambda match: "~" if match["home"] else names.get(match["outside"], ""), text
    )
