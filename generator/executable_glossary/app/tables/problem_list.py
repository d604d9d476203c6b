"""Problems as text, as JSON, and as annotations on GitHub."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.terminal_text import single_line


def evidence_line(evidence: Evidence) -> str:
    """`flowers: 3 runs, executed, reproduced` or `flowers: 1 run of 3 seeds, executed, reproduced`, with the reason if
    the record is used instead of runs."""
    name, reason = evidence.example.name, f" ({evidence.reason})" if evidence.reason else ""
    if evidence.skipped:
        return f"{name}: {'stopped' if evidence.stopped else 'skipped'}{reason}"
    runs = f"{len(evidence.executions)} run{'' if len(evidence.executions) == 1 else 's'}"
    runs += f" of {len(evidence.runs)} seeds" if evidence.together else ""
    if evidence.failure and evidence.example.settings.may_fail:
        failure = evidence.failure
        reason = f" and failed, as it may ({failure.message or failure.outcome})"
    compared = {True: ", reproduced", False: ", drifted", None: ""}[evidence.reproduced]
    return single_line(f"{name}: {runs}, {evidence.origin}{compared}{reason}")


def lines_without_results(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The lines of the examples that were skipped, or that failed as they may: neither is a problem."""
    for each in evidence:
        if each.skipped or (each.failed and not each.failed_unexpectedly):
            yield evidence_line(each)


def refusal(error: Exception) -> str | None:
    """The message for a system error, such as a missing permission, a full disk, or an invalid path. None for
    any other error."""
    if not isinstance(error, OSError) or error.errno not in _NO_PATH | _NO_PERMISSION | _NO_ROOM | _NO_DEVICE:
        return None
    return single_line(f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror))


_NO_PATH = {errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY}
# Room on the disk, in a file, in memory, and in the tables of open files and of processes.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN}
_NO_DEVICE = {errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT}
_WIDTH, _AROUND = 100, 40


def as_text(problems: Iterable[Problem]) -> str:
    """Each problem with its source line and a fix, ordered by location. The last line counts the problems."""
    ordered = sorted(problems)
    return "\n".join([*(visible(_message(problem)) for problem in ordered), summed(ordered)])


def as_json(problems: Iterable[Problem]) -> str:
    """`[{"path", "line", "column", "code", "severity", "message", "help", "explain"}]`"""
    text = json.dumps([described(problem) for problem in sorted(problems)], ensure_ascii=False, indent=1)
    # A CI service would execute it, see `single_line`; as JSON, it is the same text.
    return visible(text).replace("##[", "##\\u005b")


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands, which make GitHub show each problem at its line in a pull request."""
    return "\n".join(visible(_annotation(problem)) for problem in sorted(problems))


def visible(text: str) -> str:
    """Replaces characters that would color, move, or reverse text in a terminal, or that cannot be encoded."""
    return _INVISIBLE.sub("\ufffd", text)


_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def summed(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    severities = [problem.severity for problem in problems]
    counts = [(severities.count(severity), severity) for severity in ("error", "warning")]
    return ", ".join(f"{n} {severity}{'' if n == 1 else 's'}" for n, severity in counts if n) or "no problems"


def hint(problems: Iterable[Problem]) -> str:
    """The command that explains the first problem; empty if there are no problems."""
    code = next((problem.code for problem in sorted(problems)), "")
    return f"for more information, run: glossary explain {code}" if code else ""


def _message(problem: Problem) -> str:
    lines = [_place(f"{problem.place}: {problem.severity}[{problem.code}]: {problem.message}")]
    lines += _excerpt(problem.place)
    if problem.help:
        lines.append(f"  help: {single_line(problem.help)}")
    return "\n".join(lines)


def _place(line: str) -> str:
    """The first line of a problem. A file in the root can have any name."""
    line = single_line(line)
    return f"./{line}" if line.lstrip().startswith("::") else line


def _excerpt(place: Place) -> list[str]:
    """The source line with a marker below the location; for a long line, only the part around the location."""
    if not place.excerpt.strip():
        return []
    gutter = f"{place.line:>5} | "
    first = max(0, place.column - 1 - _AROUND) if len(place.excerpt) > _WIDTH else 0
    shown = place.excerpt[first : first + _WIDTH]
    start = place.column - 1 - first
    length = max(1, min(place.length, len(shown) - start))
    return [gutter + shown.replace("##[", "## ["), " " * (len(gutter) + start) + "^" * length]


def described(problem: Problem) -> dict[str, str | int]:
    """A problem as a JSON object; see `as_json`."""
    place = problem.place
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "help": problem.help,
        "explain": f"glossary explain {problem.code}",
    }


def _annotation(problem: Problem) -> str:
    place = problem.place
    file = _escaped(place.path).replace(":", "%3A").replace(",", "%2C")
    location = f"file={file},line={max(1, place.line)},col={max(1, place.column)},title={problem.code}"
    text = f"{problem.message}\nhelp: {problem.help}" if problem.help else problem.message
    return f"::{problem.severity} {location}::{_escaped(text)}"


def _escaped(text: str) -> str:
    """The text on one line, escaped for a workflow command."""
    return text.replace("##[", "## [").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
