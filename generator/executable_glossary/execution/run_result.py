"""Builds a `Run` from the files that a run wrote and the way its process ended."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from executable_glossary.execution.crash_stack import (
    describe_stack,
    script_stack,
    with_stack,
    without_own_frames,
    without_sandbox_frames,
)
from executable_glossary.execution.job import Job
from executable_glossary.execution.observed_reads import observed_reads
from executable_glossary.execution.path_names import PathNames
from executable_glossary.execution.preload_reads import PreloadReads
from executable_glossary.execution.records import fitting
from executable_glossary.execution.sandbox.early_end import EARLY
from executable_glossary.execution.sandbox.private_mounts import ORIGINALS
from executable_glossary.execution.sandbox.unwritable_results import LOST, describe
from executable_glossary.execution.untrusted_result import (
    is_picture,
    read_cells,
    read_failure,
    read_result,
    read_stack,
)
from executable_glossary.model.run import LONGEST_STREAM, Figure, Missing, Outcome, Output, Run
from executable_glossary.model.terminal_text import final_text, without_controls

# In bytes. A stream can be longer than what is shown, because a progress bar leaves only its last state. The run can also
# replace these files with others of any size.
MAX_READ, LONGEST_NUMBER = 8_000_000, 20
# More characters than this that cannot be read, and this share of all, mean that a stream is not text.
MOST_UNREADABLE, SHARE_UNREADABLE = 20, 0.05
LAST_LINES, LONGEST_LINE = 3, 200  # number of lines of standard error in a message, and characters per line
NOTHING_PRELOADED = PreloadReads()
# In the description of an object; `pprint`, mocks, and threads write addresses as decimal numbers.
ADDRESS = re.compile(
    r"[ :=@]0x[0-9A-Fa-f]{8,16}\b| (?:with )?id=(?P<quote>'?)\d{9,20}(?P=quote)(?![\w'])"
    r"|(?<=(?:started|stopped| daemon)) \d{9,20}(?=\))"
)
# In a box, the address can be on the next line.
_WRAPPED = re.compile(r" at(?P<between>[ │|]{0,200}\n[ │|]{0,200})0x[0-9A-Fa-f]{8,16}\b")
# In a stack that `faulthandler` prints.
_THREAD = re.compile(r"\b(?P<thread>[Tt]hread) 0x[0-9A-Fa-f]{8,16}\b")
Shorten = Callable[[str], str]
Distributions = Mapping[str, Sequence[str]]  # names, keyed by top-level module


@dataclass(frozen=True)
class Exit:
    """How a run ended, as its supervisor reports it.

    `code` is the exit code (negative for a signal). `reason` contains the outcome and message if the
    supervisor killed the run. `preloaded` contains the paths that packages read when the fork server imported them.
    `left` contains the output files, such as `0.out`, to which processes could still print at the end, and the names of
    these processes. `began` is in seconds since 1970, `seconds` is the wall-clock time, `peak_memory` is in bytes, and `isolation` is a
    `Run.isolation` value.
    """

    code: int
    reason: tuple[Outcome, str] | None
    began: float = 0.0
    seconds: float = 0.0
    peak_memory: int = 0
    isolation: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, Any] = field(default_factory=dict)
    preloaded: PreloadReads = NOTHING_PRELOADED
    left: Sequence[tuple[str, str]] = ()


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
    result = read_result(private) or _early_result(private, exit)
    shorten = _path_remover(job, folder, home)
    versions = _versions(result, distributions)
    files, reads = observed_reads(job, folder, _reads(exit, result), result, _began(exit), versions)
    run = Run(job.example.name, job.seed, *_outcome(job, private, exit, result))
    outputs = _outputs(job, private, result, exit, shorten)
    return replace(
        run,
        message=shorten(run.message),
        outputs=with_stack(outputs, run.outcome, _stack(private, shorten)),
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


def _early_result(private: Path, exit: Exit) -> Mapping[str, Any]:
    """The result of a run that ended its own process successfully in the last cell, before it could write its result."""
    if exit.code or exit.reason or (private / "result.json").exists():
        return {}
    return read_result(private, EARLY)


def _reads(exit: Exit, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Everything read by the run and, while they were being imported, by the preloaded packages that it uses."""
    inherited = exit.preloaded.of(result.get("modules", ()), frozenset(result.get("loaded", ())))
    links = {**exit.preloaded.links_to(inherited), **exit.reads.get("links", {})}
    return {**exit.reads, "paths": [*exit.reads.get("paths", ()), *inherited], "links": links}


def _began(exit: Exit) -> float:
    """When the run, or the fork server that it was forked from, started."""
    return min(exit.began, exit.preloaded.began or exit.began)


def _metrics(job: Job, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of `Run` that contain metrics. In scripts of other galleries, a variable only shares the name."""
    if not job.example.measures:
        return {}
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
        how: Outcome = "out of memory" if failure["memory"] else "raised"
        if failure["message"].startswith(LOST):
            how = "killed"
        return how, failure["message"], failure["line"]
    if exit.reason and (failed := read_failure(private)):
        return exit.reason[0], f"{failed.message}; after this error: {exit.reason[1]}", failed.line
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
        with (private / "cell").open("rb") as file:
            number = int(file.read(LONGEST_NUMBER))
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
        return f"terminated by signal {_signal_name(-code)}"
    if unwritable := describe(code):
        return unwritable
    if code == 0 and (private / "result.json").exists():
        return "its results are not valid"
    before = _stream(private / "before.err")[0].strip() if (private / "before.err").exists() else ""
    last = f": {before.splitlines()[-1]}" if before and not (private / "cell").exists() else ""
    return f"exited with code {code} before the last cell finished{last}"


def _signal_name(number: int) -> str:
    """Python names only the first and the last of the real-time signals, and the C library keeps some for itself."""
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"SIGRTMIN+{number - signal.SIGRTMIN}" if number > signal.SIGRTMIN else str(number)


def _stack(private: Path, shorten: Shorten) -> str:
    """The stack of a run that was killed or crashed, as shown on pages."""
    return shorten(without_sandbox_frames(read_stack(private)))


def _outputs(
    job: Job, private: Path, result: Mapping[str, Any], exit: Exit, shorten: Shorten
) -> tuple[Output, ...]:
    """One output for each code cell that started."""
    cells = result["cells"] if result else read_cells(private, len(job.cells))
    captions = result.get("captions", {})
    outputs = []
    for number, cell in enumerate(job.cells):
        if not (private / f"{number}.out").exists():
            break
        reported = cells[number] if number < len(cells) else {}
        saved = (_figure(private, figure, captions) for figure in reported.get("figures", ()))
        output = _with_value(Output(cell.name, figures=tuple(filter(is_picture, saved))), reported, shorten)
        streams = [_stream(private / f"{number}.{ending}") for ending in ("out", "err")]
        rest = tuple(Missing("rest", f"{left:,}") for _, left in streams if left)
        text, errors = (shorten(without_own_frames(text)) for text, _ in streams)
        missing = (*rest, *output.missing, *_left_behind(number, exit))
        outputs.append(replace(output, text=text, errors=errors, missing=missing))
    return tuple(fitting(outputs))


def _left_behind(number: int, exit: Exit) -> Iterator[Missing]:
    """What a cell's output lacks because processes were stopped that could still print to it."""
    files = (f"{number}.out", f"{number}.err")
    names = sorted({without_controls(name) for file, name in exit.left if file in files})
    if names:
        yield Missing("processes", ", ".join(names))


def _with_value(output: Output, reported: Mapping[str, Any], shorten: Shorten) -> Output:
    """The output with the value that the cell reported, and with what it reported as missing."""
    html, media = reported.get("value_is_html", False), reported.get("media", "")
    # In markup, a carriage return is only white space.
    value = without_controls(reported.get("value", "")) if html or media else reported.get("value", "")
    missing = tuple(Missing(what, shorten(detail)) for what, detail in reported.get("missing", ()))
    plain = shorten(reported.get("plain", ""))
    return replace(
        output, value=shorten(value), value_is_html=html, media=media, plain=plain, missing=missing
    )


def _figure(private: Path, figure: Mapping[str, Any], captions: Mapping[str, Mapping[str, str]]) -> Figure:
    texts = captions.get(figure["name"]) or captions.get(figure["label"], {})
    return Figure(
        name=figure["name"],
        file=private / figure["file"],
        caption=without_controls(texts.get("caption", "")),
        alt=without_controls(texts.get("alt", "")),
        width=figure["width"],
        height=figure["height"],
        still=figure["still"],
    )


def _stream(file: Path) -> tuple[str, int]:
    """The text of a stream as a terminal shows it in the end, without what is too long, and the number of characters
    that are left out; empty if the run deleted the file. No more than MAX_READ bytes are read."""
    try:
        with file.open("rb") as stream:
            text = final_text(_decoded(stream.read(MAX_READ)))
            unread = max(0, os.fstat(stream.fileno()).st_size - MAX_READ)
    except OSError:
        return "", 0
    left = max(0, len(text.rstrip("\n")) - LONGEST_STREAM) + unread
    return (f"{text[:LONGEST_STREAM]}\n[{left:,} more characters]\n" if left else text), left


def _decoded(content: bytes) -> str:
    """The text of a stream. If it is not text, it says how many bytes there are."""
    text = content.decode("utf-8", "replace")
    if text.count("\ufffd") > max(MOST_UNREADABLE, len(text) * SHARE_UNREADABLE):
        return f"[{len(content):,} bytes that are not text]\n"
    return text


def _path_remover(job: Job, folder: Path, home: Path) -> Shorten:
    """A function that removes machine-specific parts from text: folder paths and addresses of objects. The run's home
    directory is replaced with `~`, and a readable folder, or the folder with the originals of the files next to the
    script, with its path relative to the project. Control characters have the effect that they have in a terminal."""
    folders = _folder_names(job, folder)
    script_folder = (job.root / job.example.path).parent
    places = (home, *(each / ".run" / "home" for each in (folder, script_folder, script_folder.resolve())))
    homes = "|".join(re.escape(str(place)) for place in places)
    known = "|".join(map(re.escape, folders))
    portable = PathNames(job.root, job.outside)
    names = {str(path): portable.name(str(path)) for path in job.outside}
    names[ORIGINALS] = str(PurePosixPath(job.example.path).parent)
    outside = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    # A path to something in a folder becomes relative to it; the path to the folder itself becomes its name.
    folder_or_inside = rf"(?P<folder>{known})(?P<inside>/(?=[^\s'\")\]>,;:]))?/?"
    pattern = re.compile(rf"(?P<home>{homes})|{folder_or_inside}|(?P<outside>{outside})")

    def replaced(match: re.Match[str]) -> str:
        if match["folder"]:
            return "" if match["inside"] else folders[match["folder"]]
        return "~" if match["home"] else names[match["outside"]]

    return lambda text: _without_addresses(pattern.sub(replaced, final_text(text)))


def _folder_names(job: Job, folder: Path) -> Mapping[str, str]:
    """What stands for the paths of the folders themselves: the working folder is shown as the script's folder, and the
    others relative to the project or by the names of their part of the installation. The working folder, which can be in
    the project, comes first."""
    portable = PathNames(job.root)
    caches = {str(place.resolve()): name for name, place in job.caches.items()}
    script = {str(folder): str(PurePosixPath(job.example.path).parent)}
    others = (str(job.root), str(job.root.resolve()), sys.prefix, sys.base_prefix)
    return {**caches, **script, **{path: portable.name(path) for path in others if path not in script}}


def _without_addresses(text: str) -> str:
    """The text without the addresses in the descriptions of objects, as in `<Tack at 0x7F21B4CD0>`."""
    text = _WRAPPED.sub(r"\g<between>", re.sub(r" at 0x[0-9A-Fa-f]+", "", text))
    text = _THREAD.sub(r"\g<thread>", text)
    return re.sub(r"<[A-Za-z_][^<>\n]*", lambda found: ADDRESS.sub("", found[0]), text)
