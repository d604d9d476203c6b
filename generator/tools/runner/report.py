"""From the files that a worker left, and the way its process ended, to a Run."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import nh3

from generator.model.example import Cell
from generator.model.run import Figure, Outcome, Output, Run
from generator.tools.runner.job import Job

# A stream is cut, where it is read, after so many bytes.
LONGEST_STREAM = 200_000
Shorten = Callable[[str], str]


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code (negative: a signal), why we killed it, when it began (seconds since
    1970), how long it took, peak memory in bytes."""

    code: int
    reason: Outcome | None
    began: float
    seconds: float
    peak_memory: int


def report(
    job: Job, folder: Path, private: Path, ended: Ended, distributions: Mapping[str, Sequence[str]]
) -> Run:
    """What the worker wrote, and what the way it ended adds to that."""
    told = _result(private)
    shorten = _without_places(job, folder)
    outcome, message, line = _outcome(job, private, ended, told)
    modules = [name for module in told.get("modules", ()) for name in distributions.get(module, ())]
    return Run(
        example=job.example.name,
        seed=job.seed,
        outcome=outcome,
        message=shorten(message),
        line=line,
        outputs=_outputs(job, private, told, shorten),
        metrics=told.get("metrics", {}),
        rejected=told.get("rejected", {}),
        files=_observed(job, folder, told.get("files", ()), ended.began),
        warnings=tuple(shorten(warning) for warning in told.get("warnings", ())),
        seconds=round(ended.seconds, 3),
        peak_memory=told.get("peak_memory") or ended.peak_memory,
        versions={name: metadata.version(name) for name in sorted(set(modules))},
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _result(private: Path) -> Mapping[str, Any]:
    """The worker's last word; nothing where it did not come that far."""
    try:
        result: Mapping[str, Any] = json.loads((private / "result.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return result


def _outcome(job: Job, private: Path, ended: Ended, told: Mapping[str, Any]) -> tuple[Outcome, str, int]:
    """Outcome, message, line. A run that said all it had to say has passed, however it left."""
    if ended.reason is None and told:
        failure = told["failure"]
        if failure is None:
            return "passed", "", 0
        return "out of memory" if failure["memory"] else "raised", failure["message"], failure["line"]
    cell = _current(job, private)
    settings = job.example.settings
    messages: Mapping[Outcome | None, str] = {
        "timed out": f"still running after {settings.timeout:g} s",
        "out of memory": f"held more than {settings.memory} MB",
        "killed": "stopped with the build",
    }
    message = messages.get(ended.reason) or _last_words(private, ended.code)
    return ended.reason or "killed", message, cell.line if cell else 1


def _current(job: Job, private: Path) -> Cell | None:
    """The cell that was running when the process ended."""
    try:
        return job.cells[int((private / "cell").read_text())]
    except (OSError, ValueError, IndexError):
        return None


def _last_words(private: Path, code: int) -> str:
    """Why a process ended that was not killed by us and did not finish."""
    if code < 0:
        return f"ended by signal {signal.Signals(-code).name}"
    before = (private / "before.err").read_text("utf-8", "replace").strip()
    last = f": {before.splitlines()[-1]}" if before and not (private / "cell").exists() else ""
    return f"left with exit code {code} before the last cell was done{last}"


def _outputs(job: Job, private: Path, told: Mapping[str, Any], shorten: Shorten) -> tuple[Output, ...]:
    """One output for each cell with code that began."""
    cells = told.get("cells", ())
    captions = told.get("captions", {})
    outputs = []
    for number, cell in enumerate(job.cells):
        if not (private / f"{number}.out").exists():
            break
        result = cells[number] if number < len(cells) else {}
        html = result.get("value_is_html", False)
        value = nh3.clean(result["value"]) if html else shorten(result.get("value", ""))
        figures = tuple(_figure(private, figure, captions) for figure in result.get("figures", ()))
        text, errors = (shorten(_stream(private / f"{number}.{ending}")) for ending in ("out", "err"))
        outputs.append(Output(cell.name, text, errors, value, html, figures))
    return tuple(outputs)


def _figure(private: Path, figure: Mapping[str, Any], captions: Mapping[str, Mapping[str, str]]) -> Figure:
    said = captions.get(figure["name"], {})
    return Figure(
        name=figure["name"],
        file=private / figure["file"],
        caption=said.get("caption", ""),
        alt=said.get("alt", ""),
        width=figure["width"],
        height=figure["height"],
    )


def _stream(file: Path) -> str:
    """The text of a stream, cut where it is too long."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        text = stream.read(LONGEST_STREAM).decode("utf-8", "replace")
    return text if size <= LONGEST_STREAM else f"{text}\n[{size - LONGEST_STREAM:,} more bytes]\n"


def _observed(job: Job, folder: Path, files: Iterable[str], began: float) -> Mapping[str, str]:
    """Hashes of the project's own files among `files`, by path from the root.

    The script itself is left out (its code is known cell by cell), and so is what belongs to the run or to
    the installation, which may lie in a folder of the project.
    """
    apart = (folder, Path(sys.prefix), Path(__file__).parent)
    paths = {Path(file) for file in files}
    own = {path for path in paths if path.is_relative_to(job.root) and path != job.script and path.is_file()}
    outside = {path for path in own if any(path.is_relative_to(other) for other in apart)}
    return {
        path.relative_to(job.root).as_posix(): _hash(path, began)
        for path in sorted(own - outside)
        if "__pycache__" not in path.parts
    }


def _hash(path: Path, began: float) -> str:
    """SHA-256; empty, which matches nothing, for a file that was written while the run may have read it."""
    return sha256(path.read_bytes()).hexdigest() if path.stat().st_mtime < began else ""


def _without_places(job: Job, folder: Path) -> Shorten:
    """Takes out of a text what differs from machine to machine: folders, and addresses of objects."""
    folders = [str(folder), str(job.root), sys.prefix, sys.base_prefix]
    known = re.compile("|".join(rf"{re.escape(place)}/?" for place in folders) + "| at 0x[0-9a-f]+")
    return lambda text: known.sub("", text)
