"""What must be true of the content before anything runs: one promise in each file, all kept in this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.model.glossary import Glossary
from generator.model.plan import Plan
from generator.model.problem import Problem
from generator.stages.check import (
    axes,
    blocks,
    circles,
    claims,
    diagrams,
    examples,
    expressions,
    findings,
    links,
    lookalikes,
    markup,
    mathematics,
    meanings,
    names,
    numbers,
    outputs,
    portable,
    variants,
)

Check = Callable[[Glossary], Iterator[Problem]]
PageCheck = Callable[[Plan], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    axes.problems,
    names.problems,
    lookalikes.problems,
    portable.problems,
    meanings.problems,
    blocks.problems,
    variants.problems,
    links.problems,
    diagrams.problems,
    circles.problems,
    examples.problems,
    outputs.problems,
    claims.problems,
    findings.problems,
    expressions.problems,
    numbers.problems,
    mathematics.problems,
    markup.problems,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (mathematics.page_problems,)


def check(glossary: Glossary) -> tuple[Problem, ...]:
    """All problems of the content itself."""
    return tuple(problem for promise in CHECKS for problem in promise(glossary))


def check_pages(plan: Plan) -> tuple[Problem, ...]:
    """All problems of pages as their readers get them."""
    return tuple(problem for promise in PAGE_CHECKS for problem in promise(plan))
