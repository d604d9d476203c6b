"""Builds an error-free glossary from one with errors: each broken part is replaced with its last good version
or left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.number_format import measures
from executable_glossary.model.problem import Problem, errors
from executable_glossary.stages.load import AXES, FINDINGS
from executable_glossary.text.expressions import UNDEFINED_EXPRESSION, ExpressionError, parse_prose, say
from executable_glossary.text.markdown_spans import spans

Part = TypeVar("Part")
Check = Callable[[Glossary], Iterable[Problem]]


def last_good(
    glossary: Glossary, problems: Iterable[Problem], check: Check, previous: Glossary | None = None
) -> Glossary | None:
    """A glossary without errors; None if its axes have errors and there is no previous version of them.

    problems: the problems in `glossary`. check: finds the problems in a repaired glossary. previous: the last
    glossary without errors; its versions replace the broken parts. A part that `previous` does not contain is
    left out and counts as unreadable, so links to that part are not reported as additional problems. If errors
    remain because they are reported in a part other than the edited one (a cycle, a duplicate name), all of
    `previous` is returned.
    """
    good: Glossary | None = glossary
    remaining = errors(problems)
    while good is not None and remaining:
        repaired = _repaired(good, {problem.place.path for problem in remaining}, previous)
        remaining = errors(check(repaired)) if repaired is not None else ()
        if previous is not None and remaining:
            return previous
        good = repaired
    return good


def without_errors(glossary: Glossary, problems: Iterable[Problem]) -> Glossary | None:
    """The glossary without its broken parts, for finding additional problems in the rest."""
    return last_good(glossary, problems, lambda _: ())


def undefined_numbers(glossary: Glossary, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    """A problem for each expression in prose that has no value, even if the reason has already been reported."""
    names = measures(evidence)
    for text in chain.from_iterable(written.prose for written in glossary.written):
        for span in spans(text) if "{{" in text else ():
            try:
                if span.kind == "expression":
                    say(parse_prose(span.inner), names)
            except ExpressionError as error:
                place = text.at(span.offset, len(span.text))
                yield UNDEFINED_EXPRESSION.at(place, str(error), "use a metric that its example measures")


def _repaired(glossary: Glossary, broken: Collection[str], previous: Glossary | None) -> Glossary | None:
    """broken: the paths to files that have errors."""
    if any(path.endswith(f"/{AXES}") for path in broken):
        if previous is None:
            return None
        glossary = replace(glossary, axes=previous.axes)
    old = previous or replace(glossary, entries={}, examples={}, findings=None)
    entries = _good_parts(
        glossary.entries, glossary.unread, old.entries, lambda entry: entry.term.place.path in broken
    )
    examples = _good_parts(
        glossary.examples, glossary.unread_examples, old.examples, lambda example: example.path in broken
    )
    has_broken_findings = any(path.endswith(f"/{FINDINGS}") for path in broken)
    missing = examples.keys() - glossary.examples.keys()
    return replace(
        glossary,
        entries=entries,
        examples=examples,
        folders={**old.folders, **glossary.folders} if missing else glossary.folders,
        findings=old.findings if has_broken_findings else glossary.findings,
        unread=glossary.unread.union(glossary.entries).difference(entries),
        unread_examples=glossary.unread_examples.union(glossary.examples).difference(examples),
    )


def _good_parts(
    now: Mapping[str, Part],
    unread: Collection[str],
    previous: Mapping[str, Part],
    is_broken: Callable[[Part], bool],
) -> Mapping[str, Part]:
    """The parts without errors and the previous versions of the other parts, sorted by name."""
    good = {name: part for name, part in now.items() if not is_broken(part)}
    bad = [name for name in (*now, *unread) if name not in good and name in previous]
    good |= {name: previous[name] for name in bad}
    return {name: good[name] for name in sorted(good)}
