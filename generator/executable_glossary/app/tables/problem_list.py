"""Problems for those who read them: a person at a terminal, a program, or a code review."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterable, Mapping

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.problem import Place, Problem


def evidence_line(found: Evidence) -> str:
    """`flowers: 3 runs, executed, reproduced`; with the reason where a record stands for runs."""
    if found.skipped:
        return f"{found.example.name}: skipped ({found.reason})"
    runs = f"{len(found.runs)} run{'' if len(found.runs) == 1 else 's'}"
    compared = {True: ", reproduced", False: ", drifted", None: ""}[found.reproduced]
    reason = f" ({found.reason})" if found.reason else ""
    return f"{found.example.name}: {runs}, {found.origin}{compared}{reason}"


def refusal(error: Exception) -> str | None:
    """What the machine refused: a right, room, a path, or writing at all. None for any other error."""
    if not isinstance(error, OSError) or error.errno not in _REFUSED:
        return None
    return f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror)


_NO_PATH = {errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT} | _NO_PATH
_WIDTH, _AROUND = 100, 40


def as_text(problems: Iterable[Problem]) -> str:
    """Each problem with its line and its fix, in order of place; the last line is a sum."""
    ordered = sorted(problems)
    return "\n".join([*(visible(_told(problem)) for problem in ordered), summed(ordered)])


def as_json(problems: Iterable[Problem]) -> str:
    """`[{"path", "line", "column", "code", "severity", "message", "help", "explain"}]`"""
    return visible(
        json.dumps([described(problem) for problem in sorted(problems)], ensure_ascii=False, indent=1)
    )


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands that GitHub shows at the line of a pull request."""
    return "\n".join(visible(_annotation(problem)) for problem in sorted(problems))


def visible(text: str) -> str:
    """Without characters that would color, move or turn what a terminal shows, or that no terminal can be sent."""
    return _UNSEEN.sub("\ufffd", text)


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def summed(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    severities = [problem.severity for problem in problems]
    counts = [(severities.count(kind), kind) for kind in ("error", "warning")]
    return ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for n, kind in counts if n) or "no problems"


def hint(problems: Iterable[Problem]) -> str:
    """Where more can be read, with one of the codes; empty where there is nothing to explain."""
    code = next((problem.code for problem in sorted(problems)), "")
    return f"`glossary explain {code}` tells more" if code else ""


def _told(problem: Problem) -> str:
    lines = [f"{problem.place}: {problem.severity}[{problem.code}]: {problem.message}"]
    lines += _excerpt(problem.place)
    if problem.help:
        lines.append(f"  help: {problem.help}")
    return "\n".join(lines)


def _excerpt(place: Place) -> list[str]:
    """The line with a mark under the place; of a long line the part around it."""
    if not place.excerpt.strip():
        return []
    gutter = f"{place.line:>5} | "
    first = max(0, place.column - 1 - _AROUND) if len(place.excerpt) > _WIDTH else 0
    shown = place.excerpt[first : first + _WIDTH]
    start = place.column - 1 - first
    length = max(1, min(place.length, len(shown) - start))
    return [gutter + shown, " " * (len(gutter) + start) + "^" * length]


def described(problem: Problem) -> dict[str, str | int]:
    """A problem for programs; see `as_json`."""
    place = problem.place
    where: dict[str, str | int] = {"path": place.path, "line": place.line, "column": place.column}
    what = {"code": problem.code, "severity": problem.severity}
    told = {"message": problem.message, "help": problem.help, "explain": f"glossary explain {problem.code}"}
    return {**where, **what, **told}


def _annotation(problem: Problem) -> str:
    place = problem.place
    file = _escaped(place.path).replace(":", "%3A").replace(",", "%2C")
    where = f"file={file},line={max(1, place.line)},col={max(1, place.column)},title={problem.code}"
    text = f"{problem.message}\nhelp: {problem.help}" if problem.help else problem.message
    return f"::{problem.severity} {where}::{_escaped(text)}"


def _escaped(text: str) -> str:
    """One line, as workflow commands want it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
