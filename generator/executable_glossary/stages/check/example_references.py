"""Entries show only examples, cells, charts, and claims that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from executable_glossary.model.block import Show
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text

MISSING_EXAMPLE = Rule(
    code="missing-example",
    when="the content is checked",
    summary="An entry or a finding refers to an example that does not exist.",
    why="There would be no evidence to show.",
    example="`example: loaf`",
    instead="`example: loaves`, or a new file `examples/loaf.py`",
)
UNKNOWN_CELL = Rule(
    code="unknown-cell",
    when="the content is checked",
    summary="An entry shows a cell that its example does not have.",
    details="A cell is named after its heading: `# %% Weigh the flour` becomes `weigh-the-flour`.",
    why="The page would have a gap where the code or its output belongs.",
    example="`show: [{cell: loaves.flour}]`",
    instead="`show: [{cell: loaves.weigh-the-flour}]`",
)
UNKNOWN_CHART = Rule(
    code="unknown-chart",
    when="the content is checked",
    summary="An entry shows a chart that its example does not declare.",
    why="The page would have a gap where the chart belongs.",
    example="`show: [{chart: loaves.compare}]`",
    instead="`show: [{chart: loaves.compared}]`, with a table `[tool.glossary.charts.compared]` in the example",
)
UNKNOWN_CLAIM = Rule(
    code="unknown-claim",
    when="the content is checked",
    summary="An entry or a finding refers to a claim that does not exist.",
    details="An entry refers to its own claims by id. A finding refers to a claim as `<concept>.<claim>`.",
    why="The page would have a gap where the claim and its verdict belong.",
    example="`show: [{claim: help}]`",
    instead="`show: [{claim: helps}]`",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for claim in entry.claims:
            yield from missing_example(glossary, claim.example, claim.example)
        for _, variant in entry.variants:
            for show in variant.show:
                yield from _shown(glossary, entry, show)


def missing_example(glossary: Glossary, name: str, text: Text) -> Iterator[Problem]:
    """Reports an example that does not exist. `text` is the reference, which begins with the name."""
    if not glossary.has_example(name):
        near = get_close_matches(name, glossary.examples, n=1)
        help = one_of(glossary.examples, f"write examples/{name}.py")
        if near:
            help = f'write "{near[0]}{text.removeprefix(name)}", or add examples/{name}.py'
        yield MISSING_EXAMPLE.at(text.place, f'there is no example "{name}"', help)


def _shown(glossary: Glossary, entry: Entry, show: Show) -> Iterator[Problem]:
    if show.kind == "claim":
        if entry.claim(show.target) is None:
            message = f'the entry has no claim "{show.target}"'
            yield UNKNOWN_CLAIM.at(show.target.place, message, names_of_claims(entry))
        return
    name, _, part = show.target.partition(".")
    yield from missing_example(glossary, name, show.target)
    example = glossary.examples.get(name)
    if example and show.kind in ("cell", "script", "output"):
        yield from _cell(example, part, show.target)
    if example and show.kind == "chart" and part not in example.settings.charts:
        help = one_of(example.settings.charts, "declare it as described in CONTRIBUTING.md")
        yield UNKNOWN_CHART.at(show.target.place, f'{name} has no chart "{part}"', help)


def _cell(example: Example, part: str, target: Text) -> Iterator[Problem]:
    cells = [cell.name for cell in example.cells if cell.name]
    if part not in cells:
        near = get_close_matches(part, cells, n=1)
        help = f'write "{example.name}.{near[0]}"' if near else one_of(cells, "add it to the example")
        yield UNKNOWN_CELL.at(target.place, f'{example.name} has no cell "{part}"', help)


def names_of_claims(entry: Entry) -> str:
    """Help for a reference to a claim that the entry does not have."""
    return one_of([claim.id for claim in entry.claims], "add it to the entry's claims")


def one_of(known: Collection[str], otherwise: str) -> str:
    """Help for a reference to something that does not exist: use one of the known names, or create it."""
    return f"use one of {', '.join(known)}, or {otherwise}" if known else otherwise
