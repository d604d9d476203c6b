"""From the files that a worker left, and the way its process ended, to a Run."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from executable_glossary.execution.crash_stack import script_stack, where, whole_stack, with_stack
from executable_glossary.execution.job import Job
from executable_glossary.execution.untrusted_result import is_picture, result, stack
from executable_glossary.model.example import Cell
from executable_glossary.model.run import Figure, Outcome, Output, Run

# A stream is cut, where it is read, after so many bytes.
LONGEST_STREAM = 200_000
CANNOT_WRITE = 74  # exit code of a run whose results found no room
Shorten = Callable[[str], str]


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code (negative: a signal), why its keeper ended it (outcome and message), when it
    began (seconds since 1970), how long it took, peak memory in bytes, and what it was kept from."""

    code: int
    reason: tuple[Outcome, str] | None
    began: float = 0.0
    seconds: float = 0.0
    peak_memory: int = 0
    isolation: Mapping[str, str] = field(default_factory=dict)


def how_it_ended(said: Mapping[str, Any]) -> Ended:
    """said: what its keeper told; without processes that fork a run has none, and leaves no more than its result."""
    return Ended(**said) if said else Ended(-signal.SIGKILL, None)


def stopped(said: Mapping[str, Any]) -> Ended:
    """Of a run that ended because the build did; it may not have begun."""
    return replace(how_it_ended(said), reason=("killed", "stopped with the build"))


def report(
    job: Job, folder: Path, private: Path, ended: Ended, distributions: Mapping[str, Sequence[str]]
) -> Run:
    """What the run wrote, and what the way it ended adds to that."""
    told, shorten = result(private), _without_places(job, folder)
    frames = shorten(whole_stack(stack(private)))
    outcome, message, line = _outcome(job, private, ended, told)
    return Run(
        example=job.example.name,
        seed=job.seed,
        outcome=outcome,
        message=shorten(message),
        line=line,
        outputs=with_stack(_outputs(job, private, told, shorten), outcome, frames),
        metrics=told.get("metrics", {}),
        rejected=told.get("rejected", {}),
        files=_observed(job, folder, told.get("files", ()), ended.began),
        warnings=tuple(shorten(warning) for warning in told.get("warnings", ())),
        seconds=round(ended.seconds, 3),
        peak_memory=max(told.get("peak_memory", 0), ended.peak_memory),
        versions=_versions(told, distributions),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        isolation=ended.isolation,
        impure=_impure(told, ended, shorten),
    )


def _versions(told: Mapping[str, Any], distributions: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    used = {name for module in told.get("modules", ()) for name in distributions.get(module, ())}
    return {name: metadata.version(name) for name in sorted(used)}


def _impure(told: Mapping[str, Any], ended: Ended, shorten: Shorten) -> tuple[str, ...]:
    """Writes that went outside; those that were refused did no harm."""
    refused = ended.isolation.get("files") == "refused"
    return () if refused else tuple(shorten(path) for path in told.get("written", ()))


def _outcome(job: Job, private: Path, ended: Ended, told: Mapping[str, Any]) -> tuple[Outcome, str, int]:
    """Outcome, message, line. A run that said all it had to say has passed, however it left."""
    if told and ended.reason is None:
        failure = told["failure"]
        if failure is None:
            return "passed", "", 0
        return "out of memory" if failure["memory"] else "raised", failure["message"], failure["line"]
    frames = script_stack(whole_stack(stack(private)), job.script)
    cell = _current(job, private)
    line = frames[0][1] if frames else cell.line if cell else 1
    outcome, message = ended.reason or ("killed", _last_words(private, ended.code))
    return outcome, f"{message}{where(frames)}", line


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
    if code == CANNOT_WRITE:
        return "could not write what it found: is the disk full?"
    before = _stream(private / "before.err").strip() if (private / "before.err").exists() else ""
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
        said = cells[number] if number < len(cells) else {}
        html, value = said.get("value_is_html", False), shorten(said.get("value", ""))
        found = (_figure(private, figure, captions) for figure in said.get("figures", ()))
        figures = tuple(filter(is_picture, found))
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
    """The text of a stream, cut where it is too long; a run may have taken it away."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            text = stream.read(LONGEST_STREAM).decode("utf-8", "replace")
    except OSError:
        return ""
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
    caches = (str(place.resolve()) for place in job.caches.values())
    folders = [*caches, str(folder), str(job.root), sys.prefix, sys.base_prefix]
    known = re.compile("|".join(rf"{re.escape(place)}/?" for place in folders) + "| at 0x[0-9a-f]+")
    return lambda text: known.sub("", text)
