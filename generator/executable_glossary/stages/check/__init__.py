"""Finds definite mistakes in the content before any example runs. Each module checks one subject."""

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
    example_settings,
    file_names,
    findings,
    formulas,
    links,
    markup,
    meanings,
    names,
    numbers,
    rest_problems,
    rest_text,
    scripts,
    shadowing,
    sources,
    unpublished_text,
)

Check = Callable[[Glossary], Iterator[Problem]]
PageCheck = Callable[[Glossary, Plan], Iterator[Problem]]

# These checks look at one entry at a time, and are skipped for entries that have not changed.
ALONE: tuple[Check, ...] = (
    meanings.problems,
    blocks.problems,
    diagrams.problems,
    numbers.problems,
    formulas.problems,
    markup.problems,
    sources.problems,
)
CHECKS: tuple[Check, ...] = (
    axes.problems,
    names.problems,
    file_names.problems,
    links.problems,
    cycles.problems,
    example_references.problems,
    example_settings.problems,
    scripts.problems,
    rest_text.problems,
    shadowing.problems,
    claim_checks.problems,
    findings.problems,
    markup.common_problems,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (
    formulas.page_problems,
    unpublished_text.page_problems,
    rest_problems.problems,
)


def check(glossary: Glossary) -> tuple[Problem, ...]:
    """All problems in the content itself."""
    problems = [problem for check in CHECKS for problem in check(glossary)]
    templates, unread, axes = glossary.templates, glossary.unread_examples, glossary.axes
    for written in glossary.written:
        problems += _alone(written, templates, unread, axes, *glossary.examples.values())
    return tuple(problems)


def check_pages(glossary: Glossary, plan: Plan) -> tuple[Problem, ...]:
    """All problems on the pages, which are checked as readers would see them."""
    return tuple(problem for check in PAGE_CHECKS for problem in check(glossary, plan))


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
    return tuple(problem for check in ALONE for problem in check(alone))
