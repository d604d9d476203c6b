"""What must be true of the content before anything runs: one promise in each file, all kept in this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from generator.model.axes import Axes
from generator.model.entry import Entry
from generator.model.example import Example
from generator.model.findings import Findings
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
    unclosed,
    variants,
)
from generator.tools.memoized import memoized

Check = Callable[[Glossary], Iterator[Problem]]
PageCheck = Callable[[Plan], Iterator[Problem]]

# What holds of one entry, whatever the others say: of an entry that did not change it is not asked again.
ALONE: tuple[Check, ...] = (
    meanings.problems,
    blocks.problems,
    variants.problems,
    diagrams.problems,
    expressions.problems,
    unclosed.problems,
    numbers.problems,
    mathematics.problems,
    markup.problems,
)
CHECKS: tuple[Check, ...] = (
    axes.problems,
    names.problems,
    lookalikes.problems,
    portable.problems,
    links.problems,
    circles.problems,
    examples.problems,
    outputs.problems,
    claims.problems,
    findings.problems,
    markup.common_problems,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (mathematics.page_problems,)


def check(glossary: Glossary) -> tuple[Problem, ...]:
    """All problems of the content itself."""
    found = [problem for promise in CHECKS for problem in promise(glossary)]
    templates, unread, axes = glossary.templates, glossary.unread_examples, glossary.axes
    for written in glossary.written:
        found += _alone(written, templates, unread, axes, *glossary.examples.values())
    return tuple(found)


def check_pages(plan: Plan) -> tuple[Problem, ...]:
    """All problems of pages as their readers get them."""
    return tuple(problem for promise in PAGE_CHECKS for problem in promise(plan))


@memoized(lambda written, *_: written.id)
def _alone(
    written: Entry | Findings,
    templates: frozenset[str],
    unread: frozenset[str],
    axes: Axes,
    *examples: Example,
) -> tuple[Problem, ...]:
    known = {example.name: example for example in examples}
    alone = Glossary(axes, {}, known, templates, unread_examples=unread)
    if isinstance(written, Entry):
        alone = replace(alone, entries={written.id: written})
    else:
        alone = replace(alone, findings=written)
    return tuple(problem for promise in ALONE for problem in promise(alone))
