"""The banner on a preview page, which shows the page's own problems and collapses the problems of other entries."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import PurePosixPath

from executable_glossary.app.preview import PreviewState
from executable_glossary.app.tables.problem_list import as_text, summed
from executable_glossary.model.problem import Problem, errors

LOST = "There is no error-free version of this page yet."
STALE = "This is the last good version of the page."
OWN = "This page is up to date, but there are errors."
ELSEWHERE = "In other entries:"


def banner(seen: PreviewState, path: str, entries: str) -> str:
    """HTML for the page at `path`; empty if there are no errors. `entries` is the entries folder."""
    concept = path.partition("/")[0]
    problems = errors(seen.problems)
    other = tuple(problem for problem in problems if _is_of_another(problem, concept, entries))
    own = tuple(problem for problem in problems if problem not in other)
    parts = [f"<p>{_lead(seen, concept)}</p><pre>{_escaped(own)}</pre>"] if own else []
    if other:
        summary = f"<summary>{ELSEWHERE} {summed(other)}</summary>"
        parts.append(f"<details>{summary}<pre>{_escaped(other)}</pre></details>")
    text = "".join(parts)
    return f'<div class="banner banner--problem" role="alert">{text}</div>' if parts else ""


def _lead(seen: PreviewState, concept: str) -> str:
    if concept in seen.lost:
        return LOST
    return STALE if concept in seen.stale else OWN


def _is_of_another(problem: Problem, concept: str, entries: str) -> bool:
    """Whether the problem is in a different entry. Axes, templates, and examples affect every page."""
    path = PurePosixPath(problem.place.path)
    return str(path.parent) == entries and not path.name.startswith("_") and path.stem != concept


def _escaped(problems: Collection[Problem]) -> str:
    return escape(as_text(problems))
