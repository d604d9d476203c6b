"""Compares two builds of a glossary: pages, readers, evidence, concepts, and problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from executable_glossary.model.build import Build
from executable_glossary.model.comparison import Comparison, PageChanges
from executable_glossary.model.problem import Problem, errors
from executable_glossary.stages.compare.concepts import concept_changes
from executable_glossary.stages.compare.pages import page_changes, reader_changes
from executable_glossary.stages.compare.recorded_results import evidence_changes


def compare(base: Build | None, head: Build) -> Comparison:
    """`base` is the build before the change, or None if there was no glossary; `head` is the build after the
    change."""
    first = base is None
    base = base or Build()
    obstacle = _obstacle(head, None if first else base)
    pages = PageChanges() if obstacle else page_changes(base, head)
    return Comparison(
        pages=pages,
        readers=reader_changes(pages, head.glossary or base.glossary),
        evidence=evidence_changes(base, head),
        concepts=concept_changes(base, head),
        new_problems=_only(head.problems, base.problems),
        gone_problems=_only(base.problems, head.problems),
        problems=head.problems,
        obstacle=obstacle,
        first=first,
    )


def _obstacle(head: Build, base: Build | None) -> str:
    """Why the pages cannot be compared: one of the builds has errors and therefore no pages. Empty if they
    can be compared."""
    for build, whose in ((head, "the changed glossary"), (base, "the base")):
        if build is not None and not build.documents:
            count = len(errors(build.problems))
            return f"{whose} has {count} error{'' if count == 1 else 's'}, so its pages cannot be built"
    return ""


def _only(these: Iterable[Problem], those: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems that the other build does not have, regardless of line numbers, which change with any edit
    higher up in the file."""
    known = Counter(_identity(problem) for problem in those)
    remaining: list[Problem] = []
    for problem in these:
        if known[_identity(problem)]:
            known[_identity(problem)] -= 1
        else:
            remaining.append(problem)
    return tuple(remaining)


def _identity(problem: Problem) -> tuple[str, str, str]:
    return (problem.place.path, problem.code, problem.message)
