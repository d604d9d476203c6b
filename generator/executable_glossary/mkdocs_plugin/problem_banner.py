"""What a page of the preview says of what is wrong: its own mistakes in full, those of other entries folded."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import PurePosixPath

from executable_glossary.app.preview import Seen
from executable_glossary.app.tables.problem_list import as_text, summed
from executable_glossary.model.problem import Problem, errors

LOST = "There is no good page yet."
STALE = "This is the last good page."
OWN = "This page is as you wrote it, but something is wrong."
ELSEWHERE = "In other entries:"


def banner(seen: Seen, path: str, entries: str) -> str:
    """HTML for the page of that path; empty where nothing is wrong. `entries` is the folder of the entries."""
    concept = path.partition("/")[0]
    found = errors(seen.problems)
    other = tuple(one for one in found if _is_of_another(one, concept, entries))
    own = tuple(one for one in found if one not in other)
    parts = [f"<p>{_lead(seen, concept)}</p><pre>{_shown(own)}</pre>"] if own else []
    if other:
        told = f"<summary>{ELSEWHERE} {summed(other)}</summary><pre>{_shown(other)}</pre>"
        parts.append(f"<details>{told}</details>")
    text = "".join(parts)
    return f'<div class="banner banner--problem" role="alert">{text}</div>' if parts else ""


def _lead(seen: Seen, concept: str) -> str:
    if concept in seen.lost:
        return LOST
    return STALE if concept in seen.stale else OWN


def _is_of_another(problem: Problem, concept: str, entries: str) -> bool:
    """Axes, templates and examples concern every page."""
    path = PurePosixPath(problem.place.path)
    return str(path.parent) == entries and not path.name.startswith("_") and path.stem != concept


def _shown(problems: Collection[Problem]) -> str:
    return escape(as_text(problems))
