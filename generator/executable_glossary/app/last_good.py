"""What can be shown of a glossary in which something is wrong: each faulty part as it last was, or without it."""

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
from executable_glossary.text.expressions import UNDEFINED_EXPRESSION, ExpressionError, parse_expression, say
from executable_glossary.text.markdown_spans import spans

Part = TypeVar("Part")
Wrong = Callable[[Glossary], Iterable[Problem]]


def faultless(
    glossary: Glossary, found: Iterable[Problem], wrong: Wrong, before: Glossary | None = None
) -> Glossary | None:
    """A glossary without errors; None where its axes are faulty and were never good.

    found: what is wrong with it. wrong: what is wrong with another one.
    before: the last one without errors. A part that is faulty stands as it was there, or is left out; it
    counts as one that could not be read, so nobody complains that it is missing. Where that leaves errors,
    because the blame lies with another part than the one that was edited, all stands as it was.
    """
    shown: Glossary | None = glossary
    left = errors(found)
    while shown is not None and left:
        repaired = _repaired(shown, {problem.place.path for problem in left}, before)
        left = errors(wrong(repaired)) if repaired is not None else ()
        if before is not None and left:
            return before
        shown = repaired
    return shown


def without_faults(glossary: Glossary, found: Iterable[Problem]) -> Glossary | None:
    """The glossary without what is faulty, once: for those who go on looking for what else is wrong."""
    return faultless(glossary, found, lambda _: ())


def unsayable(glossary: Glossary, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Numbers in prose that nobody can say, whatever the reason and whether or not it is told already."""
    names = measures(evidence)
    for text in chain.from_iterable(written.prose for written in glossary.written):
        for span in spans(text) if "{{" in text else ():
            try:
                if span.kind == "expression":
                    say(parse_expression(span.inner), names)
            except ExpressionError as error:
                place = text.at(span.offset, len(span.text))
                yield UNDEFINED_EXPRESSION.at(place, str(error), "name a metric that its example measures")


def _repaired(glossary: Glossary, blamed: Collection[str], before: Glossary | None) -> Glossary | None:
    if any(path.endswith(f"/{AXES}") for path in blamed):
        if before is None:
            return None
        glossary = replace(glossary, axes=before.axes)
    was = before or replace(glossary, entries={}, examples={}, findings=None)
    entries = _kept(glossary.entries, glossary.unread, was.entries, lambda one: one.term.place.path in blamed)
    examples = _kept(
        glossary.examples, glossary.unread_examples, was.examples, lambda one: one.path in blamed
    )
    findings = glossary.findings
    if any(path.endswith(f"/{FINDINGS}") for path in blamed):
        findings = was.findings
    return replace(
        glossary,
        entries=entries,
        examples=examples,
        findings=findings,
        unread=glossary.unread.union(glossary.entries).difference(entries),
        unread_examples=glossary.unread_examples.union(glossary.examples).difference(examples),
    )


def _kept(
    now: Mapping[str, Part],
    unread: Collection[str],
    before: Mapping[str, Part],
    is_faulty: Callable[[Part], bool],
) -> Mapping[str, Part]:
    """By name, in order: what is good, and what was good of the rest."""
    good = {name: part for name, part in now.items() if not is_faulty(part)}
    lost = [name for name in (*now, *unread) if name not in good and name in before]
    good |= {name: before[name] for name in lost}
    return {name: good[name] for name in sorted(good)}
