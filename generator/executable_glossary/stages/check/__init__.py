"""What must be true of the content before anything runs: one promise in each file, all kept in this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from executable_glossary.adapters.memoize import memoized
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.stages.check import (
    axes,
    blocks,
    claim_checks,
    cycles,
    diagrams,
    example_references,
    expressions,
    file_names,
    findings,
    formulas,
    links,
    lookalikes,
    markup,
    meanings,
    names,
    outputs,
    typed_numbers,
    unclosed,
    variants,
)

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
    typed_numbers.problems,
    formulas.problems,
    markup.problems,
)
CHECKS: tuple[Check, ...] = (
    axes.problems,
    names.problems,
    lookalikes.problems,
    file_names.problems,
    links.problems,
    cycles.problems,
    example_references.problems,
    outputs.problems,
    claim_checks.problems,
    findings.problems,
    markup.common_problems,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (formulas.page_problems,)


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
